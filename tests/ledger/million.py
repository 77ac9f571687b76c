"""Books a million random fills with fees, funding, FX, deposits, duplicates, late fills and corrections; compares with fractions.

python -m tests.ledger.million --fills 1000000 [--seed 1]
"""

import argparse
import gc
import random
import sys
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.intents import Execution
from terminal.domain.orders import Side
from terminal.ledger.books import OUTSIDE, Books
from terminal.ledger.flows import Flow, FlowKind
from terminal.ledger.postings import trial_balance
from tests.ledger.reckoning import Amount, Reckoning

ACCOUNTS = ("first", "second", "third")
STRATEGIES = ("alpha", "beta", "gamma", "")
INSTRUMENTS = (
    Instrument("north", "BTC/USDT"),
    Instrument("south", "BTC/USDT"),
    Instrument("north", "ETH/BTC", quote="BTC"),
    Instrument("north", "BTC/USDT:USDT", AssetClass.PERPETUAL),
    Instrument("broker", "SPY", AssetClass.EQUITY, quote="USD"),
    Instrument("broker", "ES", AssetClass.FUTURE, quote="USD", multiplier=Decimal(50)),
    Instrument("broker", "EUR/USD", AssetClass.FOREX, quote="USD"),
    Instrument("broker", "USD/JPY", AssetClass.FOREX, quote="JPY"),
)
UNITS = {"USD": Decimal("0.01"), "EUR": Decimal("0.01"), "JPY": Decimal(1)}
SECOND = 1_000_000_000


@dataclass(slots=True)
class History:
    """What a venue tells, and what is true in the end."""

    told: list[Execution | Flow]
    true: list[tuple[str, Execution]]
    amounts: list[Amount]


def made(fills: int, seed: int) -> History:
    """A history of so many true fills. One in fifty is corrected (some twice), one in fifty told twice, one in a hundred told
    late, and one in a hundred of these very late."""
    mixed = random.Random(seed)
    told: list[tuple[int, int, Execution | Flow]] = []
    true, amounts = [], []
    for number in range(fills):
        fill = _fill(mixed, number)
        arrival = number if mixed.random() > 0.01 else number + mixed.randrange(5_000 if mixed.random() > 0.01 else fills)
        told.append((arrival, len(told), fill))
        last = fill
        for revision in range(2, 4):
            if mixed.random() > 0.02:
                break
            corrected = last.id if mixed.random() < 0.5 else fill.id
            last = replace(fill, id=f"{number}.{revision:02}", corrects=corrected, quantity=_quantity(mixed), fee=_fee(mixed))
            told.append((number + mixed.randrange(-50, 5_000), len(told), last))
        if mixed.random() < 0.02:
            told.append((number + mixed.randrange(1_000), len(told), last))
        true.append((fill.order_id.partition("-")[0] or OUTSIDE, replace(last, id=fill.id, corrects="")))
        if mixed.random() < 0.02:
            flow = _flow(mixed, number)
            told += [(number + again, len(told) + again, flow) for again in range(1 + (mixed.random() < 0.1))]
            legs = ((flow.currency, flow.amount), (flow.other_currency, flow.other_amount))
            is_put_in = flow.kind in (FlowKind.OPENING, FlowKind.DEPOSIT, FlowKind.WITHDRAWAL)
            amounts += [Amount(flow.account, flow.strategy or OUTSIDE, name, Fraction(amount), is_put_in) for name, amount in legs if name]
    told.sort(key=lambda item: item[:2])
    return History([item for _, _, item in told], true, amounts)


def _quantity(mixed: random.Random) -> Decimal:
    return Decimal(mixed.randint(1, 50_000)).scaleb(-3)


def _fee(mixed: random.Random) -> Decimal:
    return Decimal(mixed.randint(-200, 2_000)).scaleb(-mixed.randint(2, 9))


def _fill(mixed: random.Random, number: int) -> Execution:
    instrument, strategy = mixed.choice(INSTRUMENTS), mixed.choice(STRATEGIES)
    order = f"{strategy}-{number // 7}" if strategy else ""
    side = Side.LONG if mixed.random() < 0.5 else Side.SHORT
    price = Decimal(mixed.randint(9_000_000, 11_000_000)).scaleb(-5)
    currency = mixed.choice((instrument.quote, instrument.quote, "BNB"))
    when = number * SECOND // 3 // SECOND * SECOND  # three of each second, so that ids decide too
    return Execution(f"{number}.01", mixed.choice(ACCOUNTS), instrument, side, _quantity(mixed), price, _fee(mixed), currency, when, order)


