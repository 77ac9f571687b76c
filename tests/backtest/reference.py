"""The simulation as simulation.md and strategy-api.md tell it, in exact fractions, slowly and without any code of the product.

One plain class: an account that fills orders. Levels are rebuilt at every point of the path, both walks are really played on
copies of the account, and the one to keep is chosen by comparing what they are worth.
"""

import copy
from dataclasses import dataclass, field
from fractions import Fraction as F  # noqa: N817 - exact numbers fill these lines; a short name keeps them readable
from math import ceil, floor
from typing import Any


@dataclass
class Rules:
    size: tuple[str, F]
    fee: F
    slippage: F
    tick: F
    lot: F
    capital: F = F(10_000)
    path: str = "pessimistic"
    delay: int = 0
    at_close: bool = False
    size_at_fill: bool = False
    touch: bool = False
    close_at_end: bool = False
    minimum: F = F(0)


@dataclass
class Decision:
    row: int
    close: F
    stop: tuple[str, F] | None
    target: tuple[str, F] | None
    trail: tuple[str, F] | None
    size: F | None


@dataclass
class Account:
    rules: Rules
    cash: F
    side: int = 0
    quantity: F = F(0)
    entry: F = F(0)
    entry_row: int = -1
    decision: Any = None
    best: F = F(0)
    trades: list[tuple[Any, ...]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("conflicts", "cut", "unaffordable", "too_small", "stops_passed"), 0))

    # cash here is real cash: buying takes the notional out of it, selling short puts it in

    def worth(self, price: F) -> F:
        return self.cash + self.side * self.quantity * price

    def slip(self, price: F, direction: int) -> F:
        moved = price * (1 + direction * self.rules.slippage)
        steps = moved / self.rules.tick
        return (ceil(steps) if direction > 0 else floor(steps)) * self.rules.tick

    def toward_market(self, level: F, is_below_market: bool) -> F:
        steps = level / self.rules.tick
        return (ceil(steps) if is_below_market else floor(steps)) * self.rules.tick

    def stop_level(self, side: int, given: Any, entry: F) -> F | None:
        if given is None:
            return None
        kind, value = given
        return self.toward_market(value if kind == "price" else entry * (1 - side * value), side > 0)

    def target_level(self, side: int, given: Any, entry: F) -> F | None:
        if given is None:
            return None
        kind, value = given
        return self.toward_market(value if kind == "price" else entry * (1 + side * value), side < 0)

    def trail_level(self, side: int, given: Any, best: F) -> F | None:
        if given is None:
            return None
        kind, value = given
        return self.toward_market(best - side * value if kind == "price" else best * (1 - side * value), side > 0)

    def leave(self, row: int, raw: F, reason: str, slips: bool = True) -> None:
        price = self.slip(raw, -self.side) if slips else raw
        self.cash += self.side * self.quantity * price - self.quantity * price * self.rules.fee
        self.trades.append((self.entry_row, row, self.side, self.quantity, self.entry, price, reason))
        self.side, self.quantity = 0, F(0)

    def worth_if_left(self, price: F) -> F:
        other = copy.deepcopy(self)
        if other.side:
            other.leave(0, price, "")
        return other.cash

    def enter(self, row: int, side: int, raw: F, decision: Decision, worth: F) -> None:
        rules = self.rules
        price = self.slip(raw, side)
        basis = price if rules.size_at_fill else self.slip(decision.close, side)
        money = max(self.cash if rules.size_at_fill else worth, F(0))
        unit = basis * (1 + rules.fee)
        kind, value = ("percent", decision.size) if decision.size is not None else rules.size
        if kind == "quantity":
            wanted = value
        elif kind == "cash":
            wanted = value / unit
        elif kind == "percent":
            wanted = money * value / unit
        else:
            levels = [level for level in (self.stop_level(side, decision.stop, basis), self.trail_level(side, decision.trail, basis)) if level is not None]
            nearest = max(levels) if side > 0 else min(levels)
            out = self.slip(nearest, -side)
            loss = side * (basis - out) + rules.fee * (basis + out)
            wanted = money * value / loss if loss > 0 else F(0)
        quantity = floor(wanted / rules.lot) * rules.lot
        payable = floor(max(self.cash, F(0)) / (price * (1 + rules.fee)) / rules.lot) * rules.lot
        if quantity > payable:
            if kind == "quantity":
                self.counts["unaffordable"] += 1
                return
            quantity = payable
            self.counts["cut"] += 1
        if quantity == 0 or quantity * price < rules.minimum:
            self.counts["too_small"] += 1
            return
        self.side, self.quantity, self.entry, self.entry_row, self.decision, self.best = side, quantity, price, row, decision, price
        self.cash -= side * quantity * price + quantity * price * rules.fee
        stop = self.stop_level(side, decision.stop, price)
        if stop is not None and side * (stop - price) >= 0:
            self.counts["stops_passed"] += 1
            self.leave(row, price, "stop loss", slips=False)

    def walk(self, row: int, points: list[F]) -> None:
        before = points[0]
        for point in points:
            if self.side == 0:
                return
            stop = self.stop_level(self.side, self.decision.stop, self.entry)
            trail = self.trail_level(self.side, self.decision.trail, self.best)
            target = self.target_level(self.side, self.decision.target, self.entry)
            pick_low, pick_high = (min, max) if self.side > 0 else (max, min)
            stops = [(level, name) for level, name in ((stop, "stop loss"), (trail, "trailing stop")) if level is not None]
            if stops:
                level = pick_high(level for level, _ in stops)
                name = next(name for value, name in stops if value == level)
                if self.side * (point - level) <= 0:
                    self.leave(row, pick_low(before, level), name)
                    return
            if target is not None and (self.side * (point - target) > 0 or (self.rules.touch and point == target)):
                self.leave(row, pick_high(before, target), "take profit", slips=False)
                return
            self.best, before = pick_high(self.best, point), point

    def live_through(self, row: int, candle: tuple[F, F, F, F]) -> None:
        start, high, low, close = candle
        low_first, high_first = copy.deepcopy(self), copy.deepcopy(self)
        low_first.walk(row, [start, low, high, close])
        high_first.walk(row, [start, high, low, close])
        if self.rules.path == "ohlc":
            kept = high_first if high - start < start - low else low_first
        elif self.rules.path == "pessimistic":
            kept = high_first if high_first.worth(close) < low_first.worth(close) else low_first
        else:
            kept = high_first if high_first.worth(close) > low_first.worth(close) else low_first
        self.__dict__.update(kept.__dict__)


