"""The settings of a run, each with its default; every result prints all of them.

Faces hand them to `backtest` by name; here they are checked once and turned into what compiled code reads.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.cost_options import MOST_SLIPPAGE, Costs, known_slippage
from terminal.domain.candles import Candles
from terminal.domain.errors import UnknownName, WrongValue
from terminal.domain.instrument import Instrument
from terminal.domain.names import nearest
from terminal.domain.signal_checks import MOST_ENTRIES, REBALANCES
from terminal.domain.signals import CheckedSignals
from terminal.domain.size import Size
from terminal.trading.matching import PATHS

if TYPE_CHECKING:
    from terminal.trading.desk import Desk

FILLS = ("open", "close")
SIZES = ("decision", "fill")
_ORDER_RULES = {
    "gap_improvement": ("always", "auction_only"),
    "lots": ("fifo", "lifo", "average"),
    "unaffordable": ("refuse", "wait"),
    "trigger": ("last", "bid_ask", "mark"),
}


@dataclass(frozen=True, slots=True)
class Options(Costs):
    """How a run is simulated. Rates are fractions (0.001 = 0.1 %); money is in the instrument's quote currency."""

    capital: float = 10_000.0
    commission: float = None  # type: ignore[assignment] # 0.001 once it is checked, 0 where fees are not a rate
    """Fraction of each fill's notional."""
    slippage: float = None  # type: ignore[assignment] # once it is checked what is usual for the model: 0.0005 where it is fixed
    """How much worse market and stop fills are than the price they are due, as `slippage_model` says: a fraction of the price."""
    size: Size | str | float = "100%"
    path: str = "pessimistic"
    """Which way the price went inside a candle: "pessimistic", "optimistic", "ohlc" (nearer extreme first) or "detail" (`finer` candles)."""
    delay_bars: int = 0
    """Candles that a decision waits beyond the next one."""
    fill_at: str = "open"
    """Market orders fill at the next "open", or at the "close" at which they were decided."""
    size_at: str = "decision"
    """A size becomes a quantity with the prices known at the "decision", or with those of the "fill"."""
    fill_on_touch: bool = False
    """Whether a target fills where the price touches it without trading through it."""
    gap_improvement: str = "always"
    """A limit gets an open better than its price "always", or with "auction_only" not in a market that trades round the clock."""
    lots: str = "fifo"
    """Which lots an exit closes first: "fifo", "lifo", or "average": the same share of each."""
    trigger: str = "last"
    """What triggers a stop over ticks: the "last" trade, the quote that its exit would meet ("bid_ask"), or the venue's "mark" price."""
    unaffordable: str = "refuse"
    """An explicit quantity that can't be paid: "refuse" it, or let it "wait" for money."""
    close_at_end: bool = False
    """Whether a position still open after the last candle is closed there as a last order."""
    start: int | None = None
    """UTC ns of the first candle that may decide; earlier ones only warm the indicators up. None = the first."""
    pyramiding: int = 0
    """Entries of one side that signals may add to the first."""
    rebalance: str = "change"
    """A target is traded where its value changes ("change"), at "every_bar", or on "drift" too: when the position has left it."""
    drift: float = 0.05
    """How far, as a fraction of equity, a position may be from its target before "drift" trades."""

    risk_free: float = 0.0
    """What money earns without risk, a fraction a year: ratios of reward over risk count what is above it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", Size.parse(self.size))
        _demand(_is_number(self.capital) and self.capital > 0, "capital", self.capital, "an amount above zero")
        for name in ("commission", "slippage"):
            rate = getattr(self, name)
            _demand(rate is None or (_is_number(rate) and rate >= 0), name, rate, "a fraction from 0 to 0.5, such as 0.001 for 0.1 %")
        commission, slippage = self.settle_costs(self.commission, self.slippage)
        _demand(commission < 0.5, "commission", commission, "a fraction from 0 to 0.5, such as 0.001 for 0.1 %")
        most = MOST_SLIPPAGE[self.slippage_model]
        _demand(known_slippage(self.slippage_model, slippage), "slippage", slippage, f"a number from 0 to {most:g}, such as 0.0005 for 0.05 % of the price")
        object.__setattr__(self, "commission", float(commission))
        object.__setattr__(self, "slippage", None if slippage is None else float(slippage))
        object.__setattr__(self, "capital", float(self.capital))
        whole = isinstance(self.delay_bars, int) and not isinstance(self.delay_bars, bool)
        _demand(whole and 0 <= self.delay_bars <= 1000, "delay_bars", self.delay_bars, "a whole number from 0 to 1000")
        whole = isinstance(self.start, int | np.integer) and not isinstance(self.start, bool)
        _demand(self.start is None or whole, "start", self.start, "the first moment in UTC nanoseconds")
        whole = isinstance(self.pyramiding, int) and not isinstance(self.pyramiding, bool)
        _demand(whole and 0 <= self.pyramiding <= MOST_ENTRIES, "pyramiding", self.pyramiding, f"a whole number from 0 to {MOST_ENTRIES:,}")
        _demand(_is_number(self.drift) and 0 < self.drift <= 1, "drift", self.drift, "a fraction of equity above 0, such as 0.05")
        _demand(
            _is_number(self.risk_free) and -0.5 <= self.risk_free <= 1, "risk_free", self.risk_free, "a fraction a year from -0.5 to 1, such as 0.03 for 3 %"
        )
        object.__setattr__(self, "risk_free", float(self.risk_free))
        for name, known in (("path", PATHS), ("fill_at", FILLS), ("size_at", SIZES), ("rebalance", REBALANCES), *_ORDER_RULES.items()):
            _demand(getattr(self, name) in known, name, getattr(self, name), " or ".join(f'"{word}"' for word in known))

    @classmethod
    def of(cls, **given: Any) -> "Options":
        """Options with `given` set; raises UnknownName for a setting that does not exist, BadInput for a wrong value."""
        known = tuple(item.name for item in fields(cls))
        for name in given:
            if name not in known:
                raise UnknownName("setting of a backtest", name, nearest=nearest(name, known), cure=f"Use one of {', '.join(known)}.")
        return cls(**given)

    @property
    def needs_desk(self) -> bool:
        """Whether the costs or the path are more than the short loop of `fast` knows, so that the desk must trade them."""
        is_usual = self.gap_improvement == "always" and self.unaffordable == "refuse"
        return not is_usual or not self.is_flat(self.slippage) or (self.path == "detail" and self.finer is not None)

    @property
    def flat_fee(self) -> float:
        """The taker's commission where it is one rate, else its first step; 0 per unit."""
        return self.tiers[0][2] if self.tiers else self.commission if self.taker is None else self.taker

    @property
    def flat_slippage(self) -> float:
        """The fraction by which fills are worse where the model is a fixed one, else 0."""
        if self.slippage_model == "half_spread":
            return 0.0 if self.slippage is None else self.slippage / 2
        return self.slippage if self.slippage_model == "fixed" else 0.0

    @property
    def lag(self) -> int:
        """Candles between a decision and its fill."""
        return self.delay_bars + (1 if self.fill_at == "open" else 0)


