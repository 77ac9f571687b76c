"""The log of a venue's stream, a message of JSON a line, becomes ticks: trades, best quotes, and a book kept up by its changes.

Called by `ticks` for such files; the names are those of Binance's public streams.
"""

import gzip
import json
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Provenance
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import Timeframe
from terminal.venues.files.symbols import argument_cure, symbol_meant

_TIMES = ("T", "E", "time", "timestamp", "ts")
_EPOCHS = ((10**17, 1), (10**14, 10**3), (10**11, 10**6), (0, 10**9))
"""From which size on a number counts ns, µs, ms, s."""
Pairs = list[tuple[float, float]]


def read_stream(path: Path, *, symbol: str | None, timeframe: Timeframe, depth: int, instrument: Instrument | None) -> Ticks:
    """The messages of the log; a line may begin with the time at which it was received (ns). Raises BadInput that names the line."""
    from terminal.venues.files.ticks import instrument_named

    wanted = symbol or (instrument.symbol if instrument is not None else None)
    log = _log_of_one(path, depth, wanted)
    chosen = instrument or instrument_named(symbol or log.symbol or path.name.split(".")[0])
    common: dict[str, Any] = {"timeframe": timeframe, "provenance": Provenance(path.name, detail=log.told)}
    parts = []
    if log.books:
        times, bids, asks = zip(*log.books, strict=True)
        parts.append(Ticks.of_books(chosen, np.maximum.accumulate(times), bids, asks, **common))
    if log.quotes:
        moments, columns = _split(log.quotes)
        parts.append(Ticks.of_quotes(chosen, moments, *columns, **common))
    if log.trades:
        moments, columns = _split(log.trades)
        parts.append(Ticks.of_trades(chosen, moments, *columns, **common))
    if not parts:
        raise BadInput(f"{path.name} holds no trade, quote or book.", cure="Give a log of Binance's streams, or lines with bids and asks.")
    return Ticks.merged(*parts)


def _log_of_one(path: Path, depth: int, wanted: str | None) -> "_Log":
    """What the messages of one symbol told; raises BadInput that asks which one where there are several and none is `wanted`.

    A message that names no symbol, as a whole book asked of the venue, is of the only one there is.
    """
    logs: dict[str, _Log] = {}
    nameless: int | None = None
    try:
        for number, time, name, data in _messages(path):
            if not name:
                nameless = nameless or number
            try:
                _of(logs, name, depth).take(time, data)
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise BadInput(f"Line {number:,} of {path.name} is not a message that is known: {error}.", cure="Remove it.") from None
            if nameless is not None and len(logs) > 1:
                raise BadInput(f"{path.name} has messages of several symbols, and line {nameless:,} names none.", cure="Give a file of one symbol.")
    except (OSError, EOFError) as error:
        raise BadInput(f"The stream {path} can't be read: {error}.", cure="Check the file.") from error
    held = sorted(logs)
    found = symbol_meant(path.name, held, wanted, cure=argument_cure(held) if held else "")
    return logs[found or held[0]] if held else _Log(depth)


def _of(logs: "dict[str, _Log]", name: str, depth: int) -> "_Log":
    """The log of a symbol; one without a name is of the first there is, and takes the name of the first that comes."""
    if not name and logs:
        return next(iter(logs.values()))
    if name and "" in logs:
        logs[name] = logs.pop("")
    log = logs.setdefault(name, _Log(depth))
    log.symbol = name
    return log


def _split(rows: Sequence[tuple[float, ...]]) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    """Times that never fall, and the other columns."""
    times, *columns = zip(*rows, strict=True)
    return np.maximum.accumulate(np.array(times, np.int64)), [np.array(column, np.float64) for column in columns]


def _messages(path: Path) -> Iterator[tuple[int, int | None, str, Mapping[str, Any]]]:
    """Number, time of receipt (UTC ns) where it is told, symbol ("" = it names none) and content of each line that is not empty.

    A book that is streamed whole tells its symbol by the name of the stream only.
    """
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") if path.suffix.lower() == ".gz" else path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            text, time = line.strip(), None
            if not text:
                continue
            first, _, rest = text.partition(" ")
            if first.isdigit():
                text, time = rest, int(first)
            try:
                message = json.loads(text)
                data = message.get("data", message)
                name = str(data.get("s", "")) or (str(message.get("stream", "")).partition("@")[0].upper() if "bids" in data else "")
            except (ValueError, AttributeError):
                raise BadInput(f"Line {number:,} of {path.name} is no message of JSON.", cure="Remove it, or give a whole file.") from None
            yield number, time, name, data


