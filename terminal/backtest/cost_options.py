"""The part of a run's options that says what trading and holding costs: checked here against the one declaration of each, and each other.

`Options` inherits it; `preparing` turns it into what compiled code reads.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.declared import DECLARED, OptionalNumber, TierText
from terminal.backtest.many.surroundings import Surroundings
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, WrongValue
from terminal.domain.rates import Funding
from terminal.domain.ticks import Ticks

USUAL_SLIPPAGE = {"fixed": 0.0005, "none": 0.0, "half_spread": None, "atr": 0.1, "impact": 1.0}
"""What `slippage` is where a model is chosen and no number given; None = estimated candle by candle."""
MOST_SLIPPAGE = {"fixed": 0.5, "none": 0.0, "half_spread": 0.5, "atr": 10.0, "impact": 100.0}
USUAL_COMMISSION = 0.001
OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs(Surroundings):
    """What trading and holding costs. Rates are fractions; yearly ones count a year as 365 days. None = none of it."""

    slippage_model: str = "fixed"
    """What `slippage` means: "fixed", "none", "half_spread", "atr" or "impact"."""
    maker: float | None = None
    taker: float | None = None
    """Commissions of fills that rested and of fills at the market; None = `commission`."""
    per_unit: float | None = None
    """Commission per share or contract, in place of a rate."""
    fee_minimum: float = 0.0
    fee_cap: float | None = None
    """The least commission of an order, and the most as a fraction of its notional."""
    tiers: tuple[tuple[float, float, float], ...] = ()
    """(value traded in the last thirty days, maker, taker) from 0 up, in place of one rate."""
    participation: float | None = None
    """Share of a candle's volume that may fill; None = no cap."""
    leverage: float = 1.0
    maintenance: float | None = None
    """Margin, as a fraction of the position, below which positions are liquidated; None = half of the initial one with leverage, else none."""
    liquidation_fee: float = 0.0
    borrow: float = 0.0
    interest: float = 0.0
    funding: Any = None
    """The real rates of a perpetual (`domain.rates.Funding`, a pandas Series or (times, rates); by symbol for several), or "off"."""
    finer: Candles | Ticks | Sequence[Candles | Ticks] | None = None
    """Finer candles for `path="detail"`."""
    shares: Mapping[str, NDArray[np.float64]] | None = None
    """Worked out by the run: the share of equity that a rolling size gives each row, by symbol."""

    def settle_costs(self, commission: float | None, slippage: float | None) -> tuple[float, float | None]:
        """Checks every cost and puts it in its type; returns commission and slippage with their defaults. Raises BadInput."""
        for name, declaration in DECLARED.items():
            given = getattr(self, name)
            try:
                object.__setattr__(self, name, self._typed(declaration, given))
            except WrongValue as error:
                raise WrongValue(f"The setting `{name}`", given, error.allowed, option=name) from None
        if self.tiers and (self.maker is not None or self.taker is not None or self.per_unit is not None or commission):
            raise contradiction("tiers", "one commission for all fills", "a schedule, or one rate")
        if self.per_unit is not None and (self.maker is not None or self.taker is not None or commission):
            raise contradiction("per_unit", "a commission that is a fraction of the value", "one kind of commission")
        if self.kept_margin and self.kept_margin >= 1 / self.leverage:
            message = f"A maintenance margin of {self.kept_margin:g} is not below the initial margin of {1 / self.leverage:g} (leverage {self.leverage:g})."
            raise BadInput(f"{message} Every position would be liquidated as it is opened.", cure="Give a smaller maintenance, or less leverage.")
        if self.liquidation_fee and not self.kept_margin:
            raise contradiction("liquidation_fee", "an account that is never liquidated", "leverage above 1 or a maintenance margin too")
        no_rate = self.per_unit is not None or bool(self.tiers)
        rate = (0.0 if no_rate else USUAL_COMMISSION) if commission is None else commission
        if slippage is None:
            return rate, USUAL_SLIPPAGE[self.slippage_model]
        if self.slippage_model == "none" and slippage:
            raise contradiction('slippage_model "none"', f"a slippage of {slippage:g}", "one of them")
        return rate, slippage

    @property
    def kept_margin(self) -> float:
        """The maintenance margin, as a fraction of the position; 0 = nothing is liquidated."""
        if self.maintenance is not None:
            return self.maintenance
        return 0.5 / self.leverage if self.leverage > 1 else 0.0

    @staticmethod
    def _typed(declaration: Any, given: Any) -> Any:
        if isinstance(declaration, OptionalNumber):
            return declaration.number(given)
        if isinstance(declaration, TierText):
            return declaration.steps(given)
        return declaration.parse(given) if isinstance(given, str) else declaration.check(given)

    def funding_of(self, symbol: str) -> Funding | None:
        """The rates of that instrument, None where none were given for it or funding is left out."""
        if self.funding is None or isinstance(self.funding, str):
            return None
        by_symbol = isinstance(self.funding, dict) and all(isinstance(name, str) for name in self.funding)
        given = self.funding.get(symbol) if by_symbol else self.funding
        return None if given is None or isinstance(given, str) else Funding.of(given, symbol)

    def is_flat(self, slippage: float | None) -> bool:
        """Whether costs are one rate a fill and one fraction of slippage, and nothing is carried, capped or margined."""
        is_one_rate = self.maker == self.taker and self.per_unit is None and not self.tiers and not self.fee_minimum and self.fee_cap is None
        is_one_slippage = self.slippage_model in ("fixed", "none") or (self.slippage_model == "half_spread" and slippage is not None)
        is_plain = self.participation is None and self.leverage == 1.0 and not self.kept_margin
        carries = bool(self.borrow or self.interest) or self.funding not in (None, OFF)
        return is_one_rate and is_one_slippage and is_plain and not carries


def contradiction(setting: str, other: str, cure: str) -> BadInput:
    """The refusal of two settings that exclude each other."""
    return BadInput(f"{setting} contradicts {other}.", cure=f"Give {cure}.")


def known_slippage(model: str, slippage: float | None) -> bool:
    """Whether `slippage` lies within what its model allows."""
    if slippage is None:
        return model == "half_spread"
    return math.isfinite(slippage) and 0 <= slippage <= MOST_SLIPPAGE[model]
