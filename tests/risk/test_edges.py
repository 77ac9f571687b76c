"""Corners of the gate's arithmetic: halves of a quote, pairs of orders, numbers that nearly agree."""

from dataclasses import replace
from decimal import Decimal

from terminal.domain.intents import ApprovedOrder, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.rules.figures import exact, share
from terminal.risk.view import Position, Statistics
from tests.risk.builders import BTC, ETH, EXIT, MARKET, STOP, B, E, d, gate, held, holding, intent, market, refusal, rule_of, view, working


def test_a_holding_without_a_last_price_is_valued_at_the_middle_of_its_quote() -> None:
    quoted = {B: market(), E: market(last=None, bid=d(90), ask=d(110))}
    at = view(markets=quoted, positions={B: held(0), E: held(10)})
    assert rule_of(gate(leverage="0.11").decide(intent(), at)) == ""  # 10 × 100 of one, 100 of the other
    assert rule_of(gate(leverage="0.1099").decide(intent(), at)) == "leverage"
    assert "not known" in refusal(gate().decide(intent(), replace(at, markets={B: market(), E: market(last=None, bid=None)}))).reason


def test_of_two_orders_that_cancel_each_other_the_larger_counts() -> None:
    pair = [working(3, id="a", group="pair"), working(9, id="b", group="pair"), working("0.5", id="c", group="pair")]
    for orders in (pair, pair[::-1]):
        assert rule_of(gate().decide(intent(), view(working=tuple(orders)))) == ""
        assert rule_of(gate().decide(intent(quantity=d("1.001")), view(working=tuple(orders)))) == "position"
    sides = (working(9, group="pair"), working(9, Side.SHORT, id="s", group="pair"))
    assert rule_of(gate().decide(intent(), view(working=sides))) == ""
    assert rule_of(gate().decide(intent(quantity=d("1.001")), view(working=sides))) == "position"


def test_of_a_pair_the_larger_counts_against_what_may_be_closed() -> None:
    pair = [working(1, Side.SHORT, id="a", reduce_only=True, group="pair"), working(2, Side.SHORT, id="b", reduce_only=True, group="pair")]
    for orders in (pair, pair[::-1]):
        assert rule_of(gate().decide(intent(**EXIT, quantity=d(1)), holding(3, working=tuple(orders)))) == ""
        assert rule_of(gate().decide(intent(**EXIT, quantity=d("1.001")), holding(3, working=tuple(orders)))) == "close only"


def test_a_position_that_is_not_known_is_not_closed_either() -> None:
    """How much would close it is what nobody knows."""
    for positions in ({}, {B: None}, {B: Position(Decimal("NaN"))}):
        assert "position in BTC/USDT (test) is not known" in refusal(gate().decide(intent(**EXIT), view(positions=positions))).reason


def test_the_part_that_a_stop_covers_is_at_risk_to_it_and_the_rest_by_assumption() -> None:
    """10 ETH at 99.9, ATR 1: covered to 98.9 by 1 each, else assumed 3 each; 0.1 of equity's 10,000 is 10."""
    own = d("0.0002")  # of the order asked about
    for stop, covered, loss in (("98.9", 10, 10), ("98.9", 4, 22), (None, 0, 30), ("101", 10, 30), ("99.9", 10, 30), ("98.9", -10, 30)):
        at = view(positions={B: held(0), E: held(10, stop, covered)})
        for beyond, rule in ((0, ""), (1, "portfolio heat")):
            limit = (d(loss) + own * 10_000 - beyond) / 10_000
            assert rule_of(gate(portfolio_heat=float(limit)).decide(intent(), at)) == rule, (stop, covered)
    short = view(positions={B: held(0), E: held(-10, "100.9")})
    assert rule_of(gate(portfolio_heat=0.0012).decide(intent(), short)) == ""
    assert rule_of(gate(portfolio_heat=0.0011).decide(intent(), short)) == "portfolio heat"


def test_a_live_order_passes_on_a_grid_that_is_known() -> None:
    assert rule_of(gate().decide(intent(), replace(view(), is_live=True))) == ""


def test_a_grid_that_is_not_known_leaves_numbers_as_they_are_on_paper() -> None:
    free = replace(BTC, tick=None, lot=None, minimum_notional=None)
    assert rule_of(gate().decide(intent(quantity=d("0.12345"), limit=d("99.87654")), view(markets={B: market(free)}))) == ""


def test_a_small_close_leaves_with_a_note_and_the_venue_decides() -> None:
    for wish, noted in ((intent(**EXIT, quantity=d("0.05")), True), (intent(**EXIT, quantity=d(1)), False)):
        answer = gate().decide(wish, holding(1))
        assert isinstance(answer, ApprovedOrder)
        assert answer.findings == (("It is worth 5.00 USDT, the venue's least is 10.00 USDT. The venue may refuse it.",) if noted else ())
    trailing = intent(**{**STOP, "type": OrderType.TRAILING_STOP, "stop": d(2)}, quantity=d("0.05"))
    assert rule_of(gate().decide(trailing, holding(1, markets={B: market(bid=None, ask=None, last=None)}))) == ""


