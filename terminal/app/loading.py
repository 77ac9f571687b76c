"""Candles for whoever asks by name: stored ones, those made from finer stored ones, or, of the simulated market, made on demand.

Charts, backtests, checks and exports read here; where nothing can be had the refusal names the command that gets it.
"""

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from terminal.app.commands import LoadCandles
from terminal.app.state import Notice, Severity, StoreChanged
from terminal.domain.errors import BadInput, StoreDamaged, UnknownName
from terminal.domain.names import nearest
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, HOUR, SECOND, Timeframe
from terminal.domain.work import CancelQuestion, Report

if TYPE_CHECKING:
    from terminal.app.terminal import Terminal
    from terminal.domain.candles import Candles

DEMO = "demo"
HOURS = 26_280
"""Three years of one-hour candles."""
FILE = "file"
_MOST_DAMAGEDFILES = 1000


def load_candles(terminal: "Terminal", command: LoadCandles, report: Report, cancelled: CancelQuestion) -> "Candles":  # noqa: ARG001 a handler's signature
    """The stored candles, made from finer stored ones where this timeframe is not stored; the simulated market's are made where they lack."""
    from terminal.domain.resample import resample

    key = command.series
    if key.venue == DEMO:
        return _of_demo(terminal, command)
    if terminal.store.info(key) is not None:
        return _healthy(terminal, key, command.start, command.end)
    finer = _finer(terminal, key)
    if finer is None:
        raise _not_stored(terminal, command)
    step = key.timeframe.nanoseconds
    start = None if command.start is None else command.start - step
    end = None if command.end is None else command.end + step
    return resample(_healthy(terminal, finer, start, end), key.timeframe).between(command.start, command.end)


def usual_range(timeframe: Timeframe, now_ns: int) -> tuple[int, int]:
    """The [start, end) in UTC ns that is meant where nobody names one: three years, or 26,280 candles where those are less."""
    end = timeframe.floor(now_ns)
    return end - HOURS * min(HOUR, timeframe.nanoseconds), end


def available(terminal: "Terminal", key: SeriesKey) -> tuple[int, int] | None:
    """The [start, end) in UTC ns of all that `load_candles` could give of the series, None where that is nothing."""
    if key.venue == DEMO:
        from terminal.venues.demo.market import FIRST_TIME

        return FIRST_TIME, key.timeframe.floor(terminal.clock())
    source = key if terminal.store.info(key) is not None else _finer(terminal, key)
    info = None if source is None else terminal.store.info(source)
    return None if info is None or info.start is None or info.end is None else (info.start, info.end)


def none_in_range(what: str, there: tuple[int, int] | None) -> BadInput:
    """The refusal of a range without candles; it names the range that is `there`."""
    from terminal.domain.signals import minute

    if there is None:
        return BadInput(f"There are no candles of {what}.", cure="Get some first; see: outcry data --help")
    held = f"there are some from {minute(there[0])} to {minute(there[1])} UTC"
    return BadInput(f"There are no candles of {what} in that range; {held}.", cure="Choose a range inside that one, or extract more first.")


def remove_other_seed(terminal: "Terminal", key: SeriesKey, detail: str) -> None:
    """Deletes a stored series of the simulated market whose origin is not `detail`: prices of two seeds never stand side by side."""
    info = terminal.store.info(key)
    if info is not None and info.provenance.detail != detail:
        terminal.store.delete(key)
        terminal.publisher.publish(StoreChanged(key))


def _of_demo(terminal: "Terminal", command: LoadCandles) -> "Candles":
    """The store's candles where it has all that is asked for, of the seed in force; else the same candles from the market itself."""
    from terminal.venues.demo.market import DemoMarket

    key, store = command.series, terminal.store
    market = DemoMarket(terminal.settings["seed"])
    info = store.info(key)
    is_stored = info is not None and info.provenance.detail == market.provenance.detail
    closed = key.timeframe.floor(terminal.clock())
    first, after = usual_range(key.timeframe, terminal.clock())
    if is_stored and info is not None and info.start is not None and info.end is not None:
        first, after = info.start, info.end
    start = first if command.start is None else command.start
    end = min(after if command.end is None else command.end, closed)
    if is_stored and not store.missing(key, start, end):
        return _healthy(terminal, key, command.start, command.end)
    return market.candles(key.symbol, key.timeframe, start, end)


def _healthy(terminal: "Terminal", key: SeriesKey, start: int | None, end: int | None) -> "Candles":
    """What can be read; each damaged file becomes a notice. A read-only store can't set it aside, so there it is raised."""
    for _ in range(_MOST_DAMAGEDFILES):
        try:
            return terminal.store.read(key, start, end)
        except StoreDamaged as damage:
            if terminal.read_only:
                raise
            terminal.publisher.publish(Notice(Severity.ERROR, damage.message, damage.cure))
            terminal.publisher.publish(StoreChanged(key))
    return terminal.store.read(key, start, end)


def _finer(terminal: "Terminal", key: SeriesKey) -> SeriesKey | None:
    """The coarsest stored series of the same symbol from which this timeframe can be made."""
    step = key.timeframe.nanoseconds
    candidates = [SeriesKey(key.venue, key.symbol, finer) for finer in reversed(Timeframe) if finer.nanoseconds < step and step % finer.nanoseconds == 0]
    return next((finer for finer in candidates if terminal.store.info(finer) is not None), None)


def _not_stored(terminal: "Terminal", command: LoadCandles) -> BadInput:
    """The refusal, with the nearest stored name where one was probably meant, else with the command that gets the series."""
    key = command.series
    stored = [info.key for info in terminal.store.series()]
    venues = {each.venue for each in stored} | {DEMO, FILE}
    if key.venue not in venues and (near := nearest(key.venue, venues)):
        return UnknownName("venue", key.venue, nearest=near)
    symbols = {each.symbol for each in stored if each.venue == key.venue}
    if key.symbol not in symbols and (near := nearest(key.symbol, symbols)):
        return BadInput(f"{key} is not stored.", cure=f"Did you mean {' or '.join(near)}? Else: {_command(terminal, command)}")
    return BadInput(f"{key} is not stored.", cure=f"Get it in the Data panel or with: {_command(terminal, command)}")


def _command(terminal: "Terminal", command: LoadCandles) -> str:
    key = command.series
    if key.venue == FILE:
        return f"outcry data import FILE --symbol {shlex.quote(key.symbol)}"
    first = usual_range(key.timeframe, terminal.clock())[0] if command.start is None else command.start
    words = ["outcry", "data", "extract", "--venue", key.venue, "--symbol", key.symbol, "--timeframe", key.timeframe.value, "--start", _date(first)]
    if command.end is not None:
        words += ["--end", _date(command.end + DAY - 1)]
    return shlex.join(words)


def _date(time_ns: int) -> str:
    return f"{datetime.fromtimestamp(time_ns // SECOND, UTC):%Y-%m-%d}"
