"""The simulated market hour by hour: volatility that clusters at every scale, fat tails, volume that follows both.

Everything finer is drawn inside these hours (`demo.refine`), everything coarser is their resample, so that all agree.
The logarithm of a price is a random walk without drift; a pull of two years keeps it near its level.
"""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.venues.demo.noise import MARKET, Purpose, generator
from terminal.venues.demo.refine import Bars
from terminal.venues.demo.session import minutes_open_in_hours
from terminal.venues.demo.symbols import Character

FIRST_HOUR = 420_768
"""2018-01-01T00:00Z in hours since 1970: the market's first hour, whatever is asked of it."""
BLOCK = 4096

_HOURS_OF_YEAR = 8766.0
_PULL = np.log(2) / (2 * _HOURS_OF_YEAR)  # half of a deviation from the level is gone after two years
_SCALES = (4, 16, 64, 256, 512, 2048)
_SPREADS = (0.18, 0.16, 0.16, 0.20, 0.50, 0.30)  # standard deviation of log volatility at each scale above, in hours
_QUICK_SPREAD = 0.30  # and within the single hour
_WILDEST = 1.4  # log volatility bends toward this, so that no single storm of three years drowns the rest of the record
_SHARED_MOOD = 0.7  # how much of the volatility's ups and downs all symbols have in common
_CLOSED_WEIGHT = 0.02  # variance of an hour in which the exchange is closed, against an open one


@dataclass(frozen=True, slots=True)
class Hours:
    """Consecutive hours, and the minutes [opens, closes) of each in which it trades, shape (hours,); equal where it does not."""

    bars: Bars
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Draws:
    """One block of random numbers of a symbol or of the market."""

    shock: NDArray[np.float64]
    quick: NDArray[np.float64]
    crowd: NDArray[np.float64]
    reach: NDArray[np.float64]
    nodes: tuple[NDArray[np.float64], ...]


class HourMaker:
    """Makes and keeps the blocks of one symbol of one seed. Safe to ask from several threads."""

    def __init__(self, seed: int, character: Character) -> None:
        self._seed = seed
        self._character = character
        self._lock = threading.Lock()
        self._blocks: list[Hours] = []
        self._level = self._first_level()

    def between(self, first: int, after: int) -> Hours:
        """The hours [first, after), counted since 1970; nothing before FIRST_HOUR."""
        first, after = max(first, FIRST_HOUR), max(after, FIRST_HOUR)
        head, tail = (first - FIRST_HOUR) // BLOCK, (after - FIRST_HOUR - 1) // BLOCK
        blocks = [self._block(number) for number in range(head, max(tail, head) + 1)]
        start = first - FIRST_HOUR - head * BLOCK
        rows = slice(start, start + max(after - first, 0))
        bars = Bars(*(np.concatenate([getattr(block.bars, name) for block in blocks])[rows] for name in Bars.__slots__))
        return Hours(bars, *(np.concatenate([getattr(block, name) for block in blocks])[rows] for name in ("opens", "closes")))

    def session(self, hour: int) -> tuple[int, int]:
        """The minutes [opens, closes) of that hour in which it trades."""
        asked = self.between(hour, hour + 1)
        return (int(asked.opens[0]), int(asked.closes[0])) if len(asked.opens) else (0, 0)

    def _block(self, number: int) -> Hours:
        """Hours [FIRST_HOUR + number × BLOCK, + BLOCK); each is made after the one before it, whose last price it starts from."""
        with self._lock:
            while len(self._blocks) <= number:
                made, self._level = self._made(len(self._blocks), self._level)
                self._blocks.append(made)
            return self._blocks[number]

    def _first_level(self) -> float:
        """Deviation of the first price's logarithm from the level, as if the market had been running for ever."""
        spread = self._character.volatility / np.sqrt(2 * _PULL * _HOURS_OF_YEAR)
        return float(generator(self._seed, self._character.number, Purpose.LEVEL, 0).standard_normal() * spread)

    def _made(self, number: int, level: float) -> tuple[Hours, float]:
        character = self._character
        own, market = _draws(self._seed, character.number, number), _draws(self._seed, MARKET, number)
        bounds = minutes_open_in_hours(FIRST_HOUR + number * BLOCK, BLOCK) if character.has_sessions else _round_the_clock()
        weight = _weight_of_hours(number, bounds, has_sessions=character.has_sessions)
        mood = self._mood(number, own, market)
        sigma = np.sqrt(weight) * np.exp(mood) * character.volatility
        shock = character.shared * market.shock + np.sqrt(1 - character.shared**2) * own.shock
        returns = _uncorrelated(sigma * shock, bounds)
        fade = np.exp(-_PULL * np.arange(1, BLOCK + 1))
        path = fade * (level + np.cumsum(returns / fade))
        before = np.concatenate(([level], path[:-1]))
        moved = path - before
        reach = np.sqrt(moved**2 + 2 * sigma**2 * own.reach)  # extremes of a Brownian bridge, of which −2 ln U is exponential
        units = character.level * character.ticks_per_unit
        start, end = np.rint(np.exp(before) * units), np.rint(np.exp(path) * units)
        high = np.maximum(np.rint(np.exp(before + (moved + reach[0]) / 2) * units), np.maximum(start, end))
        low = np.minimum(np.rint(np.exp(before + (moved - reach[1]) / 2) * units), np.minimum(start, end))
        crowd = np.exp(1.1 * mood + 0.5 * own.crowd) * (0.45 + 0.7 * np.abs(shock)) * _volume_of_hours(weight, bounds)
        volume = np.maximum(np.rint(character.volume_per_hour / character.volume_step * crowd), bounds[:, 1] - bounds[:, 0])
        bars = Bars(*(column.astype(np.int64) for column in (start, high, low, end, volume)))
        return Hours(bars, bounds[:, 0], bounds[:, 1]), float(path[-1])

    def _mood(self, number: int, own: _Draws, market: _Draws) -> NDArray[np.float64]:
        """Log volatility of each hour around its mean: noise at seven scales, so that calm and storm last from hours to months."""
        following = _draws(self._seed, self._character.number, number + 1), _draws(self._seed, MARKET, number + 1)
        mood = _QUICK_SPREAD * own.quick
        for place, (scale, spread) in enumerate(zip(_SCALES, _SPREADS, strict=True)):
            alone, together = (_between_nodes(now.nodes[place], later.nodes[place][0], scale) for now, later in zip((own, market), following, strict=True))
            mood = mood + spread * (np.sqrt(1 - _SHARED_MOOD**2) * alone + _SHARED_MOOD * together)
        return _bent(mood) - _MEAN_MOOD


