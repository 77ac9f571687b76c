"""What else could have come of the same trades or returns: thousands of paths drawn from them, each with its drawdown.

Paths depend on the seed alone, not on the number of threads. The compiled loops stand in `resampling`.
"""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput, WrongValue
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.stats.blocks import automatic_block

Values = NDArray[np.float64]
Measured = Callable[[Values, Values, Values, int, int], None]
"""Fills the last value, deepest fall and lowest value of each path from one number to before another."""
Levels = Callable[[Values, int, int, int], None]
"""Fills an array with a row per step, after some first steps, and a column per path, from one number to before another."""

PATHS = 10_000
PERIODS = 252
RUIN = -0.5
PERCENTILES = (1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0)
_STEPS_AT_ONCE = 1_000_000
"""Steps that a thread walks before it asks whether it should stop: some 2 ms."""
_RANKED_AT_ONCE = 100_000
_LEVELS_AT_ONCE = 4_000_000
_WHOLE_CHANCE = 1 << 32


@dataclass(frozen=True, eq=False)
class MonteCarlo:
    """The paths of one question. All values are returns on the starting capital: −0.1 is ten per cent below it."""

    method: str
    """One of `reshuffle` (the same trades in another order), `trades` (drawn with replacement) and `bootstrap` (blocks of returns)."""
    paths: int
    length: int
    seed: int
    block: float
    """Mean length of a block of the stationary bootstrap, 1 where each step is drawn alone, 0 where nothing is drawn twice."""
    finals: Values
    """The return of each path at its end."""
    drawdowns: Values
    """The deepest fall of each path from its peak so far: 0 or a negative fraction, −1 at least."""
    lows: Values
    """The lowest return of each path on its way, 0 at most."""
    ruin_level: float
    draw_fan: Callable[[], Values] = field(repr=False)
    """Walks the paths again for `fan`, which most callers do not ask for."""

    @cached_property
    def fan(self) -> Values:
        """The 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile of the return after each step, a row each; column 0 is the start."""
        return self.draw_fan()

    @property
    def mean(self) -> float:
        """The mean return at the end."""
        return float(np.mean(self.finals))

    @property
    def p5(self) -> float:
        """The return that one path in twenty ends below."""
        return float(np.percentile(self.finals, 5))

    @property
    def p95(self) -> float:
        """The return that one path in twenty ends above."""
        return float(np.percentile(self.finals, 95))

    @property
    def mean_drawdown(self) -> float:
        """The mean over the paths of the deepest fall."""
        return float(np.mean(self.drawdowns))

    @property
    def worst_drawdown_95(self) -> float:
        """The drawdown that one path in twenty is deeper than."""
        return float(np.percentile(self.drawdowns, 5))

    @property
    def ruin(self) -> float:
        """The share of paths that were ever at `ruin_level` or below it, wherever they ended."""
        return float(np.mean(self.lows <= self.ruin_level))

    @property
    def losing(self) -> float:
        """The share of paths that end below the start."""
        return float(np.mean(self.finals < 0))


def reshuffle(
    profits: Values,
    capital: float,
    *,
    paths: int = PATHS,
    seed: int = 0,
    ruin_level: float = RUIN,
    workers: int | None = None,
    report: Report = silent,
    cancelled: CancelQuestion = never,
) -> MonteCarlo:
    """All of `profits` (money, net, per trade) in random orders: every path ends alike, its drawdown is what order can do."""
    from terminal.stats.resampling import shuffled, shuffled_levels

    sample, start = _sample("profit of a trade", profits), _capital(capital)
    walk = _Walk(start, _whole("paths", paths), len(sample), _seed(seed), ruin_level, workers, report, cancelled)
    return walk.result("reshuffle", 0.0, partial(shuffled, sample, start, seed), partial(shuffled_levels, sample, start, seed))


def resample_trades(
    profits: Values,
    capital: float,
    *,
    paths: int = PATHS,
    length: int | None = None,
    seed: int = 0,
    ruin_level: float = RUIN,
    workers: int | None = None,
    report: Report = silent,
    cancelled: CancelQuestion = never,
) -> MonteCarlo:
    """`length` trades (as many as there are) drawn from `profits` with replacement and added up. Efron (1979)."""
    sample, start = _sample("profit of a trade", profits), _capital(capital)
    steps = len(sample) if length is None else _whole("length", length)
    walk = _Walk(start, _whole("paths", paths), steps, _seed(seed), ruin_level, workers, report, cancelled)
    return walk.drawn("trades", sample, False, 1.0)


