"""The simulated market: any candle or quote of any moment since 2018, the same for everyone with the same seed.

First station of a demo candle. A price is a pure function of (seed, symbol, time): hours are made in blocks from a fixed
first hour, minutes and seconds are drawn inside them, coarser candles are their resample. No clock, no network, no file.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.names import nearest
from terminal.domain.timeframe import DAY, HOUR, MINUTE, SECOND, Timeframe
from terminal.venues.demo.hours import FIRST_HOUR, HourMaker
from terminal.venues.demo.noise import Purpose, generator
from terminal.venues.demo.refine import PARTS, Bars, refine
from terminal.venues.demo.symbols import CHARACTERS, VENUE, Character

FIRST_TIME = FIRST_HOUR * HOUR
"""Open of the market's first candle, UTC ns: a Monday, so that every timeframe begins there."""

_HOURS_OF_DAY = 24
_LONGEST_CLOSURE = 6 * DAY
_COLUMNS = Bars.__slots__


@dataclass(frozen=True, slots=True)
class DemoQuote:
    """What a simulated symbol stands at. `traded`: end of the second of the last trade (UTC ns); bid and ask are None while closed."""

    last: float
    day_ago: float | None
    bid: float | None
    ask: float | None
    traded: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Bars one after another with their opening times (UTC ns)."""

    time: NDArray[np.int64]
    bars: Bars

    @classmethod
    def of(cls, time: NDArray[np.int64], bars: Bars, chosen: NDArray[np.bool_]) -> Self:
        """The chosen ones of bars of any shape, flat."""
        return cls(time[chosen], Bars(*(getattr(bars, name)[chosen] for name in _COLUMNS)))

    @classmethod
    def joined(cls, parts: "list[_Stretch]") -> Self:
        """All parts in a row."""
        time = np.concatenate([part.time for part in parts])
        return cls(time, Bars(*(np.concatenate([getattr(part.bars, name) for part in parts]) for name in _COLUMNS)))

    def between(self, start: int, end: int) -> "_Stretch":
        """Those that open in [start, end)."""
        rows = slice(*np.searchsorted(self.time, (start, end)))
        return _Stretch(self.time[rows], Bars(*(getattr(self.bars, name)[rows] for name in _COLUMNS)))

    def coarse(self, timeframe: Timeframe) -> "_Stretch":
        """What `domain.resample` makes of them, in whole ticks and without loading an exchange's calendar: no session here passes midnight UTC."""
        if not len(self):
            return self
        origin = FIRST_TIME  # every timeframe opens there
        opened = (self.time - origin) // timeframe.nanoseconds * timeframe.nanoseconds + origin
        first = np.flatnonzero(np.append(True, opened[1:] != opened[:-1]))
        last = np.append(first[1:], len(opened)) - 1
        bars = self.bars
        high, low = np.maximum.reduceat(bars.high, first), np.minimum.reduceat(bars.low, first)
        return _Stretch(opened[first], Bars(bars.open[first], high, low, bars.close[last], np.add.reduceat(bars.volume, first)))

    def __len__(self) -> int:
        return len(self.time)


