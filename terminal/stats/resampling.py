"""The compiled loops of Monte Carlo: paths drawn from a sample, each with a random stream of its own. Imports numba: import only when needed.

A path's stream depends on the seed and the path's number alone, so that how paths are shared among threads changes nothing. Called by
`monte_carlo`.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)
_LOW_HALF = np.uint64(0xFFFFFFFF)


@njit(nogil=True)
def _mixed(state):  # type: ignore[no-untyped-def] # an unsigned integer, which Python's int is not
    """64 random bits of a counter. Steele, Lea and Flood (2014), SplitMix64, constants of Vigna."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST_FACTOR
    state = (state ^ (state >> np.uint64(27))) * _SECOND_FACTOR
    return state ^ (state >> np.uint64(31))


@njit(nogil=True)
def _stream(seed, path):  # type: ignore[no-untyped-def] # as above
    return _mixed(_mixed(np.uint64(seed)) + np.uint64(path + 1) * _STEP)


@njit(nogil=True)
def _below(bits, count):  # type: ignore[no-untyped-def] # as above
    """A row from 0 to `count` − 1 from the upper half of `bits`. Lemire (2019), without the rejection: biased by less than count / 2³²."""
    return ((bits >> _HALF) * count) >> _HALF


@njit(nogil=True)
def _following(bits, row, count, new_block):  # type: ignore[no-untyped-def] # as above
    """The row after `row`, round the end; with the chance `new_block` / 2³² a random one."""
    after = row + np.uint64(1) if row + np.uint64(1) < count else np.uint64(0)
    return _below(bits, count) if np.int64(bits & _LOW_HALF) < new_block else after


@njit(nogil=True)
def _shuffle(sample, state, order):  # type: ignore[no-untyped-def] # as above
    """Fills `order` with the values of `sample` in random order. Fisher and Yates, as Durstenfeld (1964)."""
    order[:] = sample
    for left in range(len(order), 1, -1):
        state += _STEP
        other = _below(_mixed(state), np.uint64(left))
        order[left - 1], order[other] = order[other], order[left - 1]


@njit(cache=True, nogil=True, error_model="numpy")
def drawn(
    sample: NDArray[np.float64],
    compounds: bool,
    start: float,
    length: int,
    seed: int,
    new_block: int,
    finals: NDArray[np.float64],
    falls: NDArray[np.float64],
    lows: NDArray[np.float64],
    first: int,
    after: int,
) -> None:
    """Fills the last value, deepest fall (positive) and lowest value of the paths from `first` to before `after`.

    Each step takes the row after the last one, or a random row with the chance `new_block` / 2³²: the stationary bootstrap of
    Politis and Romano (1994), the plain bootstrap at a chance of 1. It multiplies the value by the row where `compounds`, else adds it.
    """
    count = np.uint64(len(sample))
    for path in range(first, after):
        state = _stream(seed, path)
        row = _below(_mixed(state), count)
        value, peak, low, fall = start, start, start, 0.0
        for _ in range(length):
            value = value * sample[row] if compounds else value + sample[row]
            low = min(low, value)
            peak = max(peak, value)
            fall = max(fall, (peak - value) / peak)
            state += _STEP
            row = _following(_mixed(state), row, count, new_block)
        finals[path], falls[path], lows[path] = value, fall, low


@njit(cache=True, nogil=True, error_model="numpy")
def drawn_levels(
    sample: NDArray[np.float64],
    compounds: bool,
    start: float,
    seed: int,
    new_block: int,
    levels: NDArray[np.float64],
    skipped: int,
    first: int,
    after: int,
) -> None:
    """Fills `levels`, a row per step and a column per path, with the values of `drawn`'s paths after the first `skipped` steps."""
    count = np.uint64(len(sample))
    for path in range(first, after):
        state, value = _stream(seed, path), start
        row = _below(_mixed(state), count)
        for step in range(-skipped, len(levels)):
            value = value * sample[row] if compounds else value + sample[row]
            if step >= 0:
                levels[step, path] = value
            state += _STEP
            row = _following(_mixed(state), row, count, new_block)


@njit(cache=True, nogil=True, error_model="numpy")
def shuffled(
    sample: NDArray[np.float64],
    start: float,
    seed: int,
    finals: NDArray[np.float64],
    falls: NDArray[np.float64],
    lows: NDArray[np.float64],
    first: int,
    after: int,
) -> None:
    """As `drawn`, of paths that add all of `sample` in random order."""
    order = np.empty(len(sample))
    for path in range(first, after):
        _shuffle(sample, _stream(seed, path), order)
        value, peak, low, fall = start, start, start, 0.0
        for amount in order:
            value += amount
            low = min(low, value)
            peak = max(peak, value)
            fall = max(fall, (peak - value) / peak)
        finals[path], falls[path], lows[path] = value, fall, low


@njit(cache=True, nogil=True, error_model="numpy")
def shuffled_levels(sample: NDArray[np.float64], start: float, seed: int, levels: NDArray[np.float64], skipped: int, first: int, after: int) -> None:
    """As `drawn_levels`, of the paths of `shuffled`."""
    order = np.empty(len(sample))
    for path in range(first, after):
        _shuffle(sample, _stream(seed, path), order)
        value = start
        for place in range(skipped + len(levels)):
            value += order[place]
            if place >= skipped:
                levels[place - skipped, path] = value
