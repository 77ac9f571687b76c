"""What happens to what is held beside orders: splits, dividends, futures rolled to the next contract; and when a share was in a universe.

Handed to a backtest beside raw prices; `market.actions` reads and applies them, the account feels them on their day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from terminal.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Split:
    """From `time` on (UTC ns) each old share is `ratio` new ones: 4.0 = four for one, 0.1 = one for ten."""

    time: int
    ratio: float

    def __post_init__(self) -> None:
        if not isfinite(self.ratio) or self.ratio <= 0:
            raise BadInput(f"A split has the ratio {self.ratio!r}.", cure="Give new shares per old one, such as 4.0 for four for one.")


@dataclass(frozen=True, slots=True)
class Dividend:
    """Who holds the share before `time` (the ex-date, UTC ns) is paid `amount` a share at `pays_at`; who is short pays it."""

    time: int
    amount: float
    pays_at: int | None = None
    """UTC ns; None = on the ex-date."""

    def __post_init__(self) -> None:
        if not isfinite(self.amount) or self.amount <= 0:
            raise BadInput(f"A dividend pays {self.amount!r}.", cure="Give an amount per share above zero.")
        if self.pays_at is not None and self.pays_at < self.time:
            raise BadInput("A dividend is paid before its ex-date.", cure="Give the pay date on or after the ex-date.")


@dataclass(frozen=True, slots=True)
class Roll:
    """Before the candle at `time` (UTC ns) a position in a future is left at `leave` and entered in the next contract at `enter`.

    Both are prices of one moment. What waits in the market moves to the next contract too, its prices in the same proportion.
    """

    time: int
    leave: float
    enter: float
    contract: str = ""
    """The symbol of the next contract."""

    def __post_init__(self) -> None:
        for price in (self.leave, self.enter):
            if not isfinite(price) or price <= 0:
                raise BadInput(f"A roll has the price {price!r}.", cure="Give the prices of both contracts at the roll, above zero.")


Action = Split | Dividend | Roll
Universe = Mapping[str, Sequence[tuple[int, int | None]]]
"""For each symbol the spans [from, until) in UTC ns in which it was a member; None = still is."""
