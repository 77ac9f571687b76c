"""Orders and fills refuse what cannot be traded, in words, and keep money exact."""

from decimal import Decimal

import pytest

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.orders import ExitReason, Fill, Order, OrderType, Side

BTC = Instrument("test", "BTC/USDT", multiplier=Decimal("0.1"))


def test_a_market_order_takes_no_price_and_the_others_need_one() -> None:
    Order("1", BTC, Side.LONG, OrderType.MARKET, Decimal(1))
    Order("2", BTC, Side.SHORT, OrderType.STOP, Decimal(1), Decimal(9))
    with pytest.raises(BadInput, match="takes no price"):
        Order("3", BTC, Side.LONG, OrderType.MARKET, Decimal(1), Decimal(9))
    with pytest.raises(BadInput, match="takes a price"):
        Order("4", BTC, Side.LONG, OrderType.LIMIT, Decimal(1))


@pytest.mark.parametrize("quantity", [Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity"), 1.0, 1])
def test_a_quantity_is_a_decimal_above_zero(quantity: object) -> None:
    with pytest.raises(BadInput, match="quantity"):
        Order("1", BTC, Side.LONG, OrderType.MARKET, quantity)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="quantity"):
        Fill("1", BTC, Side.LONG, 0, quantity, Decimal(1), Decimal(0))  # type: ignore[arg-type]


def test_the_notional_of_a_fill_is_exact() -> None:
    assert Fill("1", BTC, Side.LONG, 0, Decimal("0.3"), Decimal("0.1"), Decimal(0)).notional == Decimal("0.003")


def test_sides_and_reasons_have_words() -> None:
    assert (Side.LONG.word, Side.SHORT.word, int(Side.SHORT)) == ("long", "short", -1)
    assert ExitReason.TRAILING_STOP.words == "trailing stop"
    values = [int(reason) for reason in ExitReason]
    assert values == list(range(len(values))), "stored numbers never change: new reasons go to the end"
