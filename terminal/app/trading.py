"""Paper sessions: strategies traded with invented money on the simulated market as it ticks, or over stored candles at full speed.

The engine of a session runs in the process that `outcry trade` started; other shells and the window ask it through `link`.
"""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from terminal.app import link
from terminal.app.backtests import make_ready, warm_up
from terminal.app.commands import AskEngine, LoadCandles, Replay, Trade
from terminal.domain.clock import Clock
from terminal.domain.errors import BadInput, OutcryError, UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.names import nearest
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import SECOND
from terminal.domain.work import CancelQuestion, Report, silent, stop_if
from terminal.venues.demo.symbols import VENUE

if TYPE_CHECKING:
    from terminal.app.paper_desk import PaperDesk
    from terminal.app.terminal import Handler, Terminal
    from terminal.domain.candles import Candles
    from terminal.live.journal import Journal
    from terminal.market.feed import Feed
    from terminal.venues.demo.market import DemoMarket

HALT = "HALT"
"""A file of this name in an account's folder keeps its gate shut: the switch that works when nothing else does."""
_BEAT_SECONDS = 1.0
_LISTEN_SECONDS = 0.05
_LOOKED_AT = 1_000
_ASSUMED_LOT = Decimal("0.000001")
_LONGEST_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SessionReport:
    """What a session came to. Amounts are decimals as text, in the account's currency."""

    status: Mapping[str, Any]
    orders: int
    fills: int
    refusals: tuple[str, ...]
    """Wishes that did not become orders, and why."""
    decisions: tuple[str, ...]
    """What the strategies said, the newest last."""


def folder_of(terminal: "Terminal", account: str) -> Path:
    """Where an account keeps its journal. Raises BadInput for a name that is no plain word."""
    if not account.replace("-", "").replace("_", "").isalnum() or not account.isascii():
        raise BadInput(f"The account {account!r} can't be the name of a folder.", cure="Use letters, digits, - and _.")
    return terminal.paths.data / "accounts" / account


def _trade(terminal: "Terminal", command: Trade, report: Report, cancelled: CancelQuestion) -> SessionReport:
    """Trades on the stream until cancelled, or for `seconds`. Positions and their stops stay for the next session."""
    from terminal.market.feed import Feed
    from terminal.venues.demo.market import DemoMarket

    if command.venue != VENUE:
        raise BadInput(f"{command.venue} has no live stream here.", cure=f"Trade on paper with --venue {VENUE}, or replay stored candles with --replay.")
    market = DemoMarket(terminal.settings["seed"])
    feed, keys = Feed(market), [SeriesKey(VENUE, symbol, command.timeframe) for symbol in command.symbols]
    folder = folder_of(terminal, command.account)
    make_ready(terminal, report, cancelled, for_desk=True)
    with ExitStack() as ends:
        journal = ends.enter_context(_journal(terminal, folder))
        desk = ends.enter_context(closing(_desk(command, market.instruments(), journal, folder / "paper.db", terminal.clock)))
        _keep_halted(desk, folder)
        newest = {key: key.timeframe.floor(terminal.clock()) for key in keys}
        history = {key.symbol: market.candles(key.symbol, key.timeframe, _warm_from(terminal, command, key), newest[key]) for key in keys}
        _begin(terminal, command, desk, history)
        line = ends.enter_context(closing(DeskLine(desk, folder)))
        started = terminal.clock()
        while not cancelled() and not _is_over(command, terminal.clock() - started):
            _beat(desk, market, feed, keys, terminal.clock(), folder)
            done = (terminal.clock() - started) / SECOND
            report(min(done, command.seconds or done), command.seconds or 0, desk.line())
            line.serve(_BEAT_SECONDS, cancelled)
        _keep_halted(desk, folder)
        said = _decisions(desk)
        desk.stop()
        return _report(desk, said)


class DeskLine:
    """Answers other processes about a desk, in the desk's own thread; only a kill takes hold at once, from whichever thread it comes."""

    def __init__(self, desk: "PaperDesk", folder: Path) -> None:
        self._desk = desk
        self._folder = folder
        self._asked: SimpleQueue[tuple[str, Mapping[str, Any], Future[Any]]] = SimpleQueue()
        self._board = link.Switchboard(folder, self._wait_for)

    def close(self) -> None:
        """Answers nobody any more."""
        self._board.close()

    def serve(self, seconds: float, cancelled: CancelQuestion) -> None:
        """Answers for so long, or until cancelled."""
        until = time.monotonic() + seconds
        while not cancelled() and (left := until - time.monotonic()) > 0:
            try:
                what, arguments, answer = self._asked.get(timeout=min(left, _LISTEN_SECONDS))
            except Empty:
                continue
            try:
                answer.set_result(_answer(self._desk, self._folder, what, arguments))
            except OutcryError as error:
                answer.set_exception(error)

    def _wait_for(self, what: str, arguments: Mapping[str, Any]) -> Any:
        """In the switchboard's thread."""
        if what == "kill":
            self._desk.engine.is_shut = True
        answer: Future[Any] = Future()
        self._asked.put((what, arguments, answer))
        try:
            return answer.result(timeout=_LONGEST_ANSWER_SECONDS)
        except TimeoutError:
            raise link.EngineSilent("The engine is busy.", cure="Ask again.") from None


