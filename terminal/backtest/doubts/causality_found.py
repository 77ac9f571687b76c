"""What the look-ahead firewall finds, the other futures it shows, and how two answers are compared.

Shared by `causality` and `causality_events`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.redrawn_ticks import scaled
from terminal.backtest.doubts.subject import Subject, closed_by
from terminal.domain.candles import VALUE_COLUMNS, Candles, Provenance, iso
from terminal.domain.signals import minute
from terminal.domain.ticks import Ticks

_BUMPED = 20
_BUMP = 0.03
_TOLERANCE = 1e-9
BENDS = (("cut off", 0.0), ("made to rise", _BUMP), ("made to fall", -_BUMP))
"""The futures that are shown, and by how much each moves a candle's return at first; 0 = there is none."""
Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Leak:
    """The first decision that changed with what came after it."""

    row: int
    time: int
    """Open of the candle at whose close it was decided, UTC ns."""
    field: str
    decided: str
    otherwise: str
    cut: int
    """Row from which on the candles were hidden or changed."""
    how: str
    symbol: str = ""
    """The instrument, where there are several."""
    strategy: str = ""
    """The strategy, where several share the account."""
    messages: bool = False
    """Whether rows are messages of ticks, and `time` is when the one at hand came."""


@dataclass(frozen=True, slots=True)
class Causality:
    """What the firewall found. Passing is no proof: a future that changes no decision at the cuts cannot be seen."""

    sound: bool
    leak: Leak | None
    cuts: int
    decisions: int
    """Rows, or orders of an event strategy, that were compared."""
    words: str


def futures(candles: Candles, cut: int, length: int | None = None) -> tuple[tuple[str, Candles], ...]:
    """The same candles to before row `cut`, and after it: nothing, a rise, and a fall. Of those `length` candles, None = all."""
    last = len(candles) if length is None else min(len(candles), cut + length)
    shown = candles.rows(0, last)
    if cut >= len(candles):
        return tuple((how, candles) for how, _ in BENDS)
    return tuple((how, _bent(shown, cut, bump) if bump else candles.rows(0, cut)) for how, bump in BENDS)


def futures_of(subject: Subject, moment: int, length: int | None = None) -> tuple[tuple[str, Subject], ...]:
    """The same candles or ticks up to `moment` (UTC ns), and after it as `futures` draws it for each instrument.

    An instrument of which nothing has closed by then keeps its first candle.
    """
    if subject.ticks is not None:
        return tuple((how, Subject.of(each)) for how, each in _tick_futures(subject.ticks, moment, length))
    drawn = [futures(each, max(closed_by(each, moment), 1), length) for each in subject.candles]
    return tuple((how, subject.with_candles([each[number][1] for each in drawn])) for number, (how, _) in enumerate(BENDS))


def _tick_futures(ticks: Ticks, moment: int, length: int | None) -> list[tuple[str, Ticks]]:
    """The messages up to `moment`, and after it: none, rising ones with larger sizes, and falling ones with smaller sizes."""
    cut = int(np.searchsorted(ticks.time, moment, side="right"))
    last = len(ticks) if length is None else min(len(ticks), cut + length)
    shown = ticks.between(None, int(ticks.time[last])) if last < len(ticks) else ticks
    steps = np.clip(np.arange(len(shown)) - cut + 1, 0, _BUMPED)
    found = [("cut off", ticks.between(None, moment + 1))]
    for how, bump in BENDS[1:]:
        sizes = np.where(steps > 0, 1.5 if bump > 0 else 0.5, 1.0)
        found.append((how, scaled(shown, np.exp(bump * steps), sizes, "another future, to look for look-ahead")))
    return found


def _bent(candles: Candles, cut: int, bump: float) -> Candles:
    """`candles` with the returns from row `cut` on turned round, the first twenty moved by `bump` each, and the volumes reversed."""
    before = candles.close[cut - 1 : -1]
    gaps, bodies = np.log(candles.open[cut:] / before), np.log(candles.close[cut:] / candles.open[cut:])
    top, bottom = np.maximum(candles.open[cut:], candles.close[cut:]), np.minimum(candles.open[cut:], candles.close[cut:])
    above, below = candles.high[cut:] / top, bottom / candles.low[cut:]
    returns = -(gaps + bodies)
    returns[:_BUMPED] += bump
    closes = candles.close[cut - 1] * np.exp(np.cumsum(returns))
    opens = np.concatenate((candles.close[cut - 1 : cut], closes[:-1])) * np.exp(-gaps)
    drawn = {
        "open": opens,
        "high": np.maximum(opens, closes) * below,
        "low": np.minimum(opens, closes) / above,
        "close": closes,
        "volume": candles.volume[cut:][::-1] * (1.5 if bump > 0 else 0.5),
    }
    columns = {name: np.concatenate((getattr(candles, name)[:cut], drawn[name])) for name in VALUE_COLUMNS}
    origin = Provenance(candles.provenance.source, simulated=True, detail="another future, to look for look-ahead")
    return Candles(candles.instrument, candles.timeframe, candles.time, **columns, provenance=origin)


def first_difference(whole: dict[str, Column], again: dict[str, Column], cut: int) -> tuple[int, str, str, str] | None:
    """Row, field and both values of the first decision before `cut` that differs; None where none does."""
    first: tuple[int, str, str, str] | None = None
    for name, values in whole.items():
        one, two = values[:cut], again[name][:cut]
        if one.strides == (0,) and two.strides == (0,) and len(one):
            one, two = one[:1], two[:1]
        differ = np.flatnonzero(~_same(one, two))
        if len(differ) and (first is None or int(differ[0]) < first[0]):
            row = int(differ[0])
            first = (row, name, _shown(one[row]), _shown(two[row]))
    return first


def _same(one: Column, two: Column) -> NDArray[np.bool_]:
    if one.dtype.kind == "f":
        same: NDArray[np.bool_] = np.isclose(one, two, rtol=_TOLERANCE, atol=0.0, equal_nan=True)
        return same
    return np.asarray(one == two)


def _shown(value: Any) -> str:
    return str(bool(value)) if isinstance(value, np.bool_) else f"{value:.10g}"


def leak_words(leak: Leak) -> str:
    """The leak as a sentence: what was decided when, and how it was decided otherwise."""
    whose = "".join(f" of {name}" for name in (leak.strategy, leak.symbol) if name)
    what, when = ("messages", iso(leak.time)) if leak.messages else ("candles", minute(leak.time))
    told = f"`{leak.field}`{whose} at {when} (row {leak.row:,}) is {leak.decided}"
    return f"{told}, and {leak.otherwise} once the {what} from row {leak.cut:,} on are {leak.how}: it knew what came after."
