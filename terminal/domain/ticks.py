"""Trades, quotes and books of one instrument as a venue sent them: immutable columns, UTC, in the order in which they came.

Read by `venues.files`, replayed by the backtest, which makes candles of them for what looks at candles.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.candles import Candles, Provenance, iso
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.timeframe import Timeframe


class TickKind(IntEnum):
    """What a message shows: a trade that was printed, the best quote, several levels of the book, or the venue's mark price."""

    TRADE = 0
    QUOTE = 1
    BOOK = 2
    MARK = 3

    @property
    def word(self) -> str:
        """ "trade", "quote", "book" or "mark"."""
        return self.name.lower()


Levels = Sequence[Sequence[tuple[float, float]]]
"""Of each message the levels (price, size), the best first."""


@dataclass(frozen=True, eq=False)
class Ticks:
    """One message a row, read-only, oldest first; several may share a time. `time` is UTC nanoseconds.

    `price` and `size` are those of a trade or mark, NaN and 0 for what shows a book; `side` is 1 where a buyer took, −1 where a seller
    did, 0 = not known. The levels that row r shows are `bids` (price, size) from `bid_rows[r]` to before `bid_rows[r + 1]`, the best
    first, and `asks` alike. `timeframe` is the length of the candles that are made of them. Make one with `of_trades`, `of_quotes`,
    `of_books`, `of_marks` and `merged`; raises BadInput for what no venue can have sent.
    """

    instrument: Instrument
    time: NDArray[np.int64]
    kind: NDArray[np.int64]
    price: NDArray[np.float64]
    size: NDArray[np.float64]
    side: NDArray[np.int64]
    bids: NDArray[np.float64]
    bid_rows: NDArray[np.int64]
    asks: NDArray[np.float64]
    ask_rows: NDArray[np.int64]
    timeframe: Timeframe = Timeframe.M1
    provenance: Provenance = field(default=Provenance("unknown"))

    def __post_init__(self) -> None:
        for name, dtype in _COLUMNS.items():
            array = np.array(getattr(self, name), dtype)  # a copy: nobody else may change it
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        rows = {name: len(getattr(self, name)) for name in ("time", "kind", "price", "size", "side")}
        if len(set(rows.values())) != 1:
            told = ", ".join(f"{name} {count:,}" for name, count in rows.items())
            raise BadInput(f"The columns of these ticks differ in length: {told}.", cure="Give one value for each message.")
        self._demand_order()
        self._demand_values()

    def _demand_order(self) -> None:
        falling = np.flatnonzero(np.diff(self.time) < 0)
        if len(falling):
            row = int(falling[0]) + 1
            raise BadInput(f"Tick times may not fall; row {row:,} ({iso(int(self.time[row]))}) lies before the row before it.", cure="Sort the rows by time.")

    def _demand_values(self) -> None:
        has_price = (self.kind == TickKind.TRADE) | (self.kind == TickKind.MARK)
        with np.errstate(invalid="ignore"):
            good = ~has_price | ((self.price > 0) & np.isfinite(self.price) & (self.size >= 0) & np.isfinite(self.size))
        if not good.all():
            row = int(np.argmin(good))
            when = iso(int(self.time[row]))
            raise BadInput(f"The tick at {when} (row {row:,}) is impossible: price {self.price[row]:g}, size {self.size[row]:g}.", cure="Leave such rows out.")
        for name, levels, rows, worse in (("bid", self.bids, self.bid_rows, -1), ("ask", self.asks, self.ask_rows, 1)):
            with np.errstate(invalid="ignore"):
                wrong = ~((levels[:, 0] > 0) & np.isfinite(levels[:, 0]) & (levels[:, 1] >= 0) & np.isfinite(levels[:, 1]))
                is_unsorted = np.diff(levels[:, 0]) * worse <= 0
            is_unsorted[rows[(rows > 0) & (rows < len(levels))] - 1] = False  # the first level of a row follows no other
            wrong[1:] |= is_unsorted
            if wrong.any():
                level = int(np.argmax(wrong))
                row = int(np.searchsorted(rows, level, side="right")) - 1
                told = f"{name} {levels[level, 0]:g} × {levels[level, 1]:g}"
                raise BadInput(f"The book at {iso(int(self.time[row]))} (row {row:,}) is impossible at {told}.", cure="Give the best level first, above zero.")

    @classmethod
    def of_trades(cls, instrument: Instrument, time: ArrayLike, price: ArrayLike, size: ArrayLike, side: ArrayLike | None = None, **more: Any) -> Self:
        """Trades that were printed; `more` are `timeframe` and `provenance`."""
        return cls._of_prices(instrument, TickKind.TRADE, time, price, size, side, more)

    @classmethod
    def of_marks(cls, instrument: Instrument, time: ArrayLike, price: ArrayLike, **more: Any) -> Self:
        """Mark prices of the venue."""
        return cls._of_prices(instrument, TickKind.MARK, time, price, np.zeros(len(np.asarray(price))), None, more)

    @classmethod
    def of_quotes(cls, instrument: Instrument, time: ArrayLike, bid: ArrayLike, bid_size: ArrayLike, ask: ArrayLike, ask_size: ArrayLike, **more: Any) -> Self:
        """Best quotes; a bid or ask of NaN is a side that shows nothing."""
        sides = [np.column_stack([np.asarray(each, float) for each in pair]) for pair in ((bid, bid_size), (ask, ask_size))]
        (bids, bid_rows), (asks, ask_rows) = (_packed(side[:, None, :]) for side in sides)
        return cls._of_levels(instrument, TickKind.QUOTE, time, bids, bid_rows, asks, ask_rows, more)

    @classmethod
    def of_books(cls, instrument: Instrument, time: ArrayLike, bids: "Levels | NDArray[np.float64]", asks: "Levels | NDArray[np.float64]", **more: Any) -> Self:
        """Books: for each moment the levels (price, size), the best first; arrays (n, levels, 2) with NaN for levels that are not there too."""
        (bid_levels, bid_rows), (ask_levels, ask_rows) = (_packed(each) for each in (bids, asks))
        return cls._of_levels(instrument, TickKind.BOOK, time, bid_levels, bid_rows, ask_levels, ask_rows, more)

    @classmethod
    def _of_prices(
        cls, instrument: Instrument, kind: TickKind, time: ArrayLike, price: ArrayLike, size: ArrayLike, side: ArrayLike | None, more: dict[str, Any]
    ) -> Self:
        rows = len(np.asarray(time))
        none = np.zeros(rows + 1, np.int64)
        sides: NDArray[np.int64] = np.zeros(rows, np.int64) if side is None else np.asarray(side).astype(np.int64)
        empty = np.empty((0, 2))
        return cls(instrument, _times(time), np.full(rows, kind), np.asarray(price), np.asarray(size), sides, empty, none, empty, none, **more)

    @classmethod
    def _of_levels(cls, instrument: Instrument, kind: TickKind, time: ArrayLike, bids: Any, bid_rows: Any, asks: Any, ask_rows: Any, more: Any) -> Self:
        times = _times(time)
        rows = len(times)
        if not rows == len(bid_rows) - 1 == len(ask_rows) - 1:
            told = f"{rows:,} times, {len(bid_rows) - 1:,} bids and {len(ask_rows) - 1:,} asks"
            raise BadInput(f"There are {told}.", cure="Give the levels of both sides for each moment.")
        prices, nothing = np.full(rows, np.nan), np.zeros(rows)
        return cls(instrument, times, np.full(rows, kind), prices, nothing, np.zeros(rows, np.int64), bids, bid_rows, asks, ask_rows, **more)

    @classmethod
    def merged(cls, *parts: "Ticks", order: Sequence[int] | None = None) -> "Ticks":
        """All messages in the order of time; of one time, those of earlier `parts` first. Instrument and timeframe are those of the first.

        `order` says it instead where it is known how they came: a number for each message, part after part.
        """
        if not parts:
            raise BadInput("No ticks were given.", cure="Give at least one stream.")
        rank = np.argsort(np.concatenate([part.time for part in parts]) if order is None else np.asarray(order, np.int64), kind="stable")
        columns = {name: np.concatenate([getattr(part, name) for part in parts])[rank] for name in ("time", "kind", "price", "size", "side")}
        for levels, rows in (("bids", "bid_rows"), ("asks", "ask_rows")):
            counts = np.concatenate([np.diff(getattr(part, rows)) for part in parts])
            begins, flat = np.concatenate(([0], np.cumsum(counts)[:-1])), np.concatenate([getattr(part, levels) for part in parts])
            columns[levels], columns[rows] = flat[_spans(begins[rank], counts[rank])], np.concatenate(([0], np.cumsum(counts[rank])))
        return cls(parts[0].instrument, **columns, timeframe=parts[0].timeframe, provenance=parts[0].provenance)

    def __len__(self) -> int:
        return len(self.time)

    def __repr__(self) -> str:
        span = f", {iso(int(self.time[0]))} → {iso(int(self.time[-1]))}" if len(self) else ""
        return f"Ticks({self.instrument.symbol}, {self.words}{span}, {self.provenance.source})"

    @property
    def words(self) -> str:
        """What there is, such as "9,757 trades and 28,040 quotes"."""
        counts = {kind: int(np.count_nonzero(self.kind == kind)) for kind in TickKind}
        told = [f"{count:,} {kind.word}{'' if count == 1 else 's'}" for kind, count in counts.items() if count]
        return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told) or "no messages"

    @property
    def kinds(self) -> tuple[TickKind, ...]:
        """The kinds of message that there are."""
        return tuple(kind for kind in TickKind if np.any(self.kind == kind))

    def marked(self, timeframe: "Timeframe | str") -> "Ticks":
        """The same messages, whose candles are of `timeframe`."""
        return replace(self, timeframe=Timeframe.parse(timeframe))

    def between(self, start_ns: int | None, end_ns: int | None) -> "Ticks":
        """The messages at or after `start_ns` and before `end_ns` (UTC ns, None = open end)."""
        first = 0 if start_ns is None else int(np.searchsorted(self.time, start_ns))
        last = max(first, len(self) if end_ns is None else int(np.searchsorted(self.time, end_ns)))
        columns: dict[str, Any] = {name: getattr(self, name)[first:last] for name in ("time", "kind", "price", "size", "side")}
        for levels, rows in (("bids", "bid_rows"), ("asks", "ask_rows")):
            begins = getattr(self, rows)
            columns[levels], columns[rows] = getattr(self, levels)[begins[first] : begins[last]], begins[first : last + 1] - begins[first]
        return replace(self, **columns)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the instrument and every value; equal for equal messages wherever they came from."""
        digest = hashlib.sha256(f"{self.instrument.venue}|{self.instrument.symbol}|ticks".encode(), usedforsecurity=False)
        for name in _COLUMNS:
            digest.update(getattr(self, name).view(np.uint8).data if getattr(self, name).size else b"")
        return digest.hexdigest()[:32]

    @cached_property
    def best(self) -> NDArray[np.float64]:
        """Best bid, its size, best ask and its size as last shown at each row, shape (n, 4); NaN before the first and of an empty side.

        A level of size 0 shows nothing.
        """
        table = np.full((len(self) + 1, 4), np.nan)  # one row more, for "nothing was shown yet"
        for column, levels, rows in ((0, self.bids, self.bid_rows), (2, self.asks, self.ask_rows)):
            real = np.append(np.flatnonzero(levels[:, 1] > 0), len(levels))
            first = real[np.searchsorted(real, rows[:-1])] if len(self) else rows[:-1]
            there = np.flatnonzero(first < rows[1:])
            table[there, column : column + 2] = levels[first[there]]
        best = table[self.shown]
        best.flags.writeable = False
        return best

    @cached_property
    def shown(self) -> NDArray[np.int64]:
        """The row whose book is the last one shown at each row, −1 = none yet. Shape (n,)."""
        shows = (self.kind == TickKind.QUOTE) | (self.kind == TickKind.BOOK)
        return np.maximum.accumulate(np.where(shows, np.arange(len(self)), -1)) if len(self) else np.empty(0, np.int64)

    @cached_property
    def candles(self) -> Candles:
        """Candles of the timeframe, made of the trades; without any of them of the middle of the quotes, with no volume.

        There is none for a stretch without a trade. Borders lie on the UTC grid.
        """
        is_trade = self.kind == TickKind.TRADE
        middle = (self.best[:, 0] + self.best[:, 2]) / 2
        points = is_trade if is_trade.any() else (self.shown == np.arange(len(self))) & ~np.isnan(middle)
        if not points.any():
            points = self.kind == TickKind.MARK
        prices = np.where(is_trade | (self.kind == TickKind.MARK), self.price, middle)[points]
        opens = np.asarray(self.timeframe.floor(self.time[points]))
        first = np.flatnonzero(np.concatenate(([True], opens[1:] != opens[:-1]))) if len(opens) else np.empty(0, np.int64)
        last = np.append(first[1:], len(opens))[: len(first)] - 1
        high, low, volume = (
            (np.empty(0),) * 3
            if not len(first)
            else (
                np.maximum.reduceat(prices, first),
                np.minimum.reduceat(prices, first),
                np.add.reduceat(self.size[points], first),
            )
        )
        return Candles(self.instrument, self.timeframe, opens[first], prices[first], high, low, prices[last], volume, self.provenance)


_COLUMNS = {
    **dict.fromkeys(("time", "kind", "side", "bid_rows", "ask_rows"), np.int64),
    **dict.fromkeys(("price", "size", "bids", "asks"), np.float64),
}


def _times(given: ArrayLike) -> NDArray[np.int64]:
    times = np.asarray(given)
    return times.astype("datetime64[ns]").astype(np.int64) if times.dtype.kind in "MOU" else times.astype(np.int64)


def _packed(sides: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """All levels one after the other, and where those of each row begin, with the end of the last; levels without a price are left out."""
    if isinstance(sides, np.ndarray) and sides.ndim == 3:
        there = ~np.isnan(sides[:, :, 0])
        return sides[there], np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    counts = np.array([len(side) for side in sides], np.int64)
    flat = [level for side in sides for level in side]
    return np.array(flat, np.float64).reshape(-1, 2), np.concatenate(([0], np.cumsum(counts)))


def _spans(begins: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of all spans of `counts` items that begin at `begins`, one span after the other."""
    ends = np.cumsum(counts)
    places: NDArray[np.int64] = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - counts), counts)
    return places
