"""Paper sessions: the same strategy file as in a backtest, through journal, gate and simulated venue; killed, restarted, asked from outside."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.app import link
from terminal.app.build import build
from terminal.app.commands import AskEngine, Replay, Trade
from terminal.app.paper_desk import PERSON, PaperDesk
from terminal.app.standing import Standing, StandingFile
from terminal.app.terminal import Terminal
from terminal.app.trading import HALT, folder_of
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, OutcryError, UnknownName
from terminal.domain.timeframe import Timeframe
from terminal.live.journal_memory import MemoryJournal
from terminal.live.paper_terms import PaperTerms
from terminal.risk.limits import Limits
from terminal.strategies.contract import Strategy
from terminal.venues.demo.market import DemoMarket

SYMBOL = "BTC/USDT"
FRAME = Timeframe.H1
COUNT = 700
WARM = 200


@pytest.fixture
def home(tmp_path: Path) -> Terminal:
    return build(tmp_path)


@pytest.fixture(scope="module")
def candles() -> Candles:
    market = DemoMarket(7)
    start = FRAME.floor(1_700_000_000 * 10**9)
    return market.candles(SYMBOL, FRAME, start, start + COUNT * FRAME.nanoseconds)


class Rig:
    """A paper desk under a clock that the test moves; its journal lives in memory, its venue in a file."""

    def __init__(self, candles: Candles, file: Path | None = None, journal: MemoryJournal | None = None, **terms: Decimal) -> None:
        self.candles = candles
        self.now = int(candles.time[WARM])
        self.journal = journal or MemoryJournal()
        self.terms = PaperTerms(capital=Decimal(10_000), **terms)  # type: ignore[arg-type]
        self.file = file
        self.desk = self.opened()

    def opened(self) -> PaperDesk:
        limits = Limits.preset("aggressive")
        return PaperDesk("paper", (self.candles.instrument,), self.terms, limits, journal=self.journal, clock=lambda: self.now, file=self.file)

    def begin(self, strategy: Strategy, row: int = WARM) -> None:
        self.desk.add(strategy, SYMBOL, self.candles.rows(0, row), share=Decimal(1), version="1")

    def run(self, first: int, last: int) -> None:
        for row in range(first, last):
            self.now = int(self.candles.time[row]) + FRAME.nanoseconds
            self.desk.candle(self.candles.rows(row, row + 1))
            self.desk.wake()


def strategy(name: str = "ma_crossover", **parameters: int) -> Strategy:
    from terminal.strategies.library import StrategyLibrary

    return StrategyLibrary(Path("/nonexistent")).find(name).demand_class()(**parameters)


def test_a_session_trades_when_its_backtest_does(candles: Candles) -> None:
    rig = Rig(candles)
    rig.begin(strategy())
    rig.run(WARM, COUNT)
    entries = [fill for fill in rig.desk.engine.state.ours["paper", SYMBOL] if rig.desk.engine.state.orders[fill.order_id].intent.purpose.value == "entry"]
    trades = backtest(strategy(), candles, start=int(candles.time[WARM]), commission=0.001, slippage=0.0005).trades
    expected = [(str(side), round(float(price), 2)) for side, price in zip(trades["side"], trades["entry_price"], strict=True)]
    ours = [(fill.execution.side.word, round(float(fill.execution.price), 2)) for fill in entries]
    assert len(ours) > 5
    assert set(ours) <= set(expected) | {ours[-1]}, "every entry is one of the backtest's, at its price"


@pytest.mark.parametrize("preset", ["conservative", "medium", "aggressive"])
@pytest.mark.parametrize("name", ["ma_crossover", "mean_reversion", "donchian_breakout_adx"])
def test_every_preset_and_built_in_trades_without_a_refusal_nobody_caused(home: Terminal, name: str, preset: str) -> None:
    from terminal.app.commands import PrepareDemo

    home.execute(PrepareDemo())
    end = FRAME.floor(home.clock())
    answer = home.execute(Replay(Trade(name, (SYMBOL,), FRAME, risk=preset), end - 40 * 24 * FRAME.nanoseconds, end))
    assert answer.refusals == ()
    assert answer.status["unknown"] == []
    assert answer.orders > 0


def test_candles_of_a_file_are_replayed_on_steps_that_are_named(home: Terminal, candles: Candles) -> None:
    unknown = replace(candles, instrument=replace(candles.instrument, venue="file", symbol="MINE", tick=None, lot=None))
    home.store.write(unknown, source="test", covered=(int(candles.time[0]), int(candles.time[-1]) + FRAME.nanoseconds))
    answer = home.execute(Replay(Trade("ma_crossover", ("MINE",), FRAME, venue="file", risk="medium")))
    assert answer.decisions[0].startswith("The grid of MINE is not known: steps of 0.01 in price and 0.000001 in quantity")
    assert answer.fills > 5
    assert answer.refusals == ()


def test_what_is_held_survives_a_restart_with_its_stop(candles: Candles, tmp_path: Path) -> None:
    rig = Rig(candles, tmp_path / "account" / "paper.db")
    rig.begin(strategy())
    row = WARM
    while not rig.desk.status()["positions"]:
        rig.run(row, row + 1)
        row += 1
    before = rig.desk.status()
    again = Rig.__new__(Rig)
    again.__dict__ |= rig.__dict__
    again.desk = again.opened()
    after = again.desk.status()
    assert after["positions"] == before["positions"]
    assert after["equity"] == before["equity"]
    assert after["unknown"] == []


def test_the_days_loss_and_the_drawdown_survive_a_restart(candles: Candles, tmp_path: Path) -> None:
    rig = Rig(candles, tmp_path / "account" / "paper.db")
    rig.desk._standing.update(Decimal(12_000), rig.now)
    again = rig.opened()
    facts = again._facts["paper"]
    assert (facts.equity, facts.peak_equity, facts.day_start_equity) == (Decimal(10_000), Decimal(12_000), Decimal(10_000))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"day": 1}', '{"day": 1, "day_start": "x", "peak": "1"}', '{"day": 1, "day_start": "NaN", "peak": "1"}'])
def test_a_damaged_standing_is_told_and_begins_anew(candles: Candles, tmp_path: Path, text: str) -> None:
    folder = tmp_path / "account"
    folder.mkdir(mode=0o700)
    (folder / "standing.json").write_text(text)
    rig = Rig(candles, folder / "paper.db")
    assert any("measured from now on" in note.words for note in rig.desk.notes)
    assert rig.desk._facts["paper"].peak_equity == 10_000


def test_a_new_day_begins_with_what_there_is(tmp_path: Path) -> None:
    kept = StandingFile(tmp_path / "standing.json", Decimal(100), 0)
    kept.update(Decimal(120), 5)
    kept.update(Decimal(90), 24 * FRAME.nanoseconds)
    assert StandingFile(tmp_path / "standing.json", Decimal(1), 0).known == Standing(1, Decimal(90), Decimal(120))


def test_a_kill_shuts_the_gate_until_a_person_arms_again(candles: Candles) -> None:
    rig = Rig(candles)
    rig.begin(strategy())
    words = rig.desk.kill("enough")
    assert "0 orders cancelled" in words
    rig.run(WARM, COUNT)
    assert rig.desk.status()["trading"] == "halted"
    assert not rig.desk.engine.state.orders
    rig.desk.arm(PERSON)
    assert rig.desk.status()["trading"] == "active"


def test_flatten_closes_everything_at_the_market(candles: Candles) -> None:
    rig = Rig(candles)
    rig.begin(strategy())
    row = WARM
    while not rig.desk.status()["positions"]:
        rig.run(row, row + 1)
        row += 1
    rig.desk.stop()
    assert rig.desk.flatten() == 1
    rig.run(row, row + 2)
    assert rig.desk.status()["positions"] == {}
    assert rig.desk.status()["working"] == 0


def test_a_venue_without_a_stream_is_refused_in_words(home: Terminal) -> None:
    with pytest.raises(BadInput, match="no live stream"):
        home.execute(Trade("ma_crossover", (SYMBOL,), FRAME, venue="kraken"))


def test_a_symbol_that_is_not_there_is_named_with_the_nearest(home: Terminal) -> None:
    with pytest.raises(UnknownName, match="BTC/USDX"):
        home.execute(Trade("ma_crossover", ("BTC/USDX",), FRAME))


@pytest.mark.parametrize("account", ["", "a/b", "../x", "a b", "ü"])
def test_an_account_is_a_plain_word(home: Terminal, account: str) -> None:
    with pytest.raises(BadInput, match="can't be the name"):
        folder_of(home, account)


def test_without_an_engine_a_kill_holds_for_the_next_one(home: Terminal) -> None:
    answer = home.execute(AskEngine("paper", "kill"))
    assert "its gate is shut when one starts" in answer
    report = home.execute(Trade("ma_crossover", (SYMBOL,), Timeframe.M1, seconds=0))
    assert report.status["positions"] == {}
    assert (folder_of(home, "paper") / HALT).exists()
    stand = home.execute(AskEngine("paper", "status"))
    assert stand["trading"] == "halted"
    assert home.execute(AskEngine("paper", "arm")) == "trading is active"
    assert home.execute(AskEngine("paper", "status"))["trading"] == "active"


def test_an_account_that_never_was_is_said(home: Terminal) -> None:
    with pytest.raises(OutcryError, match="There is no account 'nobody'"):
        home.execute(AskEngine("nobody", "orders"))
    with pytest.raises(link.EngineAbsent):
        home.execute(AskEngine("nobody", "flatten"))


@pytest.fixture
def trading(home: Terminal) -> Iterator[Terminal]:
    """A terminal whose engine trades on a thread until the test is over."""
    import threading

    over, beaten = threading.Event(), threading.Event()

    def report(done: float, total: float, note: str = "", *, lane: str = "") -> None:
        if note.startswith("PAPER"):
            beaten.set()

    thread = threading.Thread(target=home.execute, args=(Trade("ma_crossover", (SYMBOL,), Timeframe.M1), report, over.is_set))
    thread.start()
    assert beaten.wait(60)
    yield home
    over.set()
    thread.join(60)


def test_a_running_engine_answers_from_outside(trading: Terminal) -> None:
    stand = trading.execute(AskEngine("paper", "status"))
    assert (stand["mode"], stand["trading"], stand["is_compared"]) == ("PAPER", "active", True)
    assert "0 orders cancelled" in trading.execute(AskEngine("paper", "kill"))
    assert trading.execute(AskEngine("paper", "status"))["trading"] == "halted"
    assert trading.execute(AskEngine("paper", "arm")) == "trading is active"
    assert trading.execute(AskEngine("paper", "orders")) == []
    with pytest.raises(OutcryError, match="without an order"):
        trading.execute(AskEngine("paper", "cancel"))
    assert trading.execute(AskEngine("paper", "status"))["trading"] == "active", "it goes on"
    with pytest.raises(OutcryError, match="knows nothing called"):
        trading.execute(AskEngine("paper", "dance"))
    with pytest.raises(OutcryError, match="is written by process"):
        trading.execute(Trade("ma_crossover", (SYMBOL,), Timeframe.M1, seconds=0))
