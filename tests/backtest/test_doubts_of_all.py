"""Every doubt is put to runs of several instruments, of several strategies and over ticks as to any other."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from terminal.backtest.doubts.causality import causality
from terminal.backtest.doubts.crises import Crisis
from terminal.backtest.doubts.envelope import envelope
from terminal.backtest.doubts.question import Case, Severity
from terminal.backtest.doubts.redrawn_ticks import like
from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.review import examine
from terminal.backtest.doubts.review_again import looks_ahead
from terminal.backtest.doubts.review_fills import fills_without_volume
from terminal.backtest.doubts.sensitivity import sensitivity
from terminal.backtest.doubts.shocks import REGIMES, SHOCKS, Shock
from terminal.backtest.doubts.shocks_struck import struck
from terminal.backtest.doubts.stress import stress, struck_words
from terminal.backtest.doubts.subject import Subject
from terminal.backtest.options import Options
from terminal.domain.actions import Dividend, Roll, Split
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.parameters import Int
from terminal.domain.signals import Signals
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import HOUR, SECOND, Timeframe
from terminal.domain.weights import Weights
from terminal.market.actions import adjusted
from terminal.strategies.contract import Strategy
from tests.backtest.builders import START
from tests.backtest.test_many import market, of
from tests.backtest.ticking import X, random_ticks, trades
from tests.builders.walk import walk

FREE = Options(commission=0.0, slippage=0.0)
FALL = Shock("fall", -0.2, bars=5)


class Rises(Strategy):
    """Long half the account while above the mean of the last candles."""

    window = Int(20, low=2, high=100)

    def signals(self, candles: Candles) -> Signals:
        before = np.append(np.full(self.window, np.nan), candles.close[: -self.window])
        return Signals(enter_long=candles.close > before, exit_long=candles.close < before, size=0.5, stop_loss=0.05, take_profit=0.08)


class Other(Rises):
    """The same by another name."""


class PeeksBeside(Strategy):
    """Decides by the next candle of another instrument, which its own candles hide."""

    def signals(self, candles: Candles) -> Signals:
        other = candles.of("BBB").close
        rises = np.append(other[1:] > other[:-1], False)
        return Signals(enter_long=rises, exit_long=~rises)


class BuysAll(Strategy):
    """Buys what has risen, sells what has fallen, of every instrument, candle by candle."""

    def on_candle(self, candle: Any) -> None:
        closes = self.candles(3).close
        if len(closes) == 3 and not self.orders:
            if self.position.is_flat and closes[2] > closes[1] > closes[0]:
                self.buy(percent=0.3, stop_loss="4%", take_profit="6%")
            elif self.position.is_long and closes[2] < closes[1]:
                self.close()


class PeeksAtEvents(Strategy):
    """Its indicator is the next candle's close, of every instrument."""

    def prepare(self) -> None:
        self.next = {symbol: self.indicator(lambda close: np.append(close[1:], close[-1]), "close", symbol=symbol) for symbol in ("AAA", "BBB")}

    def on_candle(self, candle: Any) -> None:
        if self.position.is_flat and not self.orders and self.next[candle.symbol].now > candle.close:
            self.buy(percent=0.2)
        elif self.position.is_long and self.next[candle.symbol].now < candle.close:
            self.close()


class Evenly(Strategy):
    """A third each."""

    def weights(self, candles: Any) -> Weights:
        return Weights(dict.fromkeys(candles, 0.3), "daily")


class PeeksAtWeights(Strategy):
    """All in what will have risen most at the end."""

    def weights(self, candles: Any) -> Weights:
        best = max(candles, key=lambda symbol: candles[symbol].close[-1] / candles[symbol].close[0])
        return Weights({symbol: float(symbol == best) for symbol in candles}, "daily")


class Scalps(Strategy):
    """Buys each twentieth trade and leaves at a stop or a target."""

    every = Int(20, low=2, high=100)

    def on_start(self) -> None:
        self.heard = 0

    def on_tick(self, tick: Any) -> None:
        self.heard += 1
        if self.heard % self.every == 0 and self.position.is_flat and not self.orders:
            self.buy(quantity=1, stop_loss="1%", take_profit="1%")


class ScalpsAhead(Strategy):
    """Buys where the candle after the last closed one, made of ticks to come, will have risen."""

    def prepare(self) -> None:
        self.next = self.indicator(lambda close: np.append(close[2:], [close[-1]] * 2), "close")

    def on_candle(self, candle: Any) -> None:
        if self.next.now > candle.close and self.position.is_flat and not self.orders:
            self.buy(quantity=1)
        elif self.next.now <= candle.close and not self.position.is_flat:
            self.close()


