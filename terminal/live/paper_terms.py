"""On which terms an account of invented money trades: capital, costs, what it may do; and the simulated account that holds to them.

Told once when the account is opened, and kept with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.trading.desk import BOOK, RULES, Desk, grid_of, new_desk
from terminal.trading.matching import PATHS


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """Terms of a paper account. Shares are fractions (0.001 = 0.1 %), money is in the currency its instruments are quoted in."""

    capital: Decimal = Decimal(10_000)
    commission: Decimal = Decimal("0.001")
    """Of the traded value of every fill."""
    slippage: Decimal = Decimal("0.0005")
    """Of the price, against market and stop orders that fill on candles; what quotes show needs none."""
    leverage: Decimal = Decimal(1)
    """Value of the positions over the money they bind; 1 = a cash account."""
    maintenance: Decimal = Decimal(0)
    """Of a position's value: below it the account is liquidated. 0 = never."""
    shorting: bool = True
    positions: int = 5
    """Instruments that may be held or entered at once."""
    participation: Decimal | None = None
    """Of a candle's volume that may fill; None = no cap."""
    path: str = "pessimistic"
    """How the path inside a candle is chosen, as in a backtest."""
    unit: Decimal = Decimal("0.01")
    """The smallest amount of money."""

    def __post_init__(self) -> None:
        for name, low, high in _BOUNDS:
            value = getattr(self, name)
            if value is not None and not (isinstance(value, Decimal | int) and Decimal(value).is_finite() and low <= value <= high):
                raise BadInput(f"The {name} of a paper account is {value!r}.", cure=f"Give a number from {low} to {high}.")
        if self.capital % self.unit:
            raise BadInput(f"The capital {self.capital} is no multiple of {self.unit}.", cure="Give it to the smallest unit of money.")
        if self.path not in PATHS:
            raise BadInput(f"The path of a paper account is {self.path!r}.", cure=f"There are: {', '.join(PATHS)}.")


_BOUNDS = (
    ("capital", Decimal("0.01"), Decimal(10) ** 12),
    ("commission", Decimal(0), Decimal("0.2")),
    ("slippage", Decimal(0), Decimal("0.2")),
    ("leverage", Decimal(1), Decimal(125)),
    ("maintenance", Decimal(0), Decimal("0.5")),
    ("positions", 1, 10_000),
    ("participation", Decimal("0.0001"), Decimal(1)),
    ("unit", Decimal("1e-12"), Decimal(1)),
)
"""Least and largest value of each number among the terms."""


def paper_desk(terms: PaperTerms, instruments: Sequence[Instrument]) -> Desk:
    """A new account on these terms, nothing held. Raises BadInput for instruments it can't trade: without a grid, or of several currencies."""
    for instrument in instruments:
        if instrument.tick is None or instrument.lot is None:
            raise BadInput(f"The tick or lot of {instrument} is not known, so it can't be traded on paper.", cure="Extract the instrument again.")
    currencies = sorted({instrument.quote for instrument in instruments})
    if len(currencies) > 1:
        raise BadInput(f"A paper account is kept in one currency; these instruments have {', '.join(currencies)}.", cure="Open an account for each.")
    rules, books = np.zeros(1, RULES), np.zeros(len(instruments), BOOK)
    rules["path"], rules["fill_on_touch"], rules["forbids_short"] = PATHS[terms.path], False, not terms.shorting
    rules["leverage"] = float(terms.leverage)
    rules["participation"] = np.inf if terms.participation is None else float(terms.participation)
    for book, instrument in zip(books, instruments, strict=True):
        for name, value in grid_of(instrument).items():
            book[name] = value
    books["maker"] = books["taker"] = float(terms.commission)
    books["slippage"], books["maintenance"], books["fee_cap"] = float(terms.slippage), float(terms.maintenance), np.inf
    return new_desk(rules, books, float(terms.capital))