class _Side:
    """The levels of one side of a book, the best first."""

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._keys: list[float] = []
        self._sizes: dict[float, float] = {}

    def change(self, levels: Any) -> None:
        """Sets the size at each price; 0 takes the level away."""
        for price, size in ((self._sign * float(level[0]), float(level[1])) for level in levels):
            if size > 0.0:
                if price not in self._sizes:
                    insort(self._keys, price)
                self._sizes[price] = size
            elif self._sizes.pop(price, None) is not None:
                del self._keys[bisect_left(self._keys, price)]

    def best(self, depth: int) -> Pairs:
        """The first levels (price, size)."""
        return [(self._sign * key, self._sizes[key]) for key in self._keys[:depth]]


class _Log:
    """Collects messages; the book is shown from its snapshot on, and not between a gap in its changes and the next snapshot."""

    def __init__(self, depth: int) -> None:
        self.trades: list[tuple[int, float, float, int]] = []
        self.quotes: list[tuple[int, float, float, float, float]] = []
        self.books: list[tuple[int, Pairs, Pairs]] = []
        self.symbol = ""
        self._depth, self._gaps = depth, 0
        self._bids, self._asks = _Side(-1), _Side(1)
        self._last: int | None = None
        """The number of the last change that the book holds, None = there is no book."""
        self._waiting: list[Mapping[str, Any]] = []
        """Changes that came before their snapshot."""

    @property
    def told(self) -> str:
        """What was wrong with the stream, in words."""
        return f"{self._gaps:,} gaps in the changes of the book, which was not shown from there to its next snapshot" if self._gaps else ""

    def take(self, received: int | None, data: Mapping[str, Any]) -> None:
        """Takes one message in."""
        time = received if received is not None else _time_of(data)
        if data.get("e") == "depthUpdate":
            self._change(time, data)
        elif "bids" in data and "asks" in data:
            self._begin(time, data)
        elif data.get("e") in ("trade", "aggTrade"):
            self.trades.append((time, float(data["p"]), float(data["q"]), -1 if data.get("m") else 1))
        elif {"b", "B", "a", "A"} <= set(data):
            self.quotes.append((time, float(data["b"]), float(data["B"]), float(data["a"]), float(data["A"])))

    def _begin(self, time: int, data: Mapping[str, Any]) -> None:
        """A whole book; of the changes that waited for it those that it does not hold yet follow."""
        self._bids, self._asks = _Side(-1), _Side(1)
        self._bids.change(data["bids"])
        self._asks.change(data["asks"])
        number = data.get("lastUpdateId")
        self._last = None if number is None else int(number)
        waiting, self._waiting = self._waiting, []
        for change in waiting if number is not None else ():
            self._apply(change)
        self._show(time)

    def _change(self, time: int, data: Mapping[str, Any]) -> None:
        if self._last is None:
            self._waiting.append(data)
        elif self._apply(data):
            self._show(time)

    def _apply(self, change: Mapping[str, Any]) -> bool:
        """Whether the change was new and followed the one before."""
        if self._last is None or int(change["u"]) <= self._last:
            return False
        if int(change["U"]) > self._last + 1:
            self._last, self._waiting = None, [change]
            self._gaps += 1
            return False
        self._bids.change(change["b"])
        self._asks.change(change["a"])
        self._last = int(change["u"])
        return True

    def _show(self, time: int) -> None:
        self.books.append((time, self._bids.best(self._depth), self._asks.best(self._depth)))


def _time_of(data: Mapping[str, Any]) -> int:
    """The time (UTC ns) that the message itself tells."""
    number = next((float(data[name]) for name in _TIMES if name in data), None)
    if number is None:
        raise ValueError("it tells no time")
    return int(number) * next(factor for least, factor in _EPOCHS if abs(number) >= least)
