"""The account of a strategy that is run over recorded trades, quotes and books: orders meet each message as they would meet the venue's.

`listening` takes it through the messages. Candles made of them carry indicators, `on_candle`, and the marks of the equity.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.events.account import ROLLING, EventAccount, load_acts
from terminal.backtest.events.blotter import Blotter
from terminal.backtest.events.feed import Feed
from terminal.backtest.options import Options, desk_for
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.size import Size
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import Timeframe
from terminal.strategies.orders import OrderHandle, OrderRequest, Position
from terminal.trading.desk import grown
from terminal.trading.marking import account_value, held_summary
from terminal.trading.tape import end_span, live_tape, show_again, tape_of
from terminal.trading.walking import reach

ONLY = 0
"""The one instrument."""


class TickAccount(EventAccount):
    """`message` is the row of the ticks at hand, −1 before the first; `lived` the first that the desk has not seen.

    Messages that no order can feel are seen late, all at once, before anyone looks at what they changed.
    """

    occasion_word = "message"

    def __init__(self, ticks: Ticks, options: Options, *, tells_all: bool) -> None:
        demand_options(options)
        super().__init__((ticks.candles,), options, (0,), tells_all=tells_all)
        self.blotter = Blotter(self.symbols, (0,), tells_all=tells_all)
        self.desk.rules["needs_market"] = True
        self.message = -1
        self.lived = 0
        self.closing: int | None = None
        """UTC ns of the candle's close while that is at hand, else None."""
        self._acted_on = -1
        """The message at which an order was last sent, whose effects only the desk knows."""
        self._times = ticks.time
        self._marks, self._marked_by = marks_of(ticks)
        self._tape, self._bids, self._asks = tape_of(ticks)
        deepest = [int(np.diff(rows).max(initial=0)) for rows in (ticks.bid_rows, ticks.ask_rows)]
        self._levels = sum(deepest)
        self._flat = Position(self.symbol)
        self.feed.await_first()
        end_span(self.desk, ONLY, -1, 0, 0)

    def load(self) -> None:
        """Loads or compiles what the desk will be asked, so that no strategy waits for it inside an event."""
        desk = desk_for(Options(), [Instrument("none", "none")])
        load_acts(desk)
        live_tape(desk, ONLY, self._tape, self._bids, self._asks, 0, 0)
        show_again(desk, ONLY, self._tape, self._bids[:0], self._asks[:0], 0, 0)
        held_summary(desk, ONLY)

    @property
    def now(self) -> int:
        """UTC ns of the message at hand, or of the candle's close."""
        return int(self._times[max(self.message, 0)]) if self.closing is None else self.closing

    def live(self, last: int) -> None:
        """Lets the messages before row `last` be seen."""
        while self.lived < last:
            self.step(last)

    def step(self, last: int) -> None:
        """Lets messages before row `last` be seen, up to one at which something happens to an order."""
        reached = int(live_tape(self.desk, ONLY, self._tape, self._bids, self._asks, self.lived, last))
        if reached == self.lived:
            self.desk = grown(self.desk, self._levels)
        self.lived = reached

    def foresee(self) -> None:
        """Notes which prices could change anything next, and whether anything is held."""
        lower, upper, due, _ = reach(self.desk, ONLY)
        self.feed.took((self.feed.marked, lower, upper, due, False, bool(self.desk.books["held"][ONLY])))

    def end_candle(self, row: int) -> None:
        """Books what holding cost in candle `row`, marks the account at its close and puts it at hand."""
        feed = self.feed
        self._catch_up(feed)
        feed.equity[row] = end_span(self.desk, ONLY, row, int(feed.columns[0][row]), min(row + 1, len(feed) - 1))
        self.foresee()
        feed.show(row)
        feed.marked = row + 1
        self.closing = feed.now

    def place(self, request: OrderRequest) -> OrderHandle:
        """Puts the order in the market: it meets the book last shown at once, else the next trade. Raises BadInput for one at a close."""
        if request.on_close:
            raise BadInput("`on_close` was given to an order in a run over ticks.", cure="Leave it out, and ask in `on_candle`: a market order fills there.")
        return super().place(request)

    def _sent(self, feed: Feed) -> int:
        self._catch_up(feed)
        is_shown = self.message >= 0 and self._tape.shown[self.message] >= 0
        self._ticket["from_row"] = self.message + (0 if is_shown else 1)
        number = super()._sent(feed)
        if is_shown:
            self.desk = grown(self.desk, self._levels)
            show_again(self.desk, ONLY, self._tape, self._bids, self._asks, self.message, self.now)
            self._acted_on = self.message
        return number

    def _occasion(self, feed: Feed) -> int:  # noqa: ARG002 # one of candles asks its feed
        return self.message

    def _catch_up(self, feed: Feed) -> None:  # noqa: ARG002
        self.live(self.message + 1)

    def settle(self) -> None:
        """Nothing waits: what was asked has met the market. The prices that matter are known anew."""
        self.is_changed = self.feed.is_changed = False
        self.foresee()

    def position(self, symbol: str) -> Position:
        """What is held of the instrument, at the last message."""
        feed = self._feed(symbol)
        if self.message >= 0 and self._marked_by[self.message] > self._acted_on:
            return feed.position(self.desk, float(self._marks[self.message]))
        self._catch_up(feed)
        if not self.desk.books["held"][ONLY]:
            return self._flat
        quantity, price, profit = held_summary(self.desk, ONLY)
        return Position(symbol, float(quantity), float(price), float(profit))

    def equity(self) -> float:
        """The account's value at the last message."""
        self._catch_up(self.feed)
        return float(account_value(self.desk))

    def candles(self, count: int, timeframe: Timeframe | None, symbol: str) -> Candles:
        """The last `count` closed candles."""
        feed = self._feed(symbol)
        return feed.last(0, None) if feed.row < 0 else feed.last(count, timeframe)


def marks_of(ticks: Ticks) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The price at which the desk marks what is held after each message, and the message that it is of: a trade, a mark, the middle of a quote."""
    shows = ticks.shown == np.arange(len(ticks))
    middle = np.where(shows, (ticks.best[:, 0] + ticks.best[:, 2]) / 2, np.nan)
    own = np.where(np.isnan(ticks.price), middle, ticks.price)
    last = np.maximum.accumulate(np.where(np.isnan(own), 0, np.arange(len(own)))) if len(own) else np.empty(0, np.int64)
    return own[last], last


def demand_options(options: Options) -> None:
    """Raises BadInput for a setting that means nothing where orders meet messages and not candles."""
    for name, usual in (("path", "pessimistic"), ("fill_at", "open"), ("delay_bars", 0), ("participation", None)):
        given: Any = getattr(options, name)
        if given != usual:
            cure = "Leave it out: orders meet each message, and fill by the sizes that it shows."
            raise BadInput(f"The setting `{name}` is {given!r}, but a run over ticks has no way through candles.", cure=cure)
    size = Size.parse(options.size)
    if int(size.kind) in ROLLING:
        raise BadInput(f"The size {size} is worked out candle by candle, which a run over ticks is not.", cure="Use a quantity, cash, a percentage or a risk.")
