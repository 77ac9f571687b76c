"""The exact ledger: lots, lines and cash add up to the last unit, and float64 agrees with it to one unit a fill."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.orders import Fill, Side
from terminal.ledger.exact import ExactLedger, Method
from terminal.trading import desk as tables
from tests.trading.table import BUY, SELL, Table

BTC = Instrument("test", "BTC/USDT", tick=Decimal("0.5"), lot=Decimal("0.1"))
CENT = Decimal("0.01")


def fill(order: str, side: Side, quantity: str, price: str, cost: str = "0", what: Instrument = BTC, time: int = 0) -> Fill:
    return Fill(order, what, side, time, Decimal(quantity), Decimal(price), Decimal(cost))


def test_a_round_trip_leaves_gross_less_its_lines() -> None:
    ledger = ExactLedger(Decimal(1000))
    ledger.book(fill("a", Side.LONG, "2", "100", "0.2"))
    assert ledger.equity({BTC: Decimal(105)}) == Decimal("1009.80")
    (closing,) = ledger.book(fill("b", Side.SHORT, "2", "110", "0.22"))
    assert (closing.gross, closing.entry, closing.exit) == (Decimal(20), Decimal(100), Decimal(110))
    assert ledger.cash == Decimal("1019.58")
    assert ledger.lots == []


def test_gross_less_every_line_is_what_the_cash_gained() -> None:
    ledger = ExactLedger(Decimal(1000))
    ledger.book(fill("a", Side.LONG, "3", "33.333", "0.1"))
    ledger.charge(1, "funding", Decimal("1.005"))
    ledger.charge(2, "interest", Decimal("-0.5"))
    ledger.book(fill("b", Side.SHORT, "1.1", "35", "0.05"))
    assert ledger.gross - sum(line.amount for line in ledger.lines) == ledger.cash - 1000
    assert ledger.total("funding") == Decimal("1.00")  # half to even


def test_a_fill_larger_than_what_is_held_turns_the_position() -> None:
    ledger = ExactLedger(Decimal(1000))
    ledger.book(fill("a", Side.LONG, "1", "100"))
    ledger.book(fill("b", Side.SHORT, "3", "110"))
    assert ledger.position(BTC) == -2
    assert ledger.lots[0].price == 110


def test_fills_of_one_order_make_one_lot_at_their_average() -> None:
    ledger = ExactLedger(Decimal(1000))
    for quantity, price in (("1", "100"), ("2", "101"), ("4", "99.5")):
        ledger.book(fill("a", Side.LONG, quantity, price))
    assert len(ledger.lots) == 1
    assert ledger.lots[0].price == Decimal(700) / 7


@pytest.mark.parametrize(("method", "gross"), [(Method.FIFO, "10"), (Method.LIFO, "-10"), (Method.AVERAGE, "0")])
def test_lots_are_closed_by_the_method(method: Method, gross: str) -> None:
    ledger = ExactLedger(Decimal(1000), method=method)
    ledger.book(fill("a", Side.LONG, "1", "100"))
    ledger.book(fill("b", Side.LONG, "1", "120"))
    ledger.book(fill("c", Side.SHORT, "1", "110"))
    assert ledger.gross == Decimal(gross)
    assert ledger.position(BTC) == 1


def test_a_protective_fill_closes_its_own_lot_only() -> None:
    ledger = ExactLedger(Decimal(1000))
    ledger.book(fill("a", Side.LONG, "1", "100"))
    ledger.book(fill("b", Side.LONG, "1", "120"))
    (closing,) = ledger.book(fill("c", Side.SHORT, "1", "110"), lot="b")
    assert (closing.order_id, closing.gross) == ("b", -10)


def test_a_multiplier_scales_the_result_and_instruments_keep_apart() -> None:
    future = Instrument("test", "ES", multiplier=Decimal(50))
    ledger = ExactLedger(Decimal(100_000))
    ledger.book(fill("a", Side.LONG, "1", "4000", what=future))
    ledger.book(fill("b", Side.SHORT, "1", "100"))
    ledger.book(fill("c", Side.SHORT, "1", "4002.25", what=future))
    assert ledger.gross == Decimal("112.50")
    assert ledger.position(BTC) == -1


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match="smallest unit"):
        ExactLedger(Decimal(1), unit=Decimal(0))
    ledger = ExactLedger(Decimal(1000))
    ledger.book(fill("a", Side.LONG, "1", "100"))
    with pytest.raises(BadInput, match="no price to value BTC/USDT"):
        ledger.equity({})


ORDER = st.tuples(st.sampled_from((BUY, SELL)), st.integers(1, 50), st.sampled_from((None, 98.0, 102.0)), st.sampled_from((None, 0.02)))
CANDLE = st.lists(st.integers(190, 210).map(lambda steps: steps / 2), min_size=4, max_size=4)


@settings(max_examples=60)
@given(days=st.lists(st.tuples(st.lists(ORDER, max_size=3), CANDLE), min_size=1, max_size=10), method=st.sampled_from(tuple(Method)))
def test_float64_agrees_on_the_grid_to_one_unit_a_fill(days: list, method: Method) -> None:
    rule = {Method.FIFO: tables.FIFO, Method.LIFO: tables.LIFO, Method.AVERAGE: tables.AVERAGE}[method]
    table = Table(100_000.0, tick="0.5", lot="0.1", maker=0.0002, taker=0.00075, slippage=0.0005, participation=0.1, lots=int(rule))
    ledger, booked = ExactLedger(Decimal(100_000), CENT, method), 0
    for orders, prices in days:
        for side, tenths, limit, stop in orders:
            table.order(side, tenths / 10, **({} if limit is None else {"price": limit}), **({} if stop is None else {"stop": stop}))
        open_, close = prices[0], prices[1]
        table.candle(open_, max(prices), min(prices), close, volume=100)
        rows = table.desk.fills[booked : int(table.desk.totals["fills"][0])]
        booked += len(rows)
        for row in rows:
            quantity, price, cost = (Decimal(repr(float(row[name]))) for name in ("quantity", "price", "commission"))
            if method is not Method.AVERAGE:
                quantity = (quantity * 10).to_integral_value() / 10
            exact = Fill(str(int(row["order"])), BTC, Side(int(row["side"])), int(row["time"]), quantity, price, ledger.rounded(cost))
            ledger.book(exact, str(int(row["lot"]) or ""))
        allowed = (booked + len(ledger.closings) + 1) * float(CENT)
        assert float(ledger.position(BTC)) == pytest.approx(table.held, abs=1e-9)
        assert abs(float(ledger.equity({BTC: Decimal(repr(close))})) - table.value) <= allowed
    assert np.isfinite(table.value)