def simulate(candles: list[tuple[F, F, F, F]], wishes: list[dict[str, bool]], decisions: list[Decision], rules: Rules) -> tuple[Account, list[F]]:
    account = Account(rules, rules.capital)
    equity: list[F] = []
    worths: list[F] = []
    lag = rules.delay + (0 if rules.at_close else 1)
    for row, candle in enumerate(candles):
        if rules.at_close and account.side:
            account.live_through(row, candle)
        if rules.at_close:
            worths.append(account.worth_if_left(candle[3]))
        if row >= lag:
            act(account, row, candle[3] if rules.at_close else candle[0], wishes[row - lag], decisions[row - lag], worths[row - lag])
        if not rules.at_close:
            if account.side:
                account.live_through(row, candle)
            worths.append(account.worth_if_left(candle[3]))
        elif rules.delay:
            worths[row] = account.worth_if_left(candle[3])
        equity.append(account.worth(candle[3]))
    if rules.close_at_end and account.side:
        account.leave(len(candles) - 1, candles[-1][3], "end")
        equity[-1] = account.cash
    return account, equity


def act(account: Account, row: int, raw: F, wish: dict[str, bool], decision: Decision, worth: F) -> None:
    long, short = wish["enter_long"], wish["enter_short"]
    if long and short:
        account.counts["conflicts"] += 1
        long = short = False
    long, short = long and not wish["exit_long"], short and not wish["exit_short"]
    if account.side > 0 and (wish["exit_long"] or short):
        account.leave(row, raw, "signal" if wish["exit_long"] else "reversal")
    elif account.side < 0 and (wish["exit_short"] or long):
        account.leave(row, raw, "signal" if wish["exit_short"] else "reversal")
    if account.side == 0 and long:
        account.enter(row, 1, raw, decision, worth)
    elif account.side == 0 and short:
        account.enter(row, -1, raw, decision, worth)
