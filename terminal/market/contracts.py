"""From futures contracts to one continuous series, by a named rule for when the next contract takes over.

Indicators look at a joined series. Traded is the one without a join, with its rolls: raw prices of the contract in front, so that orders
go to contracts. Nothing in it knows a day before its close.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terminal.domain.actions import Roll
from terminal.domain.candles import PRICE_COLUMNS, VALUE_COLUMNS, Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import DAY

_DAYS = re.compile(r"(\d+)\s+days?")
JOINS = ("ratio", "difference", "none")


@dataclass(frozen=True, slots=True)
class Contract:
    """The raw candles of one future and when it expires (UTC ns)."""

    candles: Candles
    expires: int


@dataclass(frozen=True, eq=False)
class Continuous:
    """One series of contracts. `active` (n,) is the contract each row is of, `rolls` the rows on which a new one takes over.

    `actions` are those rolls as a backtest carries them out: `backtest(strategy, series.candles, actions={symbol: series.actions})`
    with a series joined by "none".
    """

    candles: Candles
    active: NDArray[np.int64]
    rolls: NDArray[np.int64]
    rule: str
    actions: tuple[Roll, ...] = ()


def continuous(contracts: Sequence[Contract], rule: str = "5 days", *, join: str = "ratio", symbol: str | None = None) -> Continuous:
    """The series of the contract in front at each moment, in the order of expiry.

    `rule`: "5 days" rolls at the first candle that opens within so many days of expiry; "volume" at the candle after the first
    close at which the next contract traded more. `join` takes the jump out by the "ratio" or the "difference" of both closes
    before the roll, later prices being moved to the first contract's level so that no row knows a later roll; "none" leaves it.
    The series is called `symbol`, by default as the first contract.
    Raises BadInput for contracts that do not overlap where they should roll, and for a rule or join that it does not know.
    """
    if join not in JOINS:
        raise BadInput(f"`join` is {join!r}.", cure=f"Use {', '.join(JOINS)}.")
    ordered = sorted(contracts, key=lambda each: each.expires)
    if not ordered:
        raise BadInput("No contracts were given.", cure="Give at least one.")
    starts = [int(ordered[0].candles.time[0])]
    for one, other in itertools.pairwise(ordered):
        starts.append(max(starts[-1], _roll_time(one, other, rule)))
    joined = _joined(ordered, starts, rule, join)
    instrument = joined.candles.instrument
    named = instrument if symbol is None else replace(instrument, symbol=symbol)
    return replace(joined, candles=replace(joined.candles, instrument=named), actions=_rolls(ordered, joined))


def _rolls(ordered: Sequence[Contract], joined: Continuous) -> tuple[Roll, ...]:
    """The rolls with what both contracts cost at one moment: at the open of that candle, or where the old one has none, at the close before."""
    found = []
    for row in joined.rolls.tolist():
        time = int(joined.candles.time[row])
        old, new = (ordered[int(joined.active[place])].candles for place in (row - 1, row))
        here = [int(np.searchsorted(each.time, time)) for each in (old, new)]
        if here[0] < len(old) and old.time[here[0]] == time:
            leave, enter = float(old.open[here[0]]), float(new.open[here[1]])
        else:
            last = int(np.searchsorted(new.time, old.time[here[0] - 1], side="right")) - 1
            leave, enter = float(old.close[here[0] - 1]), float(new.close[last] if last >= 0 else new.open[here[1]])
        found.append(Roll(time, leave, enter, new.instrument.symbol))
    return tuple(found)


def _roll_time(one: Contract, other: Contract, rule: str) -> int:
    """UTC ns of the first candle of `other` that stands in front."""
    days = _DAYS.fullmatch(rule.strip())
    if days is not None:
        row = int(np.searchsorted(other.candles.time, one.expires - int(days[1]) * DAY))
    elif rule.strip() == "volume":
        common, mine, its = np.intersect1d(one.candles.time, other.candles.time, return_indices=True)
        busier = np.flatnonzero(other.candles.volume[its] > one.candles.volume[mine])
        last = int(common[busier[0]]) if len(busier) else one.expires
        row = int(np.searchsorted(other.candles.time, last, side="right" if len(busier) else "left"))
    else:
        raise BadInput(f"The roll rule is {rule!r}.", cure='Use "volume", or days before expiry such as "5 days".')
    if row >= len(other.candles) or other.candles.time[row] > one.candles.time[-1] + one.candles.timeframe.nanoseconds:
        names = f"{one.candles.instrument.symbol} and {other.candles.instrument.symbol}"
        raise BadInput(f"The contracts {names} do not overlap where they should roll.", cure="Extract both up to their expiry, or choose another rule.")
    return int(other.candles.time[row])


def _joined(ordered: Sequence[Contract], starts: Sequence[int], rule: str, join: str) -> Continuous:
    parts, active, factor, shift = [], [], 1.0, 0.0
    for place, contract in enumerate(ordered):
        end = starts[place + 1] if place + 1 < len(ordered) else None
        part = contract.candles.between(starts[place], end)
        if place:
            before = [each.candles.close[int(np.searchsorted(each.candles.time, starts[place])) - 1] for each in ordered[place - 1 : place + 1]]
            factor, shift = factor * before[0] / before[1] if join == "ratio" else 1.0, shift + before[0] - before[1] if join == "difference" else 0.0
        parts.append(
            {name: getattr(part, name) * (factor if name in PRICE_COLUMNS else 1.0) + (shift if name in PRICE_COLUMNS else 0.0) for name in VALUE_COLUMNS}
        )
        parts[-1]["time"] = part.time
        active.append(np.full(len(part), place))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in ("time", *VALUE_COLUMNS)}
    first, owner = ordered[0].candles, np.concatenate(active)
    series = Candles(first.instrument, first.timeframe, provenance=first.provenance, **columns)
    return Continuous(series, owner, np.flatnonzero(np.diff(owner, prepend=owner[:1])), rule)