def bootstrap(
    returns: Values,
    *,
    paths: int = PATHS,
    length: int | None = None,
    block: float | None = None,
    seed: int = 0,
    ruin_level: float = RUIN,
    workers: int | None = None,
    report: Report = silent,
    cancelled: CancelQuestion = never,
) -> MonteCarlo:
    """`length` (252) of `returns` drawn in blocks of random length and compounded: the stationary bootstrap of Politis and Romano (1994).

    `block` is the mean length of a block: None finds it by Politis and White (2004), 1 draws each return alone. A return below −1
    leaves nothing, as −1 does.
    """
    sample = _sample("return", returns)
    mean_block = automatic_block(sample) if block is None else block
    if not (math.isfinite(mean_block) and mean_block >= 1):
        raise WrongValue("block", block, "a mean length of a block of 1 or more", option="block")
    steps = PERIODS if length is None else _whole("length", length)
    walk = _Walk(1.0, _whole("paths", paths), steps, _seed(seed), ruin_level, workers, report, cancelled)
    return walk.drawn("bootstrap", np.maximum(1.0 + sample, 0.0), True, mean_block)


@dataclass(frozen=True, slots=True)
class _Walk:
    """How many paths of how many steps are walked from `start`, on how many threads."""

    start: float
    paths: int
    length: int
    seed: int
    ruin_level: float
    workers: int | None
    report: Report
    cancelled: CancelQuestion

    def drawn(self, method: str, sample: Values, compounds: bool, block: float) -> MonteCarlo:
        """The paths that draw steps from `sample` with replacement."""
        from terminal.stats.resampling import drawn, drawn_levels

        chance = round(_WHOLE_CHANCE / block)
        measured = partial(drawn, sample, compounds, self.start, self.length, self.seed, chance)
        return self.result(method, block, measured, partial(drawn_levels, sample, compounds, self.start, self.seed, chance))

    def result(self, method: str, block: float, measured: Measured, levels: Levels) -> MonteCarlo:
        """Walks the paths and keeps what was measured of each."""
        finals, falls, lows = np.empty((3, self.paths))
        self._share(self.paths, _STEPS_AT_ONCE // self.length, partial(measured, finals, falls, lows))
        # a sum that falls below zero owes money: more than everything cannot be lost of it
        found = (finals / self.start - 1.0, 0.0 - np.minimum(falls, 1.0), lows / self.start - 1.0)
        for array in found:
            array.flags.writeable = False
        return MonteCarlo(method, self.paths, self.length, self.seed, block, *found, self.ruin_level, partial(self._fan, levels))

    def _fan(self, levels: Levels) -> Values:
        """The percentiles after each step; the paths are walked again for every few million values, so that memory stays small."""
        fan = np.full((len(PERCENTILES), self.length + 1), self.start)
        rows = max(1, _LEVELS_AT_ONCE // self.paths)
        for skipped in range(0, self.length, rows):
            out = np.empty((min(rows, self.length - skipped), self.paths))
            self._share(self.paths, _STEPS_AT_ONCE // (skipped + len(out)), partial(levels, out, skipped))
            self._share(len(out), _RANKED_AT_ONCE // self.paths, partial(_rank, out, fan[:, 1 + skipped :]))
        fan = fan / self.start - 1.0
        fan.flags.writeable = False
        return fan

    def _share(self, count: int, most: int, part: Callable[[int, int], None]) -> None:
        """Does `part` of 0 … `count` in pieces of at most `most`, on all threads; says how far it is, and stops where asked."""
        threads = self.workers or min(os.cpu_count() or 1, 8)
        size = max(1, min(most, -(-count // threads)))

        def piece(first: int) -> int:
            stop_if(self.cancelled)
            part(first, min(first + size, count))
            return first

        with ThreadPoolExecutor(threads) as pool:
            for first in pool.map(piece, range(0, count, size)):
                self.report(min(first + size, count), count)


def _rank(out: Values, fan: Values, first: int, after: int) -> None:
    fan[:, first:after] = np.percentile(out[first:after], PERCENTILES, axis=1)


def _sample(of: str, values: Values) -> Values:
    sample = np.array(values, np.float64)
    if sample.ndim != 1 or len(sample) < 2:
        raise BadInput(f"Paths are drawn from {len(np.ravel(sample)):,} values; a {of} must be known twice at least.", cure="Run over a longer range.")
    if not np.all(np.isfinite(sample)):
        row = int(np.argmin(np.isfinite(sample)))
        raise BadInput(f"Value {row + 1:,} of {len(sample):,} is {sample[row]}, no {of}.", cure="Leave out what is not known.")
    return sample


def _capital(capital: float) -> float:
    if not (math.isfinite(capital) and capital > 0):
        raise WrongValue("capital", capital, "an amount above 0", option="capital")
    return float(capital)


def _whole(name: str, value: int) -> int:
    if value < 1:
        raise WrongValue(name, value, "a whole number of 1 or more", option=name)
    return int(value)


def _seed(seed: int) -> int:
    if not 0 <= seed < 1 << 63:
        raise WrongValue("seed", seed, "a whole number from 0 to 2⁶³ − 1", option="seed")
    return int(seed)
