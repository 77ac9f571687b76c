"""The order cases of other projects beside what our rules make of them.

`python -m tests.trading.order_cases` prints the table: name, expected, ours, difference.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.trading.freqtrade_cases import freqtrade_outcomes
from tests.trading.table import BUY, SELL, Table


class Outcome(NamedTuple):
    """One line of the table: what was done, what the other project says, what came out, and why that may differ."""

    step: str
    expected: Any
    ours: Any
    why: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether the two agree: numbers to 1e-9, the rest exactly."""
        if isinstance(self.expected, int | float) and isinstance(self.ours, int | float):
            return abs(self.expected - self.ours) < 1e-9
        return bool(self.expected == self.ours)


def cases(shared: Path, name: str = "orders.json") -> dict[str, Any]:
    """The cases of one file by their names."""
    return {case["id"]: case for case in json.loads((shared / "cases" / name).read_text())["cases"]}


def _only(prices: list[tuple[float, float]]) -> float | None:
    return prices[0][1] if prices else None


def _bars(case: Any, field: str, **settings: Any) -> Iterator[Outcome]:
    for side, price, *candle, fill in case["inputs"]["rows"]:
        table = Table(**settings)
        order = table.order(BUY if side == "buy" else SELL, 1, **{field: price})
        table.candle(*candle)
        yield Outcome(f"{side} {price} on {candle}", fill, _only(table.fills(order)))


def stop_bar(case: Any) -> Iterator[Outcome]:
    return _bars(case, "trigger")


def limit_bar(case: Any) -> Iterator[Outcome]:
    """With `fill_on_touch`, as pyalgotrade fills."""
    return _bars(case, "price", fill_on_touch=True)


def stop_limit(case: Any) -> Iterator[Outcome]:
    wanted = case["expected"]
    for name, side, stop, limit, bars in (
        ("hit_both_same_bar", BUY, 10, 12, [(8, 15, 8, 14)]),
        ("activated_then_limit_touched", BUY, 10, 12, [(15, 16, 14, 15), (13, 15, 10, 12)]),
        ("activated_then_open_below_limit", BUY, 10, 12, [(15, 16, 14, 15), (11, 12, 8, 9)]),
        ("sell: both in one bar", SELL, 8, 6, [(9, 10, 5, 5)]),
        ("sell: activated, then the limit", SELL, 8, 6, [(5, 5.5, 4, 5), (5, 7, 5, 7)]),
        ("sell: activated, then a better open", SELL, 8, 6, [(5, 5.5, 4, 5), (7, 8, 6, 7)]),
    ):
        table = Table()
        order = table.order(side, 1, trigger=stop, price=limit)
        for bar in bars:
            table.candle(*bar)
        yield Outcome(name, wanted.get(name, {5: 8, 4: 0}.get(0) or {"both": 8, "limit": 6, "open": 7}[_word(name)]), _only(table.fills(order)))


def _word(name: str) -> str:
    return next(word for word in ("both", "open", "limit") if word in name)


def gap_stop(case: Any) -> Iterator[Outcome]:
    table = Table(case["inputs"]["start_cash"])
    table.buy(1)
    table.flat(case["inputs"]["buy"])
    stop = table.sell(1, trigger=case["inputs"]["stop"])
    table.flat(case["inputs"]["open"])
    yield Outcome("fill", case["expected"]["fill"], _only(table.fills(stop)))
    yield Outcome("cash", case["expected"]["cash"], table.free)


def volume_cap(case: Any) -> Iterator[Outcome]:
    given, wanted = case["inputs"], case["expected"]
    for name, fees in (("fixed_commissions", {"fee_kind": 1, "fee_minimum": 1.2}), ("pct_commissions", {"taker": 0.1})):
        table = Table(participation=0.25, **fees)
        order, states = table.buy(given["qty"]), []
        for room in given["room"]:
            table.flat(given["price"], volume=room * 4)
            states.append(table.state(order))
        yield Outcome("fills", wanted["fills"], [quantity for quantity, _ in table.fills(order)])
        yield Outcome("states", wanted["states"], states)
        yield Outcome(name, wanted[name], [round(fee, 12) for fee in table.fees(order)])


def cash(case: Any) -> Iterator[Outcome]:
    """With `waits_for_cash`, as pyalgotrade waits; by default such a quantity is refused."""
    day, gtc = (Table(case["inputs"]["cash"], waits_for_cash=True) for _ in range(2))
    order = day.buy(1, hours=2)
    for _ in range(3):
        day.flat(10)
    yield Outcome("day order", "unfilled", "unfilled" if not day.fills(order) and not day.waiting() else "filled", "pyalgotrade says cancelled, we say expired")
    order = gtc.buy(1)
    gtc.flat(10)
    gtc.flat(2)
    yield Outcome("gtc fill", case["expected"]["gtc"]["fill"], _only(gtc.fills(order)))
    yield Outcome("gtc cash", case["expected"]["gtc"]["cash"], gtc.free)


