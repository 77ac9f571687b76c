"""Shocks: candles as they would look had the market crashed, spiked or drained at one moment, or behaved otherwise all along.

`backtest.stress` simulates strategies anew on them; how candles are drawn stands in `shock_candles`.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.shock_candles import Shape, ShockedCandles, finished, spliced
from terminal.domain.candles import Candles, iso
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.domain.words import percent

Values = NDArray[np.float64]
_MOST_VOLATILITY = 20.0
_MOST_BARS = 100_000


def _demand(is_good: bool, shock: str, name: str, value: object, allowed: str) -> None:
    if not is_good:
        raise BadInput(f"The {name} of the shock {shock!r} is {value!r}.", cure=f"Give {allowed}.")


@dataclass(frozen=True, slots=True)
class Shock:
    """A fall (or rise) of `move` over `bars` candles at `volatility` times the usual movement, then a recovery over `recovery` candles.

    `move` is the total simple return from the close before to the last close of `bars`; None = no direction: the price comes back
    to where it would have been. `recovered` is the share of the distance won back. `gap` puts the whole move between two candles,
    where nothing could be traded. `volume` multiplies what is traded meanwhile.
    """

    name: str
    move: float | None = None
    bars: int = 1
    volatility: float = 1.0
    recovery: int = 0
    recovered: float = 1.0
    volume: float = 1.0
    gap: bool = False

    def __post_init__(self) -> None:
        _demand(self.move is None or -1 < self.move <= 10, self.name, "move", self.move, "a fraction above −1, such as −0.2 for −20 %")
        _demand(1 <= self.bars <= _MOST_BARS, self.name, "bars", self.bars, f"from 1 to {_MOST_BARS:,} candles")
        _demand(0 < self.volatility <= _MOST_VOLATILITY, self.name, "volatility", self.volatility, f"a factor above 0, at most {_MOST_VOLATILITY:g}")
        _demand(0 <= self.recovery <= _MOST_BARS, self.name, "recovery", self.recovery, f"from 0 to {_MOST_BARS:,} candles")
        _demand(0 <= self.recovered <= 1, self.name, "recovered", self.recovered, "a share from 0 to 1")
        _demand(0 <= self.volume <= 100, self.name, "volume", self.volume, "a factor from 0 to 100")

    @property
    def words(self) -> str:
        """What happens, such as "−20.0 % over 5 candles at 2.5 times the volatility"."""
        length = f"{self.bars} candle{'' if self.bars == 1 else 's'}"
        moved = f"no direction for {length}" if self.move is None else f"{percent(self.move, signed=True)} {'at once' if self.gap else f'over {length}'}"
        parts = [moved + (f" at {self.volatility:g} times the volatility" if self.volatility != 1 else "")]
        if self.recovery:
            parts.append(f"{percent(self.recovered, 0)} of it won back over {self.recovery} candles")
        if self.volume != 1:
            parts.append(f"{percent(self.volume, 0)} of the volume")
        return ", ".join(parts)

    @property
    def length(self) -> int:
        """Candles from its first to the last of its recovery."""
        return self.bars + self.recovery

    def strikes(self, candles: Candles, first: int, at: float) -> int:
        """The row where it begins: the share `at` of the way from row `first` to the end, or as late as it fits; raises BadInput where it does not."""
        earliest, latest = max(first, 1), len(candles) - self.length
        if latest < earliest:
            room = max(len(candles) - earliest, 0)
            raise BadInput(f"The shock {self.name!r} lasts {self.length:,} candles, there are {room:,}.", cure="Choose a longer range or a shorter shock.")
        return min(earliest + int(at * (len(candles) - 1 - earliest)), latest)

    def applied(self, candles: Candles, row: int) -> ShockedCandles:
        """`candles` with the shock beginning at `row` (see `strikes`); what comes after keeps its own returns from the level then reached."""
        window = slice(row, row + self.length)
        shape = Shape.of(candles, window)
        returns, shift = self._returns(shape.returns)
        strength = self._strength()
        gaps = strength * shape.gaps
        if self.gap and self.move is not None:
            gaps[0] += np.log1p(self.move)
        prices = shape.redrawn(float(candles.close[row - 1]), returns, gaps, strength)
        columns = {name: spliced(getattr(candles, name), window, new, shift) for name, new in prices.items()}
        thinned = np.concatenate((np.full(self.bars, self.volume), np.linspace(self.volume, 1.0, self.recovery + 2)[1:-1]))
        volume = candles.volume if self.volume == 1 else spliced(candles.volume, window, candles.volume[window] * thinned, 1.0)
        changed = slice(row, len(candles) if shift != 1.0 else window.stop)
        return finished(candles, columns, volume, changed, f"{self.name} ({self.words}) at {iso(int(candles.time[row]))}", f"{self!r}|{row}")

    def _strength(self) -> Values:
        """The factor of movement at each candle: full while it falls, fading to 1 as it recovers."""
        return np.concatenate((np.full(self.bars, self.volatility), np.linspace(self.volatility, 1.0, self.recovery + 2)[1:-1]))

    def _returns(self, usual: Values) -> tuple[Values, float]:
        """The log return of each candle in place of the `usual`, and the factor by which all later prices stand elsewhere."""
        fall, rest = usual[: self.bars], usual[self.bars :]
        total = float(fall.sum()) if self.move is None else float(np.log1p(self.move))
        drift = np.zeros(self.bars)
        drift[0 if self.gap else slice(None)] = total if self.gap else total / self.bars
        fallen = drift + self.volatility * (fall - fall.mean())
        offset = 0.0 if self.move is None else total - float(fall.sum())
        excess = self._strength()[self.bars :] - 1.0
        level = float(np.sum(excess * rest) / np.sum(excess)) if np.any(excess != 0) else 0.0
        won = offset * self.recovered / self.recovery if self.recovery else 0.0
        left = offset * (1.0 - self.recovered) if self.recovery else offset
        return np.concatenate((fallen, rest + excess * (rest - level) - won)), float(np.exp(left))


@dataclass(frozen=True, slots=True)
class Regime:
    """Another market all along: the mean return times `drift` and the movement about it times `volatility`.

    The mean is taken without its sign, so that a bull market rises and a bear market falls whatever the candles did.
    """

    name: str
    drift: float
    volatility: float

    @property
    def words(self) -> str:
        """What it changes, such as "mean return × 1.5, volatility × 0.8 throughout"."""
        return f"mean return × {f'{self.drift:g}'.replace('-', '−')}, volatility × {self.volatility:g} throughout"

    def strikes(self, candles: Candles, first: int, at: float) -> int:  # noqa: ARG002 - as a Shock is asked
        """The first row it changes: the second."""
        return 1

    def applied(self, candles: Candles, row: int = 1) -> ShockedCandles:
        """`candles` as this market would have drawn them, from the same first close."""
        window = slice(row, len(candles))
        shape = Shape.of(candles, window)
        mean = float(shape.returns.mean()) if len(shape.returns) else 0.0
        returns = self.drift * abs(mean) + self.volatility * (shape.returns - mean)
        strength = np.full(len(returns), self.volatility)
        prices = shape.redrawn(float(candles.close[row - 1]), returns, self.volatility * shape.gaps, strength)
        columns = {name: np.concatenate((getattr(candles, name)[:row], new)) for name, new in prices.items()}
        return finished(candles, columns, candles.volume, window, f"{self.name} ({self.words})", f"{self!r}|{row}")


SHOCKS: tuple[Shock, ...] = (
    Shock("crash", -0.20, bars=5, volatility=2.5),
    Shock("flash crash", -0.10, bars=1, volatility=5.0, recovery=5, gap=True),
    Shock("volatility spike", None, bars=20, volatility=3.0),
    Shock("liquidity crunch", -0.15, bars=10, volatility=4.0, recovery=50, volume=0.25),
    Shock("trend reversal", -0.25, bars=20),
    Shock("gradual decline", -0.30, bars=50),
)
"""The six standard shocks."""

REGIMES: tuple[Regime, ...] = (Regime("bull", 1.5, 0.8), Regime("bear", -0.5, 1.5), Regime("crash market", -0.3, 3.0), Regime("low volatility", 1.0, 0.5))
"""The four modifiers of the whole series."""

Scenario = Shock | Regime


def scenario(text: str) -> Scenario:
    """The standard one of that name, or an own one: "move=-40% bars=3 volatility=4", with a name of its own before a colon if wanted.

    Raises UnknownName or BadInput in words.
    """
    standard: tuple[Scenario, ...] = (*SHOCKS, *REGIMES)
    known = {each.name: each for each in standard}
    wanted = text.strip()
    if wanted.lower() in known:
        return known[wanted.lower()]
    if "=" not in wanted:
        raise UnknownName("shock", wanted, nearest=nearest(wanted, known), cure=f"There are: {', '.join(known)}; or write move=-40% bars=3 volatility=4.")
    name, colon, rest = wanted.rpartition(":")
    given = dict(_setting(part) for part in rest.replace(",", " ").split())
    base = Shock(name.strip() if colon else "own shock")
    try:
        return replace(base, **given)
    except TypeError as error:
        raise BadInput(f"The shock {text!r} cannot be read.", cure="Write it as move=-40% bars=3 volatility=4.") from error


def _setting(text: str) -> tuple[str, Any]:
    """One `name=value` of an own shock, in its type."""
    name, _, value = text.partition("=")
    known = tuple(item.name for item in fields(Shock) if item.name != "name")
    if name not in known:
        raise UnknownName("part of a shock", name, nearest=nearest(name, known), cure=f"There are: {', '.join(known)}.")
    try:
        if name == "gap":
            return name, {"yes": True, "no": False, "true": True, "false": False}[value.lower()]
        if name == "move" and value.lower() == "none":
            return name, None
        plain = value.replace("−", "-")
        if name in ("bars", "recovery"):
            return name, int(plain)
        return name, float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except (KeyError, ValueError):
        raise BadInput(
            f"{name!r} of a shock is {value!r}.", cure="Write it as move=-40% bars=3 volatility=4 recovery=10 recovered=50% volume=20% gap=yes."
        ) from None
