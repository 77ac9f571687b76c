"""A size worked out from equity or risk is cut to what the limits leave, said in words, and then approved as it stands."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.intents import Purpose
from terminal.domain.orders import Side
from terminal.risk.gate import Gate
from terminal.risk.limits import PRESETS, Limits
from terminal.risk.rules.size import CUTS
from terminal.risk.view import GateView
from tests.risk.builders import BTC, EXIT, SELL, B, E, d, gate, held, holding, intent, market, rule_of, view, working


def test_a_size_beyond_the_position_limit_is_cut_and_says_by_what() -> None:
    quantity, words = gate().allowed_quantity(intent(quantity=d(100)), view())
    assert (quantity, words) == (d(10), "cut from 100 % to 10 % of equity by the position limit")


def test_a_size_within_every_limit_stays_and_says_nothing() -> None:
    assert gate().allowed_quantity(intent(quantity=d("9.999")), view()) == (d("9.999"), "")


def test_risk_cuts_where_the_stop_is_far() -> None:
    quantity, words = gate(risk_of_a_trade="0.1 %").allowed_quantity(intent(quantity=d(10), stop_loss=d(97)), view())
    assert (quantity, words) == (d("3.333"), "cut from 10 % to 3.33 % of equity by the risk of a trade limit")


def test_what_works_and_is_held_is_taken_off() -> None:
    at = view(positions={B: held(4), E: held(0)}, working=(working(3),), markets={B: market(last=d(100)), E: market()})
    assert gate().allowed_quantity(intent(quantity=d(100)), at)[0] == d(3)


def test_nothing_is_left_where_the_limit_is_used_up() -> None:
    quantity, words = gate().allowed_quantity(intent(quantity=d(5)), view(working=(working(10),)))
    assert quantity == 0
    assert words == "cut from 5 % to 0 % of equity by the position limit"


def test_a_reversal_is_cut_in_the_part_that_opens() -> None:
    assert gate().allowed_quantity(intent(**SELL, quantity=d(100)), holding(7))[0] == d(17)


def test_a_close_is_cut_to_what_is_left_to_close() -> None:
    quantity, words = gate().allowed_quantity(intent(**EXIT, quantity=d(5)), holding(3, working=(working(1, Side.SHORT, purpose=Purpose.EXIT),)))
    assert (quantity, words) == (d(2), "cut from 5 to 2, all that may be closed")


@pytest.mark.parametrize("broken", [{"equity": None}, {"markets": {}}, {"positions": {}}, {"equity": Decimal("NaN")}, {"working": None}], ids=repr)
def test_what_is_unknown_leaves_nothing_and_says_why(broken: dict[str, Any]) -> None:
    quantity, words = gate().allowed_quantity(intent(), view(**broken))
    assert quantity == 0
    assert words.startswith("no size: ")


VIEWS = st.builds(
    lambda position, works, other, lot, equity: view(
        equity=equity,
        day_start_equity=equity,
        peak_equity=equity,
        positions={B: held(position), E: held(0)},
        working=(working(works) if works > 0 else working(-works, Side.SHORT),) + ((working(other, Side.SHORT, id="o", reduce_only=True),) if other else ()),
        markets={B: market(BTC if lot else type(BTC)("test", "BTC/USDT", tick=BTC.tick)), E: market()},
    ),
    st.integers(-1_000, 1_000).map(lambda lots: Decimal(lots) / 100),
    st.integers(-900, 900).filter(bool).map(lambda lots: Decimal(lots) / 100),
    st.integers(0, 300).map(lambda lots: Decimal(lots) / 100),
    st.booleans(),
    st.integers(100, 10**7).map(lambda cents: Decimal(cents) / 7),
)


@given(VIEWS, st.sampled_from(list(Side)), st.integers(1, 10**7), st.integers(1, 600), st.sampled_from(PRESETS))
def test_what_was_cut_passes_the_limits_that_cut_and_one_lot_more_does_not(at: GateView, side: Side, lots: int, stop: int, preset: str) -> None:
    asked = Gate(Limits.preset(preset).changed({"order_quantity": 1e12}))
    names = {name for name, _ in CUTS}
    wish = intent(side=side, quantity=Decimal(lots) / 1_000, stop_loss=d(100) - side * Decimal(stop) / 10)
    quantity, words = asked.allowed_quantity(wish, at)
    assert quantity <= wish.quantity
    assert bool(words) is (quantity < wish.quantity)
    if quantity > 0:
        assert rule_of(asked.decide(intent(side=side, quantity=quantity, stop_loss=wish.stop_loss), at)) not in names
    if words:
        more = quantity + d("0.001") if quantity else d("0.001")
        denied = rule_of(asked.decide(intent(side=side, quantity=more, stop_loss=wish.stop_loss), at))
        assert denied in names | {"minimum notional", "daily loss", "drawdown"}