class DemoMarket:
    """Prices of one seed. Safe to ask from several threads; what it made last it keeps."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.provenance = Provenance(VENUE, simulated=True, detail=f"invented prices, seed {seed}")
        self._makers = {symbol: HourMaker(seed, character) for symbol, character in CHARACTERS.items()}
        self._minutes_of_day = lru_cache(maxsize=64)(self._make_minutes)
        self._seconds_of_hour = lru_cache(maxsize=16)(self._make_seconds)

    def instruments(self) -> tuple[Instrument, ...]:
        """What is traded, sorted by symbol."""
        return tuple(CHARACTERS[symbol].instrument for symbol in sorted(CHARACTERS))

    def candles(self, symbol: str, timeframe: Timeframe, start: int, end: int) -> Candles:
        """The candles that open in [start, end), UTC ns; none before FIRST_TIME or while the exchange is closed.

        Knows no present: the caller leaves out what is not yet closed. Raises UnknownName for another symbol.
        """
        character = _character(symbol)
        length = timeframe.nanoseconds
        first = timeframe.floor(max(start, FIRST_TIME) - 1) + length
        after = max(timeframe.floor(end - 1) + length, first)
        fine = self._hours if length >= HOUR else self._minutes
        return self._candles(character, timeframe, fine(symbol, first, after).coarse(timeframe))

    def forming(self, symbol: str, timeframe: Timeframe, now: int) -> Candles:
        """The candle around `now` as far as its seconds have passed, one row; no row before its first trade."""
        opened = timeframe.floor(now)
        return self._candles(_character(symbol), timeframe, self._passed(symbol, opened, now).coarse(timeframe))

    def quote(self, symbol: str, now: int) -> DemoQuote:
        """Last price, bid, ask and the price a day ago (of a stock: at the close before) as they stand at `now`.

        Raises UnknownName for another symbol, BadInput for a time before the market's first trade.
        """
        character = _character(symbol)
        hour = now // HOUR * HOUR
        recent, traded = self._passed(symbol, hour, now), now // SECOND * SECOND
        if not len(recent):
            recent = self._hours(symbol, hour - _LONGEST_CLOSURE, hour)
            if not len(recent):
                raise BadInput("The demo market had not begun yet.", cure="It begins on 2018-01-01.")
            traded = int(recent.time[-1]) + HOUR  # exchanges open at any minute, but close on the hour
        opens, closes = self._maker(symbol).session(now // HOUR)
        is_open = opens <= now // MINUTE % PARTS < closes
        last, unit = int(recent.bars.close[-1]), character.ticks_per_unit
        half = max(1, round(last * character.half_spread))
        bid, ask = ((last - half) / unit, (last + half) / unit) if is_open else (None, None)
        return DemoQuote(last / unit, self._day_ago(symbol, traded), bid, ask, traded, is_open)

    def _day_ago(self, symbol: str, traded: int) -> float | None:
        character = _character(symbol)
        if character.has_sessions:
            day = (traded - 1) // DAY * DAY
            before = self._hours(symbol, day - _LONGEST_CLOSURE, day)
        else:
            minute = (traded - DAY) // MINUTE * MINUTE
            before = self._minutes(symbol, minute - MINUTE, minute)
        return int(before.bars.close[-1]) / character.ticks_per_unit if len(before) else None

    def _passed(self, symbol: str, start: int, now: int) -> _Stretch:
        """What has passed of [start, now): whole hours, then whole minutes, then whole seconds."""
        hour, minute, second = (max(start, now // length * length) for length in (HOUR, MINUTE, SECOND))
        return _Stretch.joined([self._hours(symbol, start, hour), self._minutes(symbol, hour, minute), self._seconds(symbol, minute, second)])

    def _hours(self, symbol: str, start: int, end: int) -> _Stretch:
        first, after = (max(time // HOUR, FIRST_HOUR) for time in (start, end))
        hours = self._maker(symbol).between(first, after)
        time = np.arange(first, max(first, after), dtype=np.int64) * HOUR
        return _Stretch.of(time, hours.bars, hours.closes > hours.opens)

    def _minutes(self, symbol: str, start: int, end: int) -> _Stretch:
        start = max(start, FIRST_TIME)
        days = range(start // DAY, (max(end, start) - 1) // DAY + 1)
        return _Stretch.joined([self._minutes_of_day(symbol, day) for day in days] or [self._minutes_of_day(symbol, start // DAY)]).between(start, end)

    def _seconds(self, symbol: str, start: int, end: int) -> _Stretch:
        """Seconds of one hour: both times lie within it."""
        return self._seconds_of_hour(symbol, max(start, FIRST_TIME) // HOUR).between(start, end)

    def _make_minutes(self, symbol: str, day: int) -> _Stretch:
        hours = self._maker(symbol).between(day * _HOURS_OF_DAY, (day + 1) * _HOURS_OF_DAY)
        is_open = hours.closes > hours.opens
        minute = np.arange(PARTS)
        active = (minute >= hours.opens[is_open, None]) & (minute < hours.closes[is_open, None])
        parents = Bars(*(getattr(hours.bars, name)[is_open] for name in _COLUMNS))
        children = refine(parents, self._generator(symbol, Purpose.MINUTES, day), active)
        opened = (np.arange(day * _HOURS_OF_DAY, (day + 1) * _HOURS_OF_DAY)[is_open, None] * PARTS + minute) * MINUTE
        return _Stretch.of(opened, children, active)

    def _make_seconds(self, symbol: str, hour: int) -> _Stretch:
        minutes = self._minutes(symbol, hour * HOUR, (hour + 1) * HOUR)
        active = np.ones((len(minutes), PARTS), dtype=bool)
        children = refine(minutes.bars, self._generator(symbol, Purpose.SECONDS, hour), active)
        return _Stretch.of(minutes.time[:, None] + np.arange(PARTS) * SECOND, children, active)

    def _candles(self, character: Character, timeframe: Timeframe, stretch: _Stretch) -> Candles:
        bars, unit = stretch.bars, character.ticks_per_unit
        return Candles(
            character.instrument,
            timeframe,
            stretch.time,
            bars.open / unit,
            bars.high / unit,
            bars.low / unit,
            bars.close / unit,
            bars.volume.astype(np.float64) * character.volume_step,
            provenance=self.provenance,
        )

    def _maker(self, symbol: str) -> HourMaker:
        return self._makers[_character(symbol).instrument.symbol]

    def _generator(self, symbol: str, purpose: Purpose, block: int) -> np.random.Generator:
        return generator(self.seed, _character(symbol).number, purpose, block)


def _character(symbol: str) -> Character:
    if symbol not in CHARACTERS:
        raise UnknownName("symbol", symbol, nearest=nearest(symbol, CHARACTERS), cure=f"The demo market trades {', '.join(CHARACTERS)}.")
    return CHARACTERS[symbol]
