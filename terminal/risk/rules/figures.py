"""Exact numbers as a refusal says them: thin groups, a real minus, no trailing zeros.

Every rule writes through it; shares and counts are `domain.words`.
"""

from decimal import Decimal

from terminal.domain.intents import OrderIntent
from terminal.domain.orders import Side
from terminal.domain.words import number, percent


def exact(value: Decimal) -> str:
    """`value` with every digit it has, such as 26,280.5 or −0.001."""
    if not -30 < value.adjusted() < 30:  # an exponent of a million would be a text of a million digits
        return f"{value:.6e}"
    text = f"{abs(value):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("−" if value < 0 else "") + text


def money(value: Decimal, currency: str) -> str:
    """An amount of an account, such as 1,204.50 USDT."""
    return f"{number(float(value))} {currency}"


def share(value: Decimal, beside: Decimal | None = None) -> str:
    """A fraction in percent, such as 2.4 %, with as many decimals as tell it from the one `beside` it."""
    for decimals in range(2, 12):
        text = _percent(value, decimals)
        if beside is None or beside == value or text != _percent(beside, decimals):
            break
    return text


def _percent(value: Decimal, decimals: int) -> str:
    digits = percent(float(value), decimals).removesuffix(" %")
    return f"{digits.rstrip('0').rstrip('.')} %"


def act(intent: OrderIntent) -> str:
    """What the order does, such as "buy 0.25 BTC/USDT"."""
    return f"{'buy' if intent.side is Side.LONG else 'sell'} {exact(intent.quantity)} {intent.instrument.symbol}"
