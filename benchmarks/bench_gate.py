"""How long the gate takes to decide, and whether a million random orders ever get past it: python -m benchmarks.bench_gate [orders].

The figures: p99 of a decision at most 1 ms on an account with 20 positions and 100 working orders (shown for others beside it); of a million
random orders, changes and exits, filled as badly as they can be, none beyond a limit; every number that is none and every price or quantity off
the grid refused.
"""

import sys
import time
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from terminal.domain.instrument import Instrument
from terminal.domain.intents import ApprovedOrder, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.gate import Gate
from terminal.risk.limits import PRESETS, Limits
from terminal.risk.view import GateView, Market, Position, Statistics, Working, key_of
from tests.builders.toy_account import COINS, EQUITY, PRICES, ToyAccount

MOST_MS, ORDERS, STEPS, DECISIONS, MALFORMED = 1.0, 1_000_000, 20_000, 4_000, 100_000
NO_NUMBERS = (Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal(0), Decimal(-1), float("nan"), float("inf"), 1.5, "1", None)
LIMITS = {"orders_per_minute": 600, "strategy_orders_per_minute": 600}
"""The rates out of the way, so that sizes are what refuses."""


def main() -> int:
    """1 where a figure was missed, else 0."""
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    missed = False
    for positions, working in ((0, 0), (20, 100), (50, 500)):
        median, p99, own = latencies(positions, working)
        print(f"{positions:3} positions, {working:3} working orders: median {median:.3f} ms, p99 {p99:.3f} ms ({own:.3f} ms of its own processor time)")
        missed |= (positions, working) == (20, 100) and p99 > MOST_MS
    return int(missed | (beyond(orders) > 0) | (let_through() > 0))


def latencies(positions: int, working: int) -> tuple[float, float, float]:
    """Median and 99th percentile in ms of deciding on an order that passes every rule, and the latter of its processor time alone."""
    coins = [Instrument("bench", f"C{number}/USDT", tick=Decimal("0.1"), lot=Decimal("0.001")) for number in range(max(1, positions))]
    keys = [key_of(coin) for coin in coins]
    account = ToyAccount(Gate(Limits().changed(LIMITS)), Random(1))
    view = replace(
        account.view(),
        markets={
            key: Market(coin, account.now, Decimal("99.9"), Decimal("100.1"), Decimal(100), atr=Decimal(1)) for key, coin in zip(keys, coins, strict=True)
        },
        positions={key: Position(Decimal("0.1"), Decimal(100), Decimal(99), Decimal("0.1")) for key in keys},
        working=tuple(
            Working(f"w{number}", keys[number % len(keys)], account.random.choice(list(Side)), Decimal("0.01"), Decimal(100)) for number in range(working)
        ),
        statistics=Statistics(Decimal("0.01"), Decimal("0.05"), (frozenset(keys[:2]),), Decimal("0.1"), 9),
    )
    wish = replace(account.intent(), **_plain(coins[0]))
    if not isinstance(account.gate.decide(wish, view), ApprovedOrder):
        raise RuntimeError(f"the order that is measured must pass: {account.gate.decide(wish, view)}")
    taken = [_nanoseconds(account.gate, wish, view) for _ in range(DECISIONS)]
    wall, own = sorted(each[0] for each in taken), sorted(each[1] for each in taken)
    late = int(DECISIONS * 0.99)
    return wall[DECISIONS // 2] / 1e6, wall[late] / 1e6, own[late] / 1e6


def _nanoseconds(gate: Gate, wish: OrderIntent, view: GateView) -> tuple[int, int]:
    """By the clock on the wall, and of this thread's own processor time, which other programs do not spoil."""
    begin, own = time.perf_counter_ns(), time.thread_time_ns()
    gate.decide(wish, view)
    return time.perf_counter_ns() - begin, time.thread_time_ns() - own


def beyond(orders: int) -> int:
    """How many of so many random orders took an account beyond a limit."""
    accounts: list[ToyAccount] = []
    while sum(account.asked for account in accounts) < orders:
        limits = Limits.preset(PRESETS[len(accounts) % len(PRESETS)]).changed(LIMITS | {"leverage": ("2", "0.3", "0.05")[len(accounts) // 3 % 3]})
        account = ToyAccount(Gate(limits), Random(len(accounts)), keeps=len(accounts) % 2 == 0)
        accounts.append(account)
        while account.asked < STEPS and sum(each.asked for each in accounts) < orders:
            account.step()
    asked, approved = sum(each.asked for each in accounts), sum(each.approved for each in accounts)
    broken, widened = sum(each.beyond for each in accounts), sum(each.widened for each in accounts)
    print(f"{asked:,} random orders on {len(accounts)} accounts: {approved:,} approved, {broken} beyond limits, {widened} widened by fills or cancels")
    refused: dict[str, int] = {}
    for account in accounts:
        for rule, count in account.rules.items():
            refused[rule] = refused.get(rule, 0) + count
    print("refused by: " + ", ".join(f"{rule} {count:,}" for rule, count in sorted(refused.items(), key=lambda item: -item[1])))
    return broken + widened


def let_through() -> int:
    """How many orders with a number that is none, or off the grid, were approved."""
    random = Random(3)
    account = ToyAccount(Gate(Limits.preset("aggressive").changed(LIMITS)), random)
    view = account.view()
    plain = [replace(account.intent(), **_plain(coin, price)) for coin, price in zip(COINS, PRICES, strict=True)]
    if not all(isinstance(account.gate.decide(wish, view), ApprovedOrder) for wish in plain):
        raise RuntimeError("the orders that are spoilt must pass before")
    passed = 0
    for number in range(MALFORMED):
        name = random.choice(("quantity", "limit"))
        value: Any = random.choice(NO_NUMBERS)
        wish = replace(random.choice(plain))
        if number % 2:  # a good number that is a fraction of a step away from the grid
            value = getattr(wish, name) + Decimal(random.randint(1, 9)) / 100_000
        object.__setattr__(wish, name, value)  # behind the back of the type, which refuses these by itself
        passed += isinstance(account.gate.decide(wish, view), ApprovedOrder)
    print(f"{MALFORMED:,} orders with NaN, infinite, zero, negative, no or off-grid numbers: {passed} approved")
    return passed


def _plain(coin: Instrument, price: Decimal = Decimal(100)) -> dict[str, Any]:
    """A limit order to buy `coin` at the market for 0.5 % of the toy's equity."""
    return {
        "instrument": coin,
        "side": Side.LONG,
        "type": OrderType.LIMIT,
        "quantity": coin.round_quantity(EQUITY / 200 / price),
        "limit": price,
        "stop": None,
        "stop_loss": coin.round_price_down(price * Decimal("0.98")),
        "purpose": Purpose.ENTRY,
        "reduce_only": False,
    }


if __name__ == "__main__":
    sys.exit(main())
