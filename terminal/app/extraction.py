"""Handlers of everything that asks a venue: which there are, what they trade, extraction and repair.

Each runs its own event loop on the worker thread that called it; network and ccxt stay behind the venue directory.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from terminal.app.commands import ExtractCandles, ListInstruments, ListTimeframes, ListVenues, RepairGaps
from terminal.app.loading import FILE, remove_other_seed
from terminal.app.state import StoreChanged
from terminal.domain.errors import BadInput
from terminal.domain.series import SeriesKey
from terminal.domain.work import CancelQuestion, Report

if TYPE_CHECKING:
    from terminal.app.terminal import Handler, Terminal
    from terminal.domain.instrument import Instrument
    from terminal.domain.timeframe import Timeframe
    from terminal.market.download import Extraction, Means
    from terminal.market.ports import CandleSource

T = TypeVar("T")


def list_venues(terminal: "Terminal", command: ListVenues, report: Report, cancelled: CancelQuestion) -> tuple[str, ...]:  # noqa: ARG001 - a handler's shape
    """Ids of all venues, "demo" first."""
    return terminal.venues.names()


def list_instruments(terminal: "Terminal", command: ListInstruments, report: Report, cancelled: CancelQuestion) -> tuple["Instrument", ...]:
    """What the venue trades, sorted by symbol."""
    from terminal.market.download import stoppable
    from terminal.market.download_patience import Patience

    async def ask(source: "CandleSource", means: "Means") -> tuple["Instrument", ...]:
        patience = Patience(means.sleep, means.rng, tries=3)
        return await stoppable(patience.ask(source.instruments, lambda words: report(0, 0, words)), cancelled)

    return _with_source(terminal, command.venue, report, cancelled, ask)


def list_timeframes(terminal: "Terminal", command: ListTimeframes, report: Report, cancelled: CancelQuestion) -> tuple["Timeframe", ...]:
    """The candle lengths the venue offers."""

    async def ask(source: "CandleSource", _means: "Means") -> tuple["Timeframe", ...]:
        return await source.timeframes()

    return _with_source(terminal, command.venue, report, cancelled, ask)


def extract_candles(terminal: "Terminal", command: ExtractCandles, report: Report, cancelled: CancelQuestion) -> "Extraction":
    """What was fetched and stored of the missing candles."""
    from terminal.market.download import extract

    _demand_writable(terminal)
    if not command.symbols:
        raise BadInput("No symbol was chosen.", cure="Name at least one, such as BTC/USDT.")

    async def ask(source: "CandleSource", means: "Means") -> "Extraction":
        for symbol in command.symbols if source.simulated else ():
            remove_other_seed(terminal, SeriesKey(source.name, symbol, command.timeframe), source.detail)
        return await extract(source, terminal.store, command.symbols, command.timeframe, command.start, command.end, means=means)

    return _with_source(terminal, command.venue, report, cancelled, ask)


def repair_gaps(terminal: "Terminal", command: RepairGaps, report: Report, cancelled: CancelQuestion) -> "Extraction":
    """What the venue itself, or a second one, could fill."""
    from terminal.market.download_repair import repair

    _demand_writable(terminal)

    async def ask(source: "CandleSource", means: "Means") -> "Extraction":
        return await repair(source, terminal.store, command.series, means=means)

    return _with_source(terminal, command.source or command.series.venue, report, cancelled, ask)


def _with_source(terminal: "Terminal", venue: str, report: Report, cancelled: CancelQuestion, ask: Callable[["CandleSource", "Means"], Awaitable[T]]) -> T:
    """The answer of `ask` to the opened venue, whose connections are closed whatever happens."""
    from random import Random

    from terminal.market.download import Means

    def stored(key: Any) -> None:
        terminal.publisher.publish(StoreChanged(key))

    if venue == FILE:
        raise BadInput(
            'Candles of the venue "file" came from files; nobody can be asked for more.', cure="Import a file that has them, or name a venue to ask."
        )

    async def run() -> T:
        report(0, 0, f"opening {venue}")
        source: CandleSource = terminal.venues.open(venue)
        means = Means(terminal.clock, Random(terminal.clock()), report, cancelled, stored=stored)  # noqa: S311 - jitter between tries, no secret
        try:
            return await ask(source, means)
        finally:
            await source.close()

    return asyncio.run(run())


def _demand_writable(terminal: "Terminal") -> None:
    if terminal.read_only:
        raise BadInput("This Outcry is open for reading only: another one is running on the same folders.", cure="Use the other window, or close it first.")


HANDLERS: dict[type, "Handler"] = {
    ListVenues: list_venues,
    ListInstruments: list_instruments,
    ListTimeframes: list_timeframes,
    ExtractCandles: extract_candles,
    RepairGaps: repair_gaps,
}
