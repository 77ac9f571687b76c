"""The paper broker: decimals in, decimals out, the same fills as the table of the backtest, and money to the unit."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.orders import Order, OrderType, Side
from terminal.trading.keeping import KeptBroker
from terminal.trading.simulated import Share, SimulatedBroker, Terms
from tests.trading.table import HOUR, Table

X = Instrument("test", "X", tick=Decimal("0.5"), lot=Decimal("0.1"))
COSTS = {"maker": 0.0002, "taker": 0.00075, "slippage": 0.0005}


def broker(cash: float = 10_000.0, what: Instrument = X, **settings_: Any) -> KeptBroker:
    return KeptBroker(Table(cash, tick="0.5", lot="0.1", **settings_).desk, [what])


def order(name: str, side: Side, quantity: str, price: str | None = None, kind: OrderType | None = None, what: Instrument = X) -> Order:
    chosen = kind or (OrderType.MARKET if price is None else OrderType.LIMIT)
    return Order(name, what, side, chosen, Decimal(quantity), None if price is None else Decimal(price))


def candle(paper: SimulatedBroker, row: int, *prices: float, volume: float = 1e6) -> Any:
    return paper.candle(X, row * HOUR, [Decimal(repr(float(price))) for price in prices], Decimal(repr(float(volume))))


def test_an_order_fills_at_the_next_open_and_is_booked_exactly() -> None:
    paper = broker(taker=0.001)
    candle(paper, 0, 100, 101, 99, 100)
    assert [notice.state for notice in paper.place(order("a", Side.LONG, "1.5"))] == ["accepted"]
    (notice,) = candle(paper, 1, 101, 102, 100, 102)
    assert notice.fill is not None
    assert (notice.order_id, notice.state, notice.fill.quantity, notice.fill.price, notice.fill.cost) == ("a", "filled", Decimal("1.5"), 101, Decimal("0.15"))
    assert paper.ledger.position(X) == Decimal("1.5")
    assert paper.equity() == Decimal("10001.35")


def test_a_bracket_and_its_end_come_as_notices() -> None:
    paper = broker()
    paper.place(order("a", Side.LONG, "1"), Terms(stop_loss=Share(Decimal("0.02")), take_profit=Decimal(110)))
    states = [(notice.order_id, notice.state) for notice in candle(paper, 0, 100, 101, 99, 100)]
    assert states == [("a", "filled"), ("#2", "accepted"), ("#3", "accepted")]
    assert paper.working() == ("#2", "#3")
    states = [(notice.order_id, notice.state, notice.cause) for notice in candle(paper, 1, 100, 100, 97, 98)]
    assert states == [("#2", "filled", ""), ("#3", "cancelled", "another order of its group or lot filled")]
    assert paper.equity() == Decimal(9998)


def test_refusals_come_as_notices_with_their_cause() -> None:
    paper = broker(needs_market=True)
    (notice,) = paper.place(order("a", Side.LONG, "1"))
    assert (notice.state, notice.cause) == ("refused", "nothing was quoted yet")
    candle(paper, 0, 100, 101, 99, 100)
    (notice,) = paper.place(order("b", Side.LONG, "1", "90", OrderType.STOP))
    assert notice.cause == "the stop is already through the market"
    (notice,) = paper.place(order("c", Side.SHORT, "1"), Terms(reduce_only=True))
    assert notice.cause == "there is nothing left to reduce"


def test_a_session_asks_for_a_grid_and_for_ids_of_their_own() -> None:
    paper = broker(what=Instrument("test", "Y"))
    with pytest.raises(BadInput, match="tick or lot"):
        paper.place(order("a", Side.LONG, "1", what=Instrument("test", "Y")))
    with pytest.raises(BadInput, match="no X"):
        paper.place(order("a", Side.LONG, "1"))
    paper = broker()
    paper.place(order("a", Side.LONG, "1"))
    with pytest.raises(BadInput, match="sent before"):
        paper.place(order("a", Side.LONG, "1"))


def test_quotes_fill_a_market_order_at_once_level_by_level() -> None:
    paper = broker()
    paper.book(X, 0, [(Decimal(99), Decimal(5))], [(Decimal(100), Decimal(1)), (Decimal(101), Decimal(5))])
    fills = [notice.fill for notice in paper.place(order("a", Side.LONG, "3")) if notice.fill]
    assert [(fill.quantity, fill.price) for fill in fills] == [(1, 100), (2, 101)]
    paper.cancel("a")
    assert float(paper.ledger.lots[0].price) == pytest.approx(302 / 3)


def test_one_order_may_take_a_book_deeper_than_any_table() -> None:
    paper = broker(1e9)
    paper.book(X, 0, [(Decimal(99), Decimal(1))], [(Decimal(100 + step), Decimal(1)) for step in range(2_000)])
    fills = [notice.fill for notice in paper.place(order("a", Side.LONG, "2000")) if notice.fill]
    assert len(fills) == 2_000
    assert paper.ledger.position(X) == 2_000
    paper.place(order("b", Side.SHORT, "1", "3000"))
    assert len([notice for notice in paper.trade(X, 1, Decimal(3001), Decimal(5)) if notice.fill]) == 1


def test_cancel_and_amend_reach_the_table() -> None:
    paper = broker()
    candle(paper, 0, 100, 101, 99, 100)
    resting = order("a", Side.LONG, "1", "90")
    paper.place(resting)
    assert paper.amend(resting, price=Decimal(95)) == ""
    assert [notice.state for notice in candle(paper, 1, 100, 101, 94, 98)] == ["filled"]
    assert paper.amend(resting, price=Decimal(90)) == "the order it waited for is gone"
    paper.place(order("b", Side.LONG, "1", "90"))
    assert [notice.state for notice in paper.cancel("b")] == ["cancelled"]
    assert paper.cancel("b") == ()


def test_a_stop_limit_has_a_type_of_its_own_and_needs_its_limit() -> None:
    paper = broker()
    candle(paper, 0, 100, 101, 99, 100)
    with pytest.raises(BadInput, match="no limit"):
        paper.place(order("a", Side.LONG, "1", "102", OrderType.STOP_LIMIT))
    paper.place(order("b", Side.LONG, "1", "102", OrderType.STOP_LIMIT), Terms(limit=Decimal(103)))
    assert [notice.state for notice in candle(paper, 1, 104, 105, 104, 104)] == ["triggered"]
    (notice,) = candle(paper, 2, 104, 104, 102, 103)
    assert notice.fill is not None
    assert notice.fill.price == 103


def test_a_candle_in_two_halves_fills_alike_and_takes_orders_between_them() -> None:
    whole, halves = broker(), broker()
    prices = [Decimal(price) for price in (100, 103, 95, 101)]
    for paper in (whole, halves):
        candle(paper, 0, 90, 91, 89, 90)
        paper.place(order("a", Side.LONG, "1"))
        paper.place(order("b", Side.LONG, "1", "96"))
    together = whole.candle(X, HOUR, prices, Decimal(10))
    opened = halves.open_candle(X, HOUR, prices[0], Decimal(10))
    assert [notice.order_id for notice in opened] == ["a"]
    halves.place(order("c", Side.SHORT, "1", "97", OrderType.STOP), Terms(reduce_only=True, in_candle=True))
    closed = halves.close_candle(X, prices)
    assert [*opened, *(notice for notice in closed if notice.order_id != "c")] == list(together)
    assert [notice.fill.price for notice in closed if notice.fill] == [97, 96]


def test_an_order_acts_in_no_candle_that_opened_before_it_was_decided() -> None:
    paper = broker()
    paper.place(order("a", Side.LONG, "1"), Terms(since=HOUR // 2))
    assert candle(paper, 0, 100, 101, 99, 100) == ()
    assert [notice.state for notice in candle(paper, 1, 101, 102, 100, 101)] == ["filled"]


def test_a_broker_that_was_kept_goes_on_as_the_other_does() -> None:
    straight, left = broker(), broker()
    steps = [(100, 101, 99, 100), (100, 104, 99, 103), (103, 106, 102, 105), (105, 105, 99, 102)]
    fills: list[Any] = []
    for row, prices in enumerate(steps):
        for paper in (straight, left):
            if row == 1:
                paper.place(order("a", Side.LONG, "2"))
                paper.place(order("b", Side.SHORT, "1", "6", OrderType.TRAILING_STOP), Terms(reduce_only=True))
        fills += [notice.fill for notice in candle(left, row, *prices) if notice.fill]
        kept, numbers = left.keep(), {name: left.number(name) for name in ("a", "b") if row}
        candle(straight, row, *prices)
        left = broker()
        left.restore(kept, numbers, fills, [])
    assert left.equity() == straight.equity()
    assert left.working() == straight.working()
    assert [fill.price for fill in fills] == [100, 100]


def test_funding_becomes_a_line_of_the_ledger() -> None:
    paper = broker()
    candle(paper, 0, 100, 101, 99, 100)
    paper.desk.totals["funding"] += 1.234
    candle(paper, 1, 100, 101, 99, 100)
    candle(paper, 2, 100, 101, 99, 100)
    assert [(line.kind, line.amount) for line in paper.ledger.lines] == [("funding", Decimal("1.23"))]


ORDERS = st.tuples(
    st.sampled_from((Side.LONG, Side.SHORT)),
    st.integers(1, 50),
    st.sampled_from(("market", "limit", "stop", "trail")),
    st.integers(190, 210),
    st.booleans(),
)
CANDLE = st.lists(st.integers(190, 210).map(lambda steps: steps / 2), min_size=4, max_size=4)


@settings(max_examples=40)
@given(days=st.lists(st.tuples(st.lists(ORDERS, max_size=3), CANDLE), min_size=1, max_size=10), participation=st.sampled_from((np.inf, 0.1)))
def test_paper_fills_as_the_backtest_does_and_differs_by_a_unit_a_fill_at_most(days: list[Any], participation: float) -> None:
    table = Table(20_000.0, tick="0.5", lot="0.1", participation=participation, **COSTS)
    paper = broker(20_000.0, participation=participation, **COSTS)
    fills, number = [], 0
    for row, (orders, prices) in enumerate(days):
        for side, tenths, kind, steps, has_bracket in orders:
            number += 1
            bracket: dict[str, Any] = {"stop": 0.02, "target": 0.03} if has_bracket else {}
            field = {"market": {}, "limit": {"price": steps / 2}, "stop": {"trigger": steps / 2}, "trail": {"trail": 2.0, "trail_is_distance": True}}[kind]
            table.order(int(side), tenths / 10, **field, **bracket)
            terms = Terms(stop_loss=Share(Decimal("0.02")), take_profit=Share(Decimal("0.03"))) if has_bracket else Terms()
            price = None if kind == "market" else Decimal(2) if kind == "trail" else Decimal(steps) / 2
            types = {"market": OrderType.MARKET, "limit": OrderType.LIMIT, "stop": OrderType.STOP, "trail": OrderType.TRAILING_STOP}
            paper.place(Order(f"o{number}", X, side, types[kind], Decimal(tenths) / 10, price), terms)
        open_, close = prices[0], prices[1]
        table.candle(open_, max(prices), min(prices), close, volume=100)
        fills += [notice.fill for notice in candle(paper, row, open_, max(prices), min(prices), close, volume=100) if notice.fill]
    assert [(float(fill.quantity), float(fill.price)) for fill in fills] == [(round(quantity, 9), price) for quantity, price in table.fills()]
    assert all(fill.price % X.tick == 0 and fill.quantity % X.lot == 0 for fill in fills if X.tick and X.lot)
    units = len(fills) + len(paper.ledger.closings) + 1
    assert abs(float(paper.equity()) - table.value) <= units * 0.01
