"""Several strategies on one account: each keeps a virtual ledger with its share of the capital, the account is their sum.

`run.backtest` hands over to here where it is given several strategies. What one gains or loses stays in its ledger.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from terminal.backtest.many import result as many_result
from terminal.backtest.many.account import Account, account_of, traded
from terminal.backtest.many.clock import Clock
from terminal.backtest.many.result import Trading
from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.backtest.summary import fingerprints_of
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.work import CancelQuestion, never, stop_if
from terminal.strategies.contract import Strategy


def backtest_strategies(
    strategies: Sequence[Strategy], candles: Sequence[Candles], options: Options, *, code: str | None = None, cancelled: CancelQuestion = never
) -> Result:
    """What all `strategies` together would have made of `candles`, a row for each strategy and instrument; raises as `backtest_many` does."""
    portions = portions_of(strategies, options)
    ran: list[tuple[Account, Trading]] = []
    for strategy, portion in zip(strategies, portions, strict=True):
        stop_if(cancelled)
        account = account_of(candles, replace(options, capital=options.capital * portion))
        ran.append((account, traded(strategy, account, cancelled)))
    together, clock = [*candles] * len(strategies), _repeated(ran[0][0].clock, len(strategies))
    result = many_result.result(strategies[0], together, clock, options, _sum([trading for _, trading in ran], len(candles), options, portions), code)
    names = names_of(strategies)
    told = [{"name": name, "share": portion, "parameters": dict(each.values)} for name, portion, each in zip(names, portions, strategies, strict=True)]
    rows = tuple({"strategy": names[place // len(candles)], **row} for place, row in enumerate(result.symbols))
    singly = {
        name: result.settings[name][: len(candles)] for name in ("symbols", "venues", "timeframes", "data_starts", "data_ends") if name in result.settings
    }
    settings = {**result.settings, **singly, "symbol": ", ".join(singly["symbols"]), "strategy": " + ".join(names), "strategies": told}
    return replace(result, settings=settings, symbols=rows, fingerprints=_fingerprints(strategies, candles, code))


def portions_of(strategies: Sequence[Strategy], options: Options) -> tuple[float, ...]:
    """The share of the capital of each strategy, equal where none are given; raises BadInput where they are no portions of one account."""
    if not strategies:
        raise BadInput("No strategies were given.", cure="Give at least one.")
    portions = options.portions or (1 / len(strategies),) * len(strategies)
    if len(portions) != len(strategies):
        raise BadInput(f"There are {len(strategies)} strategies and {len(portions)} portions.", cure="Give one share for each strategy.")
    if any(not math.isfinite(portion) or portion <= 0 for portion in portions) or sum(portions) > 1 + 1e-9:
        raise BadInput(f"The portions are {', '.join(f'{portion:g}' for portion in portions)}.", cure="Give fractions above 0 that add up to at most 1.")
    return tuple(portions)


def names_of(strategies: Sequence[Strategy]) -> list[str]:
    """A name for each strategy, numbered where two are of one class."""
    plain = [type(each).__name__ for each in strategies]
    return [name if plain.count(name) == 1 else f"{name} {plain[: place + 1].count(name)}" for place, name in enumerate(plain)]


def _repeated(clock: Clock, times: int) -> Clock:
    return replace(clock, opens_at=clock.opens_at * times, closes_at=clock.closes_at * times, first=clock.first * times)


def _sum(tradings: Sequence[Trading], instruments: int, options: Options, portions: Sequence[float]) -> Trading:
    """All ledgers as one: the equity is their sum and what was left unshared, trades keep their order in time."""
    books, counts, orders = [], dict.fromkeys(tradings[0].counts, 0), 0
    for place, trading in enumerate(tradings):
        book = trading.book.copy()
        book["instrument"] += place * instruments
        book["entry_order"] += orders
        orders += int(book["entry_order"].max(initial=0))
        books.append(book)
        counts = {name: count + trading.counts[name] for name, count in counts.items()}
    book = np.concatenate(books)
    equity = np.sum([trading.equity for trading in tradings], axis=0) + options.capital * (1 - sum(portions))
    notes = [note for trading in tradings for note in trading.notes]
    told = tuple(dict.fromkeys(caution for trading in tradings for caution in trading.cautions))
    log = sorted((note for trading in tradings for note in trading.log), key=lambda note: note.time)
    return Trading(book, equity, notes, counts, [rate for trading in tradings for rate in trading.rates], tuple(log), told)


def _fingerprints(strategies: Sequence[Strategy], candles: Sequence[Candles], code: str | None) -> dict[str, Any]:
    """Those of a run, its code and parameters being those of all strategies."""
    each = [fingerprints_of(strategy, many_result.fingerprint(candles), code) for strategy in strategies]
    joined = {name: hashlib.blake2b("|".join(one[name] for one in each).encode(), digest_size=16).hexdigest() for name in ("code", "parameters")}
    return {**each[0], **joined}