def two(rows: int = 500) -> list[Candles]:
    return [market("AAA", rows, 1), market("BBB", rows, 2)]


def rising(symbol: str) -> Candles:
    rows = 100 * 1.01 ** np.arange(300) * (1 + 0.05 * np.sin(np.arange(300) / 5))
    return of(symbol, np.stack((rows, rows * 1.01, rows * 0.99, rows), 1))


def prints(count: int = 4_000) -> Ticks:
    random = np.random.default_rng(7)
    return trades(np.round(200 * np.exp(np.cumsum(random.normal(0, 0.001, count)))), sizes=random.integers(1, 9, count), every=5)


@pytest.mark.parametrize("honest", [Rises, BuysAll, Evenly])
def test_honest_strategies_of_several_instruments_pass(honest: type[Strategy]) -> None:
    assert causality(honest(), two(), FREE).sound


@pytest.mark.parametrize("peeks", [PeeksBeside, PeeksAtEvents, PeeksAtWeights])
def test_a_look_ahead_at_several_instruments_is_found(peeks: type[Strategy]) -> None:
    found = causality(peeks(), two(), FREE)
    assert not found.sound
    assert found.leak is not None
    assert "knew what came after" in found.words


def test_a_leak_names_its_instrument_and_its_strategy() -> None:
    found = causality([Rises(), PeeksBeside()], two(), Options(portions=(0.5, 0.5)))
    assert found.leak is not None
    assert (found.leak.strategy, found.leak.symbol in ("AAA", "BBB")) == ("PeeksBeside", True)
    assert f" of PeeksBeside of {found.leak.symbol} at " in found.words
    honest = causality([Rises(), Other()], two(), FREE)
    assert honest.sound
    assert honest.words.startswith("Rises: No decision")
    assert "Other: No decision" in honest.words


def test_instruments_of_other_hours_and_beginnings_lose_their_future_together() -> None:
    late = market("BBB", 100, 2, start=START + 300 * HOUR)
    days = market("CCC", 20, 3, timeframe=Timeframe.D1)
    candles = [market("AAA", 400, 1), replace(late), days]
    candles = [replace(each, time=each.time - each.time[0] + START + offset) for each, offset in zip(candles, (0, 240 * HOUR, 0), strict=True)]
    assert causality(Rises(window=5), candles, FREE).sound
    assert not causality(PeeksBeside(), candles, FREE).sound


def test_splits_and_dividends_to_come_are_no_look_ahead() -> None:
    candles = two(300)
    actions = {"AAA": (Split(int(candles[0].time[150]), 2.0), Dividend(int(candles[0].time[200]), 1.0))}
    assert causality(Rises(window=5), candles, Options(actions=actions)).sound
    assert causality(BuysAll(), candles, Options(actions=actions)).sound


def test_a_strategy_over_ticks_is_held_to_the_same() -> None:
    ticks = prints()
    assert causality(Scalps(), ticks, FREE).sound
    assert causality(Scalps(), random_ticks(3, 3_000), FREE).sound
    found = causality(ScalpsAhead(), ticks, FREE)
    assert found.leak is not None
    assert found.leak.messages
    assert "once the messages from row" in found.words
    with pytest.raises(BadInput, match="decides on candles"):
        causality(Rises(), ticks, FREE)


def test_a_shock_strikes_all_instruments_at_one_moment() -> None:
    candles = [market("AAA", 500, 1), market("BBB", 400, 2)]
    found = struck(FALL, Subject.of(candles), FREE, 0.5)
    assert found.touched == 2
    for before, after in zip(candles, found.subject.candles, strict=True):
        row = int(np.searchsorted(before.time, found.begins))
        assert after.close[: row - 1].tolist() == before.close[: row - 1].tolist()
        assert after.close[row + 4] / before.close[row - 1] == pytest.approx(0.8)
    short = [market("AAA", 500, 1), market("BBB", 100, 2)]
    alone = struck(FALL, Subject.of(short), FREE, 0.5)
    assert alone.touched == 1
    assert alone.subject.candles[1].close.tolist() == short[1].close.tolist()
    with pytest.raises(BadInput, match="lasts 50 candles"):
        struck(SHOCKS[5], Subject.of([market("AAA", 30, 1), market("BBB", 30, 2)]), FREE, 0.5)