def on_close(case: Any) -> Iterator[Outcome]:
    table = Table()
    order = table.buy(1, on_close=True)
    table.candle(10, 15, 9, case["inputs"]["close"])
    yield Outcome("fill", case["expected"]["fill"], _only(table.fills(order)))


def nautilus_stop(case: Any) -> Iterator[Outcome]:
    table = Table()
    order = table.sell(1, trigger=1490)
    table.candle(*case["inputs"]["bar"])
    yield Outcome("fill", case["expected"]["fill"], _only(table.fills(order)))


def nautilus_path(case: Any) -> Iterator[Outcome]:
    """With the path "ohlc", the nearer extreme first."""
    table = Table(path="ohlc")
    names = {table.buy(1, trigger=1510): "buy", table.sell(1, trigger=1490): "sell"}
    table.candle(*case["inputs"]["bar"])
    rows = table.desk.fills[:2]
    yield Outcome("fills", case["expected"]["order_of_fills"], [f"{names[int(row['order'])]} {row['price']:.0f}" for row in rows])


def nautilus_trail(case: Any) -> Iterator[Outcome]:
    given, wanted = case["inputs"], case["expected"]
    table = Table(trigger_by=1)
    order = table.sell(200_000, trail=given["offset"], trail_is_distance=True, activation=given["activation"])
    for step, (bid, ask) in enumerate(given["quotes"]):
        row = table.row_of(order)
        level = None if row["activation"] == row["activation"] else float(row["best"] - row["trail"])
        if step:
            yield Outcome(f"trigger after quote {step}", wanted["trigger"][step - 1], level)
        table.quote(bid, ask)
    yield Outcome("filled at the last quote", [(200_000.0, 15.0)], table.fills(order))
    yield Outcome("as a taker", [True], table.takers())


def bracket(case: Any) -> Iterator[Outcome]:
    wanted = case["expected"]["states"]

    def children(table: Table, entry: int) -> list[int]:
        return [table.sell(parent=entry, lot=entry, reduce_only=True, trigger=3050), table.sell(parent=entry, lot=entry, reduce_only=True, price=3150)]

    def states(table: Table, orders: list[int]) -> list[str]:
        waiting = {order for order in table.waiting() if table.row_of(order)["state"] == 0}
        return ["waiting" if order in waiting else table.state(order).upper() for order in orders]

    for name, fields in (("market_entry", {}), ("limit_entry", {"price": 3080.0}), ("rejected_entry", {"trigger": 3000.0})):
        table = Table()
        table.quote(*case["inputs"]["quote"])
        entry = table.buy(1, **fields)
        orders = [entry, *children(table, entry)]
        table.again()
        yield Outcome(name, wanted[name], states(table, orders))
    table = Table()
    table.quote(*case["inputs"]["quote"])
    entry = table.buy(1)
    children(table, entry)
    table.again()
    yield Outcome("open orders", 2, len(table.waiting()))


def oco(case: Any) -> Iterator[Outcome]:
    wanted = case["expected"]
    for name, quote, filled in (("target", case["inputs"]["quote"], "target"), ("stop, the mirror", (3040, 3041), "stop")):
        table = Table()
        table.quote(3090.2, 3090.5)
        entry = table.buy(1)
        ids = {"stop": table.sell(parent=entry, lot=entry, trigger=3050), "target": table.sell(parent=entry, lot=entry, price=3150)}
        table.again()
        table.quote(*quote)
        other = "stop" if filled == "target" else "target"
        yield Outcome(f"{name} fills", wanted["target"], table.state(ids[filled]).upper())
        yield Outcome("the other", "CANCELLED", table.state(ids[other]).upper())
        yield Outcome("open orders", wanted["open_orders"], len(table.waiting()))
        yield Outcome("open positions", wanted["open_positions"], table.held)


def visible_size(case: Any) -> Iterator[Outcome]:
    for name, size, fields in (("fok", 1, {"force": "fok"}), ("ioc", 1, {"force": "ioc"}), ("gtd", 0.5, {"price": 1500.0, "hours": 2})):
        wanted = case["expected"][name]
        table = Table()
        table.book([(1499, 1)], [(1500, size)])
        order = table.buy(1 if name == "gtd" else 2, **fields)
        table.again()
        for _ in range(3):
            table.book([(1499, 1)], [(1501, 1)])
        yield Outcome(f"{name} filled", wanted["filled"], sum(quantity for quantity, _ in table.fills(order)))
        yield Outcome(f"{name} state", wanted["state"].replace("CANCELED", "CANCELLED"), table.state(order).upper())