def _beat(desk: "PaperDesk", market: "DemoMarket", feed: "Feed", keys: list[SeriesKey], now: int, folder: Path) -> None:
    """One second: what closed, what stands, what is due."""
    _keep_halted(desk, folder)
    for key in keys:
        quote = market.quote(key.symbol, now)
        if quote.is_open and quote.bid is not None and quote.ask is not None:
            desk.quote(key.symbol, now, _exact(quote.bid), _exact(quote.ask))
    for beat in feed.beats(keys, now):
        if beat.is_closed:
            desk.candle(beat.candle)
    desk.wake()


def _replay(terminal: "Terminal", command: Replay, report: Report, cancelled: CancelQuestion) -> SessionReport:
    """A session over stored candles, at full speed, on a journal in memory: the same engine, gate and rules."""
    from terminal.live.journal_memory import MemoryJournal

    if len(command.trade.symbols) != 1:
        raise BadInput(f"A replay was given {len(command.trade.symbols)} symbols.", cure="Give one.")
    key = SeriesKey(command.trade.venue, command.trade.symbols[0], command.trade.timeframe)
    make_ready(terminal, report, cancelled, for_desk=True)
    candles, assumed = _on_a_grid(terminal.execute(LoadCandles(key, command.start, command.end), silent, cancelled))
    warm = min(warm_up(_strategy(terminal, command.trade)[0]), len(candles) // 2)
    now = [int(candles.time[warm])]
    with closing(_desk(command.trade, (candles.instrument,), MemoryJournal(), None, lambda: now[0])) as desk:
        _begin(terminal, command.trade, desk, {key.symbol: candles.rows(0, warm)})
        for row in range(warm, len(candles)):
            if row % 50 == 0:
                report(row - warm, len(candles) - warm, "candles")
                stop_if(cancelled)
            now[0] = int(candles.time[row]) + key.timeframe.nanoseconds
            desk.candle(candles.rows(row, row + 1))
            desk.wake()
        return _report(desk, (*assumed, *_decisions(desk)))


def _on_a_grid(candles: "Candles") -> tuple["Candles", tuple[str, ...]]:
    """The candles of an instrument that can be traded: where a file told no tick or lot, steps are assumed and named."""
    instrument = candles.instrument
    if instrument.tick is not None and instrument.lot is not None:
        return candles, ()
    written = (repr(float(price)).partition(".")[2].rstrip("0") for price in candles.close[-_LOOKED_AT:])
    tick = instrument.tick or Decimal(1).scaleb(-max(map(len, written), default=0))
    lot = instrument.lot or _ASSUMED_LOT
    words = f"The grid of {instrument.symbol} is not known: steps of {tick} in price and {lot} in quantity are assumed."
    return replace(candles, instrument=replace(instrument, tick=tick, lot=lot)), (words,)


def _ask_engine(terminal: "Terminal", command: AskEngine, _report: Report, _cancelled: CancelQuestion) -> Any:
    """What the engine of an account answers. A kill works without one: the account's gate stays shut when it starts."""
    folder = folder_of(terminal, command.account)
    if command.what == "kill":
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / HALT).write_text("killed by a person\n", encoding="utf-8")
    if command.what == "arm":
        (folder / HALT).unlink(missing_ok=True)
    try:
        return link.ask(folder, command.what, command.arguments)
    except link.EngineSilent:
        if command.what == "kill":
            return "The gate is shut and stays shut; the engine has not told yet what it cancelled. `outcry status` does."
        raise
    except link.EngineAbsent:
        if command.what == "kill":
            return "No engine runs on this account; its gate is shut when one starts, until it is armed."
        if command.what == "arm":
            return _armed_alone(terminal, folder)
        if command.what in ("status", "orders", "positions"):
            return _from_journal(folder, command.what, terminal)
        raise


def _answer(desk: "PaperDesk", folder: Path, what: str, arguments: Mapping[str, Any]) -> Any:
    """What another process asked of the running engine."""
    match what:
        case "status":
            return desk.status()
        case "orders":
            return [_order_row(order) for order in desk.engine.state.orders.values()]
        case "positions":
            return desk.status()["positions"]
        case "kill":
            return desk.kill("killed by a person")
        case "cancel":
            if not isinstance(arguments, Mapping) or not isinstance(arguments.get("order"), str):
                raise BadInput("A cancel was asked for without an order.", cure="Name the order's id; `outcry orders` lists them.")
            desk.cancel(arguments["order"])
            return "The cancel is sent; `outcry orders` shows what becomes of it."
        case "flatten":
            return f"{desk.flatten()} positions are being closed."
        case "arm":
            (folder / HALT).unlink(missing_ok=True)
            desk.arm()
            return f"trading is {desk.engine.state.trading.value}"
    raise BadInput(f"The engine knows nothing called {what!r}.")


