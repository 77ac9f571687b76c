"""An intent cannot hold what is no order, and only the gate makes the type that brokers accept."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import terminal
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import Author, AuthorKind, Execution, OrderIntent, TimeInForce
from terminal.domain.orders import OrderType, Side

BTC = Instrument("test", "BTC/USDT", tick=Decimal("0.1"), lot=Decimal("0.001"))
ME = Author(AuthorKind.HUMAN, "me")


def intent(**changes: object) -> OrderIntent:
    values: dict[str, object] = {
        "id": "1",
        "account": "paper",
        "instrument": BTC,
        "side": Side.LONG,
        "type": OrderType.LIMIT,
        "quantity": Decimal("0.5"),
        "limit": Decimal(100),
        "author": ME,
        "decided": 0,
    }
    return OrderIntent(**(values | changes))  # type: ignore[arg-type]


NO_NUMBERS = [Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), 1.0, 1, float("nan"), "1", True]


@pytest.mark.parametrize("value", [*NO_NUMBERS, None], ids=repr)
def test_a_quantity_is_a_decimal_above_zero(value: object) -> None:
    with pytest.raises(BadInput, match="quantity"):
        intent(quantity=value)


@pytest.mark.parametrize("name", ["limit", "stop_loss", "take_profit"])
@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_a_price_is_a_decimal_above_zero(name: str, value: object) -> None:
    with pytest.raises(BadInput, match=name):
        intent(**{name: value})


@pytest.mark.parametrize(
    ("kind", "limit", "stop"), [(OrderType.MARKET, 1, None), (OrderType.LIMIT, None, None), (OrderType.STOP, 1, 1), (OrderType.STOP_LIMIT, None, 1)]
)
def test_a_limit_order_can_never_become_a_market_order(kind: OrderType, limit: int | None, stop: int | None) -> None:
    with pytest.raises(BadInput, match="order takes"):
        intent(type=kind, limit=None if limit is None else Decimal(limit), stop=None if stop is None else Decimal(stop))


@pytest.mark.parametrize("side", ["buy", 1, -1, None, 0])
def test_a_side_is_one_of_two_and_no_word_of_a_venue(side: object) -> None:
    with pytest.raises(BadInput, match="side"):
        intent(side=side)


def test_an_end_belongs_to_an_order_good_till_a_date() -> None:
    assert intent(time_in_force=TimeInForce.GTD, expires=5).expires == 5
    for changes in ({"time_in_force": TimeInForce.GTD}, {"expires": 5}):
        with pytest.raises(BadInput, match="in force"):
            intent(**changes)


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 121, None, 7])
def test_names_are_short_and_printable(name: object) -> None:
    with pytest.raises(BadInput, match="id of an order"):
        intent(id=name)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_an_execution_holds_finite_money_or_is_refused(value: Decimal) -> None:
    def execution(**changes: object) -> Execution:
        values: dict[str, object] = {"quantity": Decimal(1), "price": Decimal(1), "fee": Decimal(0)}
        return Execution(id="1", account="paper", instrument=BTC, side=Side.LONG, fee_currency="USDT", time=0, **(values | changes))  # type: ignore[arg-type]

    if value.is_finite():
        assert execution(fee=value).fee == value
    if value.is_finite() and value > 0:
        assert execution(price=value).price == value
        return
    with pytest.raises(BadInput):
        execution(price=value)


def test_only_the_gate_constructs_an_approved_order() -> None:
    """Read from the source of every module: no other place calls it by any name that ends in ApprovedOrder."""
    makers = set()
    root = Path(terminal.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
                if name.endswith("ApprovedOrder"):
                    makers.add(path.relative_to(root).as_posix())
    assert makers <= {"risk/gate.py"}
