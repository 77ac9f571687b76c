"""The live stream of the simulated market: each second the forming candles of the series in view and a quote of every symbol.

Runs on a thread of its own beside the jobs; what it publishes climbs through the bridge to chart and watchlist.
"""

import logging
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from terminal.app.commands import PrepareDemo
from terminal.app.state import LiveCandle, Quote, Quotes
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import SECOND, Timeframe
from terminal.market.feed import Beat, Feed
from terminal.venues.demo.market import DemoMarket
from terminal.venues.demo.symbols import VENUE

if TYPE_CHECKING:
    from terminal.app.terminal import Terminal

_log = logging.getLogger("outcry.app.streams")


class Streams:
    """Publishes `LiveCandle` events for the watched series and a `Quotes` snapshot each second, from `start` until `stop`."""

    def __init__(self, terminal: "Terminal") -> None:
        self._terminal = terminal
        self._market = DemoMarket(terminal.settings["seed"])
        self._feed = Feed(self._market)
        self._watched: tuple[SeriesKey, ...] = ()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._stored = self._newest()

    def watch(self, series: Iterable[SeriesKey]) -> None:
        """Follows these series instead of the ones before; those of other venues have no stream and are left out."""
        self._watched = tuple(key for key in series if key.venue == VENUE)

    def start(self) -> None:
        """Begins to publish; does nothing while it runs."""
        if self._thread is None:
            self._ending.clear()
            self._stored = self._newest()
            self._thread = threading.Thread(target=self._run, name="streams", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Publishes nothing more once it returns; may be started again."""
        self._ending.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2)
        self._thread = None

    def beat(self) -> None:
        """Publishes where everything stands at the clock's present second."""
        now = self._terminal.clock() // SECOND * SECOND
        seed = self._terminal.settings["seed"]
        if seed != self._market.seed:
            self._market = DemoMarket(seed)
            self._feed = Feed(self._market)
        publisher = self._terminal.publisher
        publisher.publish(Quotes(tuple(self._quote(instrument.symbol, now) for instrument in self._market.instruments())), snapshot=True)
        for beat in self._feed.beats(self._watched, now):
            publisher.publish(_live(beat, now))

    def keep_stored(self) -> None:
        """Stores what closed since the last full hour, or the market of another seed, so that no panel finds a hole before the stream."""
        newest = self._newest()
        if newest != self._stored and not self._terminal.read_only:
            self._stored = newest
            self._terminal.execute(PrepareDemo())

    def _newest(self) -> tuple[int, int]:
        return self._terminal.settings["seed"], Timeframe.H1.floor(self._terminal.clock())

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self.beat()
                self.keep_stored()
            except Exception:  # noqa: BLE001 - one faulty second must not end the stream; the log tells of it
                _log.exception("The simulated stream missed a second")
            self._ending.wait((SECOND - self._terminal.clock() % SECOND) / SECOND)

    def _quote(self, symbol: str, now: int) -> Quote:
        quote = self._market.quote(symbol, now)
        return Quote(SeriesKey(VENUE, symbol, Timeframe.H1), quote.last, quote.day_ago, quote.bid, quote.ask, quote.traded, quote.is_open)


def _live(beat: Beat, now: int) -> LiveCandle:
    row = beat.candle
    return LiveCandle(
        beat.series,
        time=int(row.time[0]),
        open=float(row.open[0]),
        high=float(row.high[0]),
        low=float(row.low[0]),
        close=float(row.close[0]),
        volume=float(row.volume[0]),
        is_closed=beat.is_closed,
        received=now,
    )