def rules_for(options: Options, instrument: Instrument, signals: CheckedSignals) -> tuple[NDArray[Any], tuple[NDArray[np.float64], ...]]:
    """The record of rules and the level arrays (stop, target, trail, size) that `backtest.fast.simulate` reads."""
    from terminal.backtest.signals.fast import RULES
    from terminal.trading.desk import grid_of

    columns = (signals.stop_loss, signals.take_profit, signals.trailing_stop, signals.size)
    levels, steps = zip(*(compact(column) for column in columns), strict=True)
    size = Size.parse(options.size)
    values = {
        **grid_of(instrument),
        **dict(zip(("stop_step", "target_step", "trail_step", "size_step"), steps, strict=True)),
        "size_kind": int(size.kind),
        "size": size.value,
        "fee_rate": options.flat_fee,
        "slippage": options.flat_slippage,
        "path": PATHS[options.path],
        "lag": options.lag,
        "fills_at_close": options.fill_at == "close",
        "closes_at_end": options.close_at_end,
        "sizes_at_fill": options.size_at == "fill",
        "fill_on_touch": options.fill_on_touch,
        "stop_is_price": signals.stop_loss_is_price,
        "target_is_price": signals.take_profit_is_price,
        "trail_is_distance": signals.trailing_stop_is_price,
    }
    return np.array([tuple(values[name] for name in RULES.names or ())], RULES), levels


def wishes_for(signals: CheckedSignals, start_row: int, lag: int) -> NDArray[np.uint8]:
    """One byte a candle with the conditions that may act on it: those decided `lag` candles before, from `start_row` on."""
    packed = np.zeros(len(signals), np.uint8)
    acting = packed[start_row + lag :]
    rows = slice(start_row, start_row + len(acting))
    for bit, condition in enumerate((signals.enter_long, signals.exit_long, signals.enter_short, signals.exit_short)):
        if condition.strides != (0,):
            acting |= condition[rows].view(np.uint8) * np.uint8(1 << bit)  # eight times as fast as a shift
        elif len(condition) and condition[0]:
            acting |= np.uint8(1 << bit)
    return packed


def compact(column: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """`column` and 1, or its one value and 0 where all rows share it."""
    is_scalar = column.strides == (0,)
    array = np.ascontiguousarray(column[:1] if is_scalar else column)
    view = array.view()
    view.flags.writeable = False
    return view, 0 if is_scalar else 1


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool) and math.isfinite(value)


def _demand(good: bool, name: str, value: object, allowed: str) -> None:
    if not good:
        raise WrongValue(f"The setting `{name}`", value, allowed, option=name)


def desk_for(options: Options, instruments: Sequence[Instrument], candles: Sequence[Candles] = ()) -> "Desk":
    """A desk with the capital in cash, where each instrument has its grid and the costs of `options`.

    `candles` are those of the instruments, for costs that change with them. Raises BadInput where costs can't be known.
    """
    from terminal.backtest.preparing import with_costs
    from terminal.trading.desk import BOOK, RULES, grid_of, new_desk

    rules, books = np.zeros(1, RULES), np.zeros(len(instruments), BOOK)
    rules["path"], rules["sizes_at_fill"], rules["fill_on_touch"] = PATHS[options.path], options.size_at == "fill", options.fill_on_touch
    rules["trigger_by"] = _ORDER_RULES["trigger"].index(options.trigger)
    rules["lots"], rules["waits_for_cash"] = _ORDER_RULES["lots"].index(options.lots), options.unaffordable == "wait"
    rules["withholds_improvement"] = options.gap_improvement == "auction_only" and all(instrument.calendar == "24/7" for instrument in instruments)
    for book, instrument in zip(books, instruments, strict=True):
        for name, value in grid_of(instrument).items():
            book[name] = value
    return with_costs(new_desk(rules, books, options.capital), options, instruments, candles)
