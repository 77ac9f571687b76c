"""The part of a run's options that is data about the world around its candles: exchange rates, other series, what companies did.

`Options` inherits it; drivers of several instruments read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.actions import Action, Universe
from terminal.domain.candles import Candles, KnownSeries
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass

PAID_IN_FULL = (AssetClass.CRYPTO, AssetClass.EQUITY, AssetClass.INDEX, AssetClass.OPTION)
"""What is bought with money; of the others only profit and loss change hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Handed in as data; a run that needs what is missing refuses."""

    currency: str | None = None
    """The account's currency; None = that of the first instrument's prices."""
    rates: Mapping[str, Any] = field(default_factory=dict)
    """For each other currency what one unit is worth in the account's: candles, (times, values), or a number that never changes."""
    series: Mapping[str, Any] = field(default_factory=dict)
    """Other series that strategies see by `candles.series(name)`: candles, or (times in UTC ns, values)."""
    actions: Mapping[str, Sequence[Action]] = field(default_factory=dict)
    """Splits and dividends by symbol, for raw prices."""
    universe: Universe | None = None
    """When each symbol was a member of the list it was chosen from; None = nobody knows, and the result warns."""
    portions: tuple[float, ...] = ()
    """Of several strategies the portion of the capital that each has in its ledger; () = equal ones."""

    def needs_clock(self, quote: str) -> bool:
        """Whether an instrument with prices in `quote` needs any of this, so that it is traded on the clock of several."""
        return self.currency not in (None, quote) or bool(self.rates or self.series or self.actions) or self.universe is not None


def known_series(name: str, given: Any) -> KnownSeries:
    """When each value became known (UTC ns) and the values; raises BadInput."""
    if isinstance(given, Candles):
        return given.time + given.timeframe.nanoseconds, given.close
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = ([np.iinfo(np.int64).min], [given])
    try:
        times, values = np.asarray(given[0], np.int64), np.asarray(given[1], np.float64)
    except (TypeError, ValueError, IndexError, KeyError):
        raise BadInput(f"The series {name!r} is {type(given).__name__}.", cure="Give candles, or times in UTC nanoseconds and values of one length.") from None
    if times.ndim != 1 or times.shape != values.shape or not len(times) or np.any(np.diff(times) <= 0) or not np.isfinite(values).all():
        raise BadInput(f"The series {name!r} does not hold rising times with a known value each.", cure="Sort it, and leave out what is not known.")
    return times, values


def account_currency(candles: Sequence[Candles], around: Surroundings) -> str:
    """The currency that the account counts in."""
    return around.currency or candles[0].instrument.quote


def currencies(candles: Sequence[Candles], around: Surroundings) -> list[str]:
    """The account's currency, then every other one that prices are in, in the order of the instruments."""
    return list(dict.fromkeys([account_currency(candles, around), *(each.instrument.quote for each in candles)]))


def rates_at(moments: NDArray[np.int64], candles: Sequence[Candles], around: Surroundings) -> NDArray[np.float64]:
    """Units of the account's currency for one of each of `currencies` at each moment (UTC ns), shape (moments, currencies).

    Where none is given, a traded pair of the two currencies gives it. Raises BadInput for a rate that is missing or begins too late.
    """
    names = currencies(candles, around)
    table = np.ones((len(moments), len(names)))
    for column, name in enumerate(names[1:], 1):
        times, values = _rate(name, names[0], candles, around)
        row = np.searchsorted(times, moments, side="right") - 1
        if row[0] < 0 or np.any(values <= 0):
            raise BadInput(f"The rate of {name} begins after the first candle, or is not above zero.", cure="Give a longer series, or a later start.")
        table[:, column] = values[row]
    return table


def _rate(name: str, account: str, candles: Sequence[Candles], around: Surroundings) -> KnownSeries:
    if name in around.rates:
        return known_series(f"rate of {name}", around.rates[name])
    for each in candles:
        pair = each.instrument.symbol.split(":")[0].split("/")
        if pair == [name, account]:
            return known_series(name, each)
        if pair == [account, name]:
            times, values = known_series(name, each)
            return times, 1.0 / values
    quoted = next(each.instrument.symbol for each in candles if each.instrument.quote == name)
    raise BadInput(
        f"{quoted} is quoted in {name}, the account is in {account}, and no rate between them is known.",
        cure=f"Give what one {name} is worth in {account} as `rates` (--rates {name}=FILE), or trade {name}/{account} too.",
    )