def sweep(case: Any) -> Iterator[Outcome]:
    table = Table()
    table.book([(1499, 1)], case["inputs"]["asks"])
    order = table.buy(case["inputs"]["buy"])
    table.again()
    fills = table.fills(order)
    yield Outcome("fills", case["expected"]["fills"], [[price, quantity] for quantity, price in fills])
    yield Outcome("average", case["expected"]["average"], sum(quantity * price for quantity, price in fills) / sum(quantity for quantity, _ in fills))


def rejected(_: Any) -> Iterator[Outcome]:
    def quoted(**settings: Any) -> Table:
        table = Table(**settings)
        table.quote(99, 101)
        return table

    def after(table: Table, order: int) -> str:
        if table.bids.size:
            table.again()
        return table.state(order).upper() + ("" if not table.waiting() else ", resting")

    table = quoted()
    yield Outcome("post-only limit that would cross", "REJECTED", after(table, table.buy(1, price=102, post_only=True)))
    table = quoted()
    yield Outcome("stop already through the market", "REJECTED", after(table, table.buy(1, trigger=90)))
    table = quoted()
    yield Outcome("reduce-only with nothing held", "REJECTED", after(table, table.sell(1, reduce_only=True)))
    table = quoted()
    table.buy(1)
    table.again()
    order = table.sell(5, reduce_only=True)
    state = after(table, order)
    why = "we fill what there is and end the order: nothing rests and the position never turns"
    yield Outcome("reduce-only larger than what is held", "REJECTED", state if table.held == 0.0 and table.fills(order) == [(1.0, 99.0)] else "turned", why)
    table = quoted(tick="0.5", lot="0.1")
    order = table.buy(1.26, price=95.3)
    row = table.row_of(order)
    why = "rounding comes before the rules: quantity down, a limit never worse"
    yield Outcome("off the tick or lot", "REJECTED", f"{row['quantity']:g} at {row['price']:g}", why)
    table = Table(needs_market=True)
    yield Outcome("market order with no market yet", "REJECTED", after(table, table.buy(1)))
    table = quoted(forbids_short=True)
    yield Outcome("short sale in a cash account", "REJECTED", after(table, table.sell(1)))
    table = Table()
    table.book([(99, 1)], [(100, 0.5)])
    order = table.buy(1, price=100)
    table.again()
    yield Outcome("change below the filled quantity", "REJECTED", "REJECTED" if table.amend(order, quantity=0.4) else "CHANGED")


ORDERS: dict[str, Callable[[Any], Iterator[Outcome]]] = {
    "or-stop-bar": stop_bar,
    "or-limit-bar": limit_bar,
    "or-stoplimit": stop_limit,
    "or-gap-stop": gap_stop,
    "or-volume-cap": volume_cap,
    "or-cash": cash,
    "or-onclose": on_close,
    "or-nt-stop-bar": nautilus_stop,
    "or-nt-path": nautilus_path,
    "or-nt-trail": nautilus_trail,
    "or-nt-bracket": bracket,
    "or-nt-oco": oco,
    "or-nt-fok-ioc": visible_size,
    "or-nt-sweep": sweep,
    "or-nt-reject": rejected,
}
"""How each case of orders.json is played."""


def outcomes(shared: Path) -> Iterator[tuple[str, Outcome]]:
    """Every line of the table, by case."""
    for name, case in cases(shared).items():
        for outcome in ORDERS[name](case):
            yield name, outcome
    for name, case in cases(shared, "orders_freqtrade.json").items():
        for line in freqtrade_outcomes(case):
            yield name, Outcome(*line)


def main() -> None:
    """Prints the table and how many lines agree."""
    shared = Path(os.environ.get("OUTCRY_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    lines = list(outcomes(shared))
    for name, line in lines:
        difference = "" if line.is_equal else f"{line.ours - line.expected:+.4f}" if isinstance(line.ours, float) else "differs"
        print(f"{name:16} {line.step:44} {line.expected!s:32} {line.ours!s:32} {difference:10} {line.why}")  # noqa: T201 - a command
    print(f"{len(lines)} lines, {sum(line.is_equal for _, line in lines)} equal, {sum(not line.is_equal and not line.why for _, line in lines)} unexplained")  # noqa: T201


if __name__ == "__main__":
    main()