def _from_journal(folder: Path, what: str, terminal: "Terminal") -> Any:
    """What the journal of an account that no engine trades now says; equity needs prices and is left out."""
    from terminal.live.driver import replayed
    from terminal.live.journal_opening import read_journal

    if not folder.is_dir():
        raise OutcryError(f"There is no account {folder.name!r} yet.", cure="`outcry trade --paper` opens one.")
    with read_journal(_place(terminal, folder)) as journal:
        state = replayed(journal)
    if what == "orders":
        return [_order_row(order) for order in state.orders.values()]
    positions = {symbol: str(quantity) for (_, symbol), quantity in sorted(state.positions.items()) if quantity}
    if what == "positions":
        return positions
    halted = "halted" if (folder / HALT).exists() else state.trading.value
    return {"mode": "PAPER", "account": folder.name, "is_running": False, "trading": halted, "positions": positions, "working": len(state.may_work)}


def _armed_alone(terminal: "Terminal", folder: Path) -> str:
    """Arms an account that no engine trades now, in its journal."""
    from terminal.app.paper_desk import PERSON
    from terminal.live.journal_entries import Entry
    from terminal.live.records import StateChosen, encode
    from terminal.risk.view import TradingState

    with _journal(terminal, folder) as journal:
        journal.append([Entry(terminal.clock(), *encode(StateChosen(TradingState.ACTIVE, PERSON, "armed")))])
        journal.sync()
    return "trading is active"


def _journal(terminal: "Terminal", folder: Path) -> "Journal":
    from terminal.live.journal_opening import open_journal

    journal = open_journal(_place(terminal, folder), clock=terminal.clock)
    if journal.trouble is not None:
        trouble = journal.trouble
        journal.close()
        raise trouble
    return journal


def _place(terminal: "Terminal", folder: Path) -> Any:
    from terminal.live.journal_opening import Place

    return Place(folder, terminal.paths.config / "accounts" / folder.name)


def _strategy(terminal: "Terminal", command: Trade) -> tuple[Any, str]:
    entry = terminal.strategies.find(command.strategy)
    return entry.demand_class()(**command.parameters), entry.code_fingerprint[:8]


def _desk(command: Trade, known: "Iterable[Instrument]", journal: Any, venue_file: Path | None, clock: Clock) -> "PaperDesk":
    from terminal.app.paper_desk import PaperDesk
    from terminal.live.paper_terms import PaperTerms
    from terminal.risk.limits import Limits

    by_symbol = {instrument.symbol: instrument for instrument in known}
    missing = [symbol for symbol in command.symbols if symbol not in by_symbol]
    if missing:
        raise UnknownName("symbol", missing[0], nearest=nearest(missing[0], tuple(by_symbol)), cure=f"There are {', '.join(sorted(by_symbol)[:8])}.")
    instruments = tuple(by_symbol[symbol] for symbol in command.symbols)
    limits = Limits.preset(command.risk)
    terms = PaperTerms(capital=command.capital)
    return PaperDesk(command.account, instruments, terms, limits, journal=journal, clock=clock, file=venue_file)


def _begin(terminal: "Terminal", command: Trade, desk: "PaperDesk", history: "Mapping[str, Candles]") -> None:
    """One session for each symbol, warmed up by the candles before it."""
    for symbol in command.symbols:
        strategy, version = _strategy(terminal, command)
        desk.add(strategy, symbol, history[symbol], share=command.share, version=version)


def _warm_from(terminal: "Terminal", command: Trade, key: SeriesKey) -> int:
    strategy, _ = _strategy(terminal, command)
    return key.timeframe.floor(terminal.clock()) - max(200, warm_up(strategy)) * key.timeframe.nanoseconds


def _keep_halted(desk: "PaperDesk", folder: Path) -> None:
    """Shuts the gate where the account's folder says so."""
    if (folder / HALT).exists() and desk.engine.state.trading.value != "halted":
        desk.kill(f"the file {HALT} is there")


def _exact(price: float) -> Decimal:
    return Decimal(repr(price))


def _is_over(command: Trade, passed: int) -> bool:
    return command.seconds is not None and passed >= command.seconds * SECOND


def _decisions(desk: "PaperDesk") -> tuple[str, ...]:
    return tuple(decision.words for session in desk.sessions for decision in session.decisions)


def _report(desk: "PaperDesk", said: tuple[str, ...]) -> SessionReport:
    state = desk.engine.state
    refusals = tuple(note.words for note in desk.notes if not note.is_alarm)
    return SessionReport(desk.status(), len(state.orders), len(state.fills), refusals, said)


def _order_row(order: Any) -> dict[str, Any]:
    intent = order.intent
    return {
        "id": intent.id,
        "symbol": intent.instrument.symbol,
        "side": intent.side.word,
        "type": intent.type.value,
        "purpose": intent.purpose.value,
        "quantity": str(order.shape.quantity),
        "filled": str(order.filled),
        "limit": None if order.shape.limit is None else str(order.shape.limit),
        "stop": None if order.shape.stop is None else str(order.shape.stop),
        "status": order.status.value,
        "why": order.why,
        "author": intent.author.name,
        "reason": intent.reason,
        "submitted": order.submitted,
    }


HANDLERS: "dict[type, Handler]" = {Trade: _trade, Replay: _replay, AskEngine: _ask_engine}