def test_a_cluster_of_other_instruments_is_not_asked_about() -> None:
    answer = gate().decide(intent(), view(positions={B: held(0), E: held(9)}, statistics=Statistics(d(0), d(0), (frozenset({E}), frozenset({B, E})))))
    assert isinstance(answer, ApprovedOrder)
    assert len(answer.findings) == 1


def test_a_margin_rate_that_is_no_share_is_denied_and_of_a_spot_market_ignored() -> None:
    from terminal.domain.instrument import AssetClass

    future = replace(BTC, asset_class=AssetClass.FUTURE)
    for rate in (d(0), d("1.1"), Decimal("NaN")):
        assert "margin rate" in refusal(gate().decide(intent(), view(markets={B: market(future, margin_rate=rate)}))).reason
        assert rule_of(gate().decide(intent(), view(markets={B: market(margin_rate=rate)}))) == ""
    assert rule_of(gate().decide(intent(quantity=d("10.001")), view(markets={B: market(future)}))) == "position"  # unknown: the whole notional counts


def test_a_size_whose_stop_is_its_entry_is_not_cut_by_risk() -> None:
    quantity, words = gate().allowed_quantity(intent(quantity=d(50), stop_loss=d(100)), view())
    assert (quantity, words.split(" by ")[1]) == (d(10), "the position limit")


def test_a_market_sale_is_valued_at_no_less_than_the_last_price() -> None:
    """Sold at the bid, held at the last: the position must not be beyond the limit as soon as it is there."""
    wide = view(markets={B: market(bid=d(96), ask=d(104), last=d(100)), E: market()})
    wish = {**MARKET, "side": Side.SHORT, "stop_loss": d(105)}
    assert rule_of(gate().decide(intent(**wish, quantity=d(10)), wide)) == ""
    assert rule_of(gate().decide(intent(**wish, quantity=d("10.001")), wide)) == "position"


def test_a_limit_is_valued_at_what_it_can_fill_at() -> None:
    """A buy below the market fills at its limit, a sale below the market at the market, one above it at its limit."""
    stops = {Side.LONG: "0.98", Side.SHORT: "1.02"}
    for side, limit, most in ((Side.LONG, 50, "20"), (Side.SHORT, 96, "10"), (Side.SHORT, 125, "8"), (Side.LONG, 104, "9.615")):
        at = view(markets={B: market(bid=d(100), ask=d(100), last=d(100)), E: market()})
        stop = BTC.round_price_down(d(limit) * d(stops[side]))
        for quantity, rule in ((d(most), ""), (d(most) + d("0.001"), "position")):
            wish = intent(side=side, limit=d(limit), stop_loss=stop, quantity=quantity)
            assert rule_of(gate().decide(wish, at)) == rule, (side, limit, quantity)
            resting = working(quantity, side, price=d(limit), stop_loss=stop)
            asked = gate().decide(intent(side=side, limit=d(100), stop_loss=d(100) * d(stops[side]), quantity=d("0.1")), replace(at, working=(resting,)))
            assert rule_of(asked) == "position", "it uses up the limit as a working order as well"


def test_a_stop_uses_up_what_an_entry_of_its_side_could_close() -> None:
    """Long 5 with a stop for 5: a sale of 5 on top is 5 short once the stop has gone off."""
    stop = working(5, Side.SHORT, id="s", purpose=Purpose.PROTECTION, reduce_only=True)
    asked, keeps = gate(position="4 %"), {B: market(keeps_reduce_only=True), E: market()}
    at = holding(5, working=(stop,), markets=keeps)
    assert rule_of(asked.decide(intent(side=Side.SHORT, quantity=d(5)), at)) == "position"
    assert rule_of(asked.decide(intent(side=Side.SHORT, quantity=d(4)), at)) == ""
    assert rule_of(asked.decide(intent(side=Side.SHORT, quantity=d(5)), replace(at, working=()))) == ""


def test_contracts_and_rates_turn_a_price_into_account_currency() -> None:
    """10 held at 100, 5 to a contract, 2 of the account's currency for one of the quote: 10,000."""
    contract = replace(ETH, multiplier=d(5), quote="EUR")
    for works in (False, True):
        orders = (working(5, key=E, price=d(100)),) if works else ()
        at = view(
            markets={B: market(), E: market(contract, rate=d(2), last=d(100))},
            positions={B: held(0), E: held(5 if works else 10, "99")},
            working=orders,
        )
        assert rule_of(gate(leverage="1.01").decide(intent(), at)) == ""
        assert rule_of(gate(leverage="1.009").decide(intent(), at)) == "leverage"


def test_numbers_are_said_exactly_and_tell_themselves_apart() -> None:
    assert exact(d("26280.50")) == "26,280.5"
    assert exact(d("-0.0010")) == "−0.001"
    assert exact(d(100)) == "100"
    assert exact(Decimal("1E+40")) == "1.000000e+40"
    assert share(d("0.02")) == "2 %"
    assert share(d("0.0200001"), d("0.02")) == "2.00001 %"
    assert share(d("0.02") + Decimal("1E-20"), d("0.02")) == "2 %"
