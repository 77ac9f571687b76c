"""Candles of one instrument: immutable columns, UTC, with where they came from.

Parsed by venues, filed by the store, handed to strategies and charts.
"""

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.names import nearest
from terminal.domain.timeframe import Timeframe

PRICE_COLUMNS = ("open", "high", "low", "close")
VALUE_COLUMNS = (*PRICE_COLUMNS, "volume")
COLUMNS = ("time", *VALUE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where candles came from. `simulated` prices are invented and labelled so wherever they appear."""

    source: str
    """Name shown as the origin tag: an exchange id, a file name, "demo"."""
    simulated: bool = False
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Candles:
    """Columns of equal length, read-only, oldest first. `time` is each candle's open in UTC nanoseconds, strictly rising.

    The constructor takes any array-likes, copies only what is writeable or of another type, and raises BadInput where
    lengths differ or times do not rise. It does not judge prices: `market.quality` does.
    """

    instrument: Instrument
    timeframe: Timeframe
    time: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    provenance: Provenance = field(default=Provenance("unknown"))
    _others: ClassVar[Mapping[str, "Candles"]] = MappingProxyType({})
    _series: ClassVar[Mapping[str, "KnownSeries"]] = MappingProxyType({})
    _origin: ClassVar["Candles | None"] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "time", _frozen(self.time, np.dtype(np.int64)))
        for name in VALUE_COLUMNS:
            object.__setattr__(self, name, _frozen(getattr(self, name), np.dtype(np.float64)))
        for name in VALUE_COLUMNS:
            if getattr(self, name).shape != self.time.shape:
                rows = len(getattr(self, name))
                raise BadInput(f"Column {name!r} has {rows:,} rows, column 'time' has {len(self):,}.", cure="All columns must have the same length.")
        falling = np.flatnonzero(self.time[1:] <= self.time[:-1])
        if len(falling):
            row = int(falling[0]) + 1
            when = np.datetime64(int(self.time[row]), "ns").astype("datetime64[s]")
            raise BadInput(f"Candle times must rise; row {row:,} ({when}Z) does not come after the row before it.", cure="Sort the rows and remove duplicates.")

    def __len__(self) -> int:
        return len(self.time)

    def __repr__(self) -> str:
        span = f", {self.start_text} → {self.end_text}" if len(self) else ""
        return f"Candles({self.instrument.symbol} {self.timeframe.value}, {len(self):,} rows{span}, {self.provenance.source})"

    @property
    def start_text(self) -> str:
        """Open of the first candle as ISO text, UTC."""
        return iso(int(self.time[0]))

    @property
    def end_text(self) -> str:
        """Open of the last candle as ISO text, UTC."""
        return iso(int(self.time[-1]))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of instrument, timeframe and every value; equal for equal data wherever it came from. Processors have SHA-256 built in."""
        digest = hashlib.sha256(f"{self.instrument.venue}|{self.instrument.symbol}|{self.timeframe.value}".encode(), usedforsecurity=False)
        for name in COLUMNS:
            digest.update(np.ascontiguousarray(getattr(self, name)).view(np.uint8).data)
        return digest.hexdigest()[:32]

    @cached_property
    def price_fault(self) -> str:
        """Why nothing can be traded on these prices, naming the first such row; "" where all are possible. Looked for once."""
        with np.errstate(invalid="ignore"):
            top, bottom = np.maximum(self.open, self.close), np.minimum(self.open, self.close)
            good = (self.low > 0) & (self.low <= bottom) & (self.high >= top) & np.isfinite(self.high)
        if good.all():
            return ""
        row = int(np.argmin(good))
        prices = ", ".join(f"{name} {getattr(self, name)[row]:g}" for name in PRICE_COLUMNS)
        return f"The candle at {iso(int(self.time[row]))} (row {row:,}) is impossible: {prices}."

    def rows(self, start: int, stop: int) -> "Candles":
        """The candles of rows `start` to before `stop`, sharing memory."""
        columns = {name: getattr(self, name)[start:stop] for name in COLUMNS}
        return self._with_neighbours(Candles(self.instrument, self.timeframe, provenance=self.provenance, **columns))

    def between(self, start_ns: int | None, end_ns: int | None) -> "Candles":
        """The candles that open at or after `start_ns` and before `end_ns` (UTC ns, None = open end), sharing memory."""
        first = 0 if start_ns is None else int(np.searchsorted(self.time, start_ns, side="left"))
        last = len(self) if end_ns is None else int(np.searchsorted(self.time, end_ns, side="left"))
        return self.rows(first, max(first, last))

    def at(self, timeframe: "Timeframe | str") -> "Candles":
        """The same instrument's last *closed* candle of a higher timeframe at each row; NaN before the first has closed.

        Row t answers what was known when candle t closed, so it never looks ahead. Shape (n,) as these candles; `time`
        is this timeframe's own. Raises BadInput for a lower timeframe.
        """
        from terminal.domain.resample import aligned_higher

        return aligned_higher(self._origin or self, Timeframe.parse(timeframe), self)

    def of(self, symbol: str) -> "Candles":
        """Another instrument's last *closed* candle at each row, shape (n,) as these candles; NaN before its first has closed.

        `.at(...)` of what is returned gives that instrument's higher timeframes. Raises UnknownName where it takes no part in the run.
        """
        if symbol == self.instrument.symbol:
            return self
        if symbol not in self._others:
            known = tuple(self._others)
            raise UnknownName("instrument", symbol, nearest=nearest(symbol, known), cure="Run the strategy over several instruments: --symbols A,B,C.")
        from terminal.domain.resample import aligned

        other = self._others[symbol]
        view = aligned(other, other.time + other.timeframe.nanoseconds, self)
        object.__setattr__(view, "_origin", other)
        return self._with_neighbours(view)

    def series(self, name: str) -> NDArray[np.float64]:
        """The last known value of another series at the close of each row, shape (n,); NaN before its first. Raises UnknownName."""
        if name not in self._series:
            known = tuple(self._series)
            raise UnknownName("series", name, nearest=nearest(name, known), cure=f'Hand it to the backtest: series={{"{name}": candles}}.')
        times, values = self._series[name]
        row = np.searchsorted(times, self.time + self.timeframe.nanoseconds, side="right") - 1
        return np.where(row >= 0, values[np.maximum(row, 0)], np.nan)

    def beside(self, others: Mapping[str, "Candles"], series: "Mapping[str, KnownSeries]") -> "Candles":
        """The same candles, from which `of` reaches `others` by symbol and `series` each of `series`: moments (UTC ns, rising) and values."""
        twin = copy.copy(self)
        object.__setattr__(twin, "_others", others)
        object.__setattr__(twin, "_series", series)
        return twin

    def _with_neighbours(self, candles: "Candles") -> "Candles":
        """`candles`, reaching what these reach."""
        if self._others or self._series:
            object.__setattr__(candles, "_others", self._others)
            object.__setattr__(candles, "_series", self._series)
        return candles


KnownSeries = tuple[NDArray[np.int64], NDArray[np.float64]]
"""When each value became known (UTC ns, rising) and the values."""


def iso(time_ns: int) -> str:
    """`time_ns` (UTC ns) as ISO text to the second, such as 2021-05-19T12:00:00Z."""
    return f"{np.datetime64(time_ns, 'ns').astype('datetime64[s]')}Z"


def _frozen(values: ArrayLike, dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    given = np.asarray(values)
    array = given if given.dtype == dtype else given.astype(dtype)
    if array.ndim != 1:
        raise BadInput(f"A candle column must have one dimension, not {array.ndim}.", cure="Give one value per candle.")
    if array.flags.writeable:
        array = array.copy() if array is given else array
        array.flags.writeable = False
    return array