def test_a_shock_leaves_the_jumps_of_companies_as_they_were() -> None:
    candles = two(300)
    times = candles[0].time
    actions = (Split(int(times[100]), 2.0), Dividend(int(times[151]), 0.5), Roll(int(times[200]), 50.0, 55.0))
    options = Options(actions={"AAA": actions})
    found = struck(Shock("fall", -0.5, bars=2), Subject.of(candles), options, 0.5)
    row = int(np.searchsorted(times, found.begins))
    even, shocked = adjusted(candles[0], actions), adjusted(found.subject.candles[0], tuple(found.options.actions["AAA"]))
    assert shocked.close[row + 1] / even.close[row - 1] == pytest.approx(0.5)
    steps = np.diff(np.log(shocked.close[row + 2 :])), np.diff(np.log(even.close[row + 2 :]))
    assert np.allclose(*steps)
    split, paid, rolled = found.options.actions["AAA"]
    level = float(shocked.close[-1] / even.close[-1])
    assert split == actions[0]
    assert isinstance(paid, Dividend)
    assert isinstance(rolled, Roll)
    assert (rolled.leave, rolled.enter) == (pytest.approx(50 * level), pytest.approx(55 * level))
    assert rerun(Rises(), found.subject.over, found.options).metrics["trades"] > 0


def test_the_survival_matrix_of_several_is_that_of_runs_on_shocked_candles() -> None:
    candles = two()
    report = stress({"rises": Rises(), "both": [Rises(), Other(window=30)]}, candles, Options(), (*SHOCKS, REGIMES[1]), crises=())
    assert report.instruments == 2
    assert set(report.touched) == {2}
    assert report.plain[0].total_return == rerun(Rises(), candles, Options()).metrics["total_return"]
    other = struck(SHOCKS[0], Subject.of(candles), Options(), 0.5)
    assert report.cells[0][0].total_return == rerun(Rises(), other.subject.over, other.options).metrics["total_return"]
    assert len(report.cells[1]) == 7
    assert "on 2 of 2 instruments" in struck_words(report)[0]
    assert any("long when it struck" in cell.words or "flat when it struck" in cell.words for cell in report.cells[0])


def test_what_is_held_when_it_strikes_is_named_by_side() -> None:
    class Pair(Strategy):
        def signals(self, candles: Candles) -> Signals:
            is_first = candles.instrument.symbol == "AAA"
            return Signals(enter_long=np.full(len(candles), is_first), enter_short=np.full(len(candles), not is_first), size=0.4)

    report = stress([Pair()], two(), FREE, (FALL,), crises=())
    assert "; long and short when it struck" in report.cells[0][0].words
    assert report.cells[0][0].exposed


def test_a_crisis_is_replayed_where_all_instruments_cover_it() -> None:
    candles = two(60 * 24)
    day = np.datetime64(int(candles[0].time[0]), "ns").astype("datetime64[D]")
    crisis = Crisis("the fall", str(day + 20), str(day + 40))
    (replayed,) = stress([Rises()], candles, FREE, (FALL,), crises=(crisis,)).crises[0]
    assert replayed.covered
    moves = [float(each.close[41 * 24 - 1] / each.close[21 * 24 - 1] - 1) for each in candles]
    assert replayed.market_return == pytest.approx(np.mean(moves))
    halved = [candles[0], candles[1].rows(0, 25 * 24)]
    (missed,) = stress([Rises()], halved, FREE, (FALL,), crises=(crisis,)).crises[0]
    assert not missed.covered
    assert "of BBB, the candles end on" in missed.words


def test_ticks_are_shocked_as_the_candles_made_of_them() -> None:
    ticks = prints()
    made = ticks.candles
    drawn = SHOCKS[0].applied(made, 100)
    moved = like(ticks, drawn)
    assert moved.provenance.simulated
    assert moved.candles.time.tolist() == made.time.tolist()
    assert np.allclose(moved.candles.close, drawn.close)
    assert np.allclose(moved.candles.open, drawn.open)
    thin = like(ticks, SHOCKS[3].applied(made, 100))
    assert thin.candles.volume[105] == pytest.approx(made.volume[105] / 4)
    report = stress([Scalps()], ticks, FREE, crises=())
    assert report.plain[0].total_return == rerun(Scalps(), ticks, FREE).metrics["total_return"]
    assert len({cell.total_return for cell in report.cells[0]}) > 3


def test_books_keep_their_levels_apart_under_a_shock() -> None:
    ticks = random_ticks(11, 6_000)
    report = stress([Scalps()], ticks.marked("1m"), FREE, (*SHOCKS, *REGIMES), crises=())
    assert len(report.cells[0]) == 10