def _flow(mixed: random.Random, number: int) -> Flow:
    kind = mixed.choice(list(FlowKind))
    amount = Decimal(mixed.randint(1, 10**9)).scaleb(-6)
    if kind is FlowKind.WITHDRAWAL or (kind is not FlowKind.DEPOSIT and mixed.random() < 0.5):
        amount = -amount
    other = {"other_currency": "EUR", "other_amount": Decimal(mixed.randint(-(10**6), 10**6)).scaleb(-2)} if kind is FlowKind.CONVERSION else {}
    currency = mixed.choice(("USD", "USDT", "JPY"))
    return Flow(str(number), mixed.choice(ACCOUNTS), kind, currency, amount, number * SECOND, strategy=mixed.choice(STRATEGIES), **other)


def booked(history: History, look_every: int) -> Books:
    """The books of all that was told; they are looked at on the way as a session does."""
    books = Books(lambda order: order.partition("-")[0], units=UNITS)
    for number, item in enumerate(history.told):
        if isinstance(item, Execution):
            books.add(item)
        else:
            books.book(item)
        if look_every and number % look_every == 0:
            for account in ACCOUNTS:
                books.realised(account, "USD")
    for account in ACCOUNTS:
        trial_balance(books, account)
    return books


def reckoned(history: History) -> Reckoning:
    """The same in fractions, from what is true."""
    reckoning = Reckoning({currency: Fraction(unit) for currency, unit in UNITS.items()})
    for amount in history.amounts:
        reckoning.take(amount)
    reckoning.walk(history.true)
    return reckoning


def differences(books: Books, reckoning: Reckoning) -> tuple[int, list[str]]:
    """How many figures were compared, and those that differ."""
    found: list[str] = []
    compared = 0
    for account in ACCOUNTS:
        names = [name or OUTSIDE for name in STRATEGIES]
        currencies = {currency for name in names for currency in reckoning.of[account, name].balance} | set(books.currencies(account))
        for what in ("balance", "fees", "profit", "put_in"):
            ask = {"balance": books.balance, "fees": books.fees, "profit": books.realised, "put_in": books.put_in}[what]
            for currency in sorted(currencies):
                theirs = [getattr(reckoning.of[account, name], what).get(currency, Fraction(0)) for name in names]
                ours = [ask(account, currency, name) for name in names]
                for name, mine, other in zip([*names, None], [*ours, ask(account, currency)], [*theirs, sum(theirs)], strict=True):
                    compared += 1
                    if Fraction(mine) != other:
                        found.append(f"{what} {account} {currency} {name}: {mine} against {float(other)}")
        for instrument in INSTRUMENTS:
            for name in names:
                place = (account, name, instrument)
                compared += 2
                if Fraction(books.position(account, instrument, name)) != reckoning.held[place]:
                    found.append(f"position {place}: {books.position(account, instrument, name)} against {float(reckoning.held[place])}")
                if Fraction(books.cost(account, instrument, name)) != reckoning.cost[place]:
                    found.append(f"cost {place}: {books.cost(account, instrument, name)} against {float(reckoning.cost[place])}")
    return compared, found


def permuted(history: History, times: int, seed: int) -> int:
    """How many of so many random orders of arrival, with repetitions, gave other books than the order told."""
    mixed, expected, others = random.Random(seed), booked(history, 0).digest(), 0
    for _ in range(times):
        told = history.told + mixed.choices(history.told, k=mixed.randrange(len(history.told)))
        mixed.shuffle(told)
        others += booked(History(told, history.true, history.amounts), mixed.choice((0, 7))).digest() != expected
    return others


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fills", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--look-every", type=int, default=10_000, help="read the profit of every account each so many reports; 0 = at the end only")
    parser.add_argument("--permutations", type=int, default=0, help="book so many random orders of arrival, and compare their digests")
    asked = parser.parse_args()
    history = made(asked.fills, asked.seed)
    gc.freeze()  # the history is the script's own burden, not the books'
    began, began_cpu = time.perf_counter(), time.process_time()
    books = booked(history, asked.look_every)
    took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    compared, found = differences(books, reckoned(history))
    lines = [
        *found[:20],
        f"{len(history.true):,} fills, {len(history.told):,} reports, {compared:,} figures compared, differences = {len(found)}",
        f"booked in {took:.1f} s ({cpu:.1f} s of CPU), {len(history.told) / took:,.0f} reports/s; {len(books.executions.aside)} aside",
    ]
    others = permuted(history, asked.permutations, asked.seed)
    if asked.permutations:
        lines.append(f"{asked.permutations:,} orders of arrival, other books = {others}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found or others else 0


if __name__ == "__main__":
    sys.exit(main())