def _bent(mood: NDArray[np.float64]) -> NDArray[np.float64]:
    return _WILDEST * np.tanh(mood / _WILDEST)


def _mean_mood() -> float:
    """What to take from a bent mood so that the mean of exp(2 mood) is one: the year's volatility is then what the character says."""
    place = np.linspace(-8.0, 8.0, 1601)
    normal = np.exp(-(place**2) / 2)
    spread = np.sqrt(_QUICK_SPREAD**2 + sum(one**2 for one in _SPREADS))
    return float(np.log(normal @ np.exp(2 * _bent(spread * place)) / normal.sum())) / 2


_MEAN_MOOD = _mean_mood()


def _draws(seed: int, symbol: int, number: int) -> _Draws:
    source = generator(seed, symbol, Purpose.HOURS, number)
    nodes = tuple(source.standard_normal(BLOCK // scale) for scale in _SCALES)
    shock, quick, crowd = source.standard_normal((3, BLOCK))
    return _Draws(shock, quick, crowd, source.standard_exponential((2, BLOCK)), nodes)


def _uncorrelated(returns: NDArray[np.float64], bounds: NDArray[np.int64]) -> NDArray[np.float64]:
    """`returns` without the correlation that successive candles of one block have by chance.

    A stock has 800 candles in a block: chance alone would pass for a habit of ±0.06 that a strategy seems to find.
    """
    is_open = np.flatnonzero(bounds[:, 1] > bounds[:, 0])
    candle = np.diff(np.cumsum(returns)[is_open])  # from close to close, nights included
    by_chance = np.dot(candle[1:], candle[:-1]) / np.dot(candle, candle)
    corrected = returns.copy()
    corrected[is_open[2:]] -= by_chance * candle[:-1]
    return corrected


def _between_nodes(nodes: NDArray[np.float64], following: float, scale: int) -> NDArray[np.float64]:
    """Standard normal noise that changes over `scale` hours: nodes joined so that its variance is one everywhere."""
    right = np.append(nodes[1:], following)
    share = np.arange(scale) / scale
    joined = np.outer(nodes, 1 - share) + np.outer(right, share)
    joined /= np.sqrt((1 - share) ** 2 + share**2)
    return joined.reshape(-1)


def _round_the_clock() -> NDArray[np.int64]:
    return np.tile(np.array([0, 60], dtype=np.int64), (BLOCK, 1))


def _weight_of_hours(number: int, bounds: NDArray[np.int64], *, has_sessions: bool) -> NDArray[np.float64]:
    """Share of a year's variance that falls into each hour."""
    hour = (FIRST_HOUR + number * BLOCK + np.arange(BLOCK)) % 168  # 1970 began on a Thursday
    if not has_sessions:
        busy = 1 + 0.45 * np.cos((hour % 24 - 15) * np.pi / 12)
        weekend = np.where((hour // 24 == 2) | (hour // 24 == 3), 0.65, 1.14)
        return busy * weekend / _HOURS_OF_YEAR
    open_share = (bounds[:, 1] - bounds[:, 0]) / 60
    opening = np.where(bounds[:, 0] > 0, 1.6, 1.0)
    year = 252 * 6.8 + (_HOURS_OF_YEAR - 252 * 6.5) * _CLOSED_WEIGHT
    return (open_share * opening + (1 - open_share) * _CLOSED_WEIGHT) / year


def _volume_of_hours(weight: NDArray[np.float64], bounds: NDArray[np.int64]) -> NDArray[np.float64]:
    is_open = bounds[:, 1] > bounds[:, 0]
    return np.where(is_open, weight / weight[is_open].mean(), 0.0)