def test_the_band_over_ticks_is_that_of_costs_and_of_several_that_of_paths_too() -> None:
    ticks, costs = prints(), Options(commission=0.001, slippage=0.0)
    band = envelope(Scalps(), ticks, costs)
    assert band.names == ("low costs", "high costs")
    assert (band.low <= band.base).all()
    assert (band.base <= band.high).all()
    assert "half to twice the costs" in band.words
    assert "path" not in band.words
    assert len(envelope([Rises(), Other()], two(), Options()).names) == 4


def test_a_tornado_of_ticks_and_of_several_strategies() -> None:
    found = sensitivity(Scalps(), prints(), Options(commission=0.001, slippage=0.0))
    assert {row.parameter for row in found.rows} == {"every", "commission"}
    several = sensitivity([Rises(), Other(window=30)], two(), Options())
    assert {row.parameter for row in several.rows} == {"Rises window", "Other window", "commission", "slippage"}
    by_name = {row.parameter: row for row in several.rows}
    assert (by_name["Other window"].low, by_name["Other window"].high) == (24, 36)
    moved = rerun([Rises(), Other(window=24)], two(), Options()).metrics["total_return"]
    assert by_name["Other window"].metric_low == moved


def reviewed(strategy: Any, over: Any, options: Options = FREE) -> dict[str, Any]:
    result = rerun(strategy, over, options)
    found = examine(Case(result, over, strategy, options))
    return {doubt.rule: doubt for doubt in (*found.doubts, *found.sound, *found.not_asked)}


def test_every_rule_is_put_to_several_instruments() -> None:
    found = reviewed(Rises(), two())
    assert not any("at hand" in doubt.words for doubt in found.values())
    assert "candles changed when what came after" in found["looks ahead"].words
    assert found["gain or loss depends on fills"].severity is not Severity.NOT_ASKED
    kind = reviewed(Rises(), [rising("AAA"), rising("BBB")])
    assert kind["one bar of delay"].words.startswith("One candle later the return is +")
    assert found["size above liquidity"].severity is Severity.GRAVE  # a volume of one, and hundreds bought
    assert found["size above liquidity"].words.endswith("; a cap on participation would cut them.")
    assert found["stop and target in one candle"].severity is not Severity.NOT_ASKED


def test_fills_are_looked_up_on_the_candles_of_their_own_instrument() -> None:
    candles = two()
    table = rerun(Rises(), candles, FREE).trade_table
    silent = candles[1].volume.copy()
    own = table[table["symbol"] == 1]
    silent[np.searchsorted(candles[1].time, own["entry_time"])] = 0.0
    candles[1] = replace(candles[1], volume=silent)
    result = rerun(Rises(), candles, FREE)
    doubt = fills_without_volume(Case(result, candles))
    exits = own["exit_time"][own["exit_row"] >= 0]
    hit = len(own) + int(np.isin(exits, own["entry_time"]).sum())
    assert doubt.words.startswith(f"{hit} of ")
    both = rerun([Other(), Rises()], candles, FREE)
    assert fills_without_volume(Case(both, candles)).words.startswith(f"{2 * hit} of ")


def test_what_ticks_know_is_found_sound_and_what_they_have_not_is_said() -> None:
    found = reviewed(Scalps(), prints())
    assert found["stop and target in one candle"].severity is Severity.SOUND
    assert found["looks ahead"].severity is Severity.SOUND
    assert found["one bar of delay"].severity is Severity.NOT_ASKED
    assert "no candle that it could wait for" in found["one bar of delay"].words
    assert "by what a message showed" in found["fills on zero volume"].words
    assert found["size above liquidity"].severity is not Severity.NOT_ASKED
    assert looks_ahead(Case(rerun(ScalpsAhead(), prints(), FREE), prints(), ScalpsAhead(), FREE)).severity is Severity.GRAVE


def test_parameters_of_all_strategies_are_counted() -> None:
    assert reviewed([Rises(), Other()], two())["too many parameters"].words.startswith("2 parameters for ")


def test_a_run_closed_at_its_end_is_no_look_ahead() -> None:
    assert causality(Evenly(), [walk(400, symbol="AAA"), walk(400, seed=6, symbol="BBB")], Options(close_at_end=True)).sound


def test_too_few_ticks_are_said_to_be_so() -> None:
    few = Ticks.of_trades(X, START + np.arange(2) * SECOND, [1.0, 2.0], [1.0, 1.0])
    assert causality(Scalps(), few).words == "Too few ticks to hide any."
