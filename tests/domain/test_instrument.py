"""Rounding to an instrument's grid is exact, never in the wrong direction, and absent where no grid is known."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.instrument import Instrument

steps = st.sampled_from([Decimal(text) for text in ("0.01", "0.25", "0.00000001", "5", "1")])
values = st.decimals(min_value=0, max_value=10**9, places=10, allow_nan=False)


@given(values, steps)
def test_rounding_lands_on_the_grid_on_the_right_side_and_less_than_a_step_away(value: Decimal, step: Decimal) -> None:
    instrument = Instrument("test", "X", tick=step, lot=step)
    down, up = instrument.round_price_down(value), instrument.round_price_up(value)
    assert down % step == 0 == up % step
    assert value - step < down <= value <= up < value + step
    assert instrument.round_quantity(value) == down
    assert instrument.round_price_down(down) == down == instrument.round_price_up(down)


@given(values)
def test_nothing_is_rounded_where_no_grid_is_known(value: Decimal) -> None:
    bare = Instrument("test", "X")
    assert bare.round_quantity(value) == bare.round_price_down(value) == bare.round_price_up(value) == value


def test_an_instrument_is_named_with_its_venue() -> None:
    assert str(Instrument("binance", "BTC/USDT")) == "BTC/USDT (binance)"
