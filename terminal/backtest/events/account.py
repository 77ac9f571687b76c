"""The account that a strategy acts on while it is run event by event: what it asks becomes orders on the compiled desk.

`passing` takes it through its candles; each instrument's own state is a `Feed`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.events.advance import next_touched
from terminal.backtest.events.feed import Feed
from terminal.backtest.events.looks import Looks
from terminal.backtest.events.tickets import CAUSES, write_ticket
from terminal.backtest.options import Options, desk_for
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.size import Size, SizeKind
from terminal.strategies.orders import OrderHandle, OrderRequest
from terminal.trading import desk as tables
from terminal.trading.desk import Desk, grown
from terminal.trading.marking import account_cash, account_value, finish, pass_quietly
from terminal.trading.placing import cancel, place
from terminal.trading.walking import close_candle, live_candle, reach

ROLLING = (int(SizeKind.VOLATILITY), int(SizeKind.KELLY))
"""Kinds of size that the run has turned into a share of equity, row by row."""
MOST_ORDERS = 1_000
"""Orders of one instrument that one candle may ask for; more is a mistake in the strategy, not a wish."""
MOST_WORKING = 5_000
"""Orders of one instrument that may be in the market together."""


class EventAccount(Looks):
    """The account of one event run over the candles of one or several instruments: what the strategy's acts reach, and how time goes on.

    `feed` is the instrument at hand; whoever drives the run sets it where there are several.
    """

    occasion_word = "candle"
    """What the strategy may ask only so many orders on."""

    def __init__(self, candles: Sequence[Candles], options: Options, firsts: Sequence[int], *, tells_all: bool = True) -> None:
        super().__init__(candles, options, firsts, tells_all=tells_all)
        self._ticket = np.zeros(1, tables.ORDER)
        self._size = Size.parse(options.size)
        self._fills_at_closes = False

    def place(self, request: OrderRequest) -> OrderHandle:
        """Puts the order on the desk, each slice of its schedule as one; raises BadInput where a strategy asks without end."""
        feed, handle = self._feed(request.symbol), OrderHandle(request)
        awaited = self.blotter.handle(request.after) if request.after else None
        waits = awaited is not None and not awaited.filled
        if awaited is not None and waits and not awaited.is_open:
            handle.state, handle.refused = "refused", CAUSES[int(tables.PARENT_GONE)]
            return handle
        size, delay = request.size or self._size, self.options.delay_bars
        write_ticket(self._ticket, request, size, feed.row, self.now)
        if request.size is None and self.options.shares is not None and self._ticket["size_kind"][0] in ROLLING:
            self._ticket["size_kind"], self._ticket["size"] = int(SizeKind.EQUITY), self.options.shares[feed.symbol][feed.row]
        if request.after and not waits:
            self._ticket["state"], self._ticket["parent"] = tables.WORKING, 0
        is_at_close = self.options.fill_at == "close" and self._ticket["kind"][0] == tables.MARKET
        self._ticket["from_row"] = feed.row + delay + (0 if is_at_close else 1)
        if is_at_close:
            self._ticket["on_close"] = True
        self._fills_at_closes = self._fills_at_closes or is_at_close or request.on_close
        plan = ((0, 1.0),) if request.algo is None else request.algo.plan(self.now)
        self.blotter.add(handle, self._send(feed, plan, size.value))
        feed.is_changed = self.is_changed = True
        return handle

    def _send(self, feed: Feed, plan: Sequence[tuple[int, float]], size: float) -> tuple[int, ...]:
        """The ids that the desk gives to the ticket, sent once for each slice: its share, from its time (UTC ns) on."""
        quantity, sent = float(self._ticket["quantity"][0]), []
        for time, share in plan:
            if len(plan) > 1:
                self._ticket["from_time"], self._ticket["size"], self._ticket["quantity"] = time, size * share, quantity * share
            sent.append(self._sent(feed))
        return tuple(sent)

    def _sent(self, feed: Feed) -> int:
        occasion = self._occasion(feed)
        feed.asked = feed.asked + 1 if feed.asked_on == occasion else 1
        feed.asked_on = occasion
        if feed.asked > MOST_ORDERS:
            told = f"The strategy asked for more than {MOST_ORDERS:,} orders on one {self.occasion_word}."
            raise BadInput(told, cure="Ask for an order only when something changed.")
        self._catch_up(feed)
        number = place(self.desk, feed.index, self._ticket)
        while number == 0:
            if int(self.desk.books["working"][feed.index]) >= MOST_WORKING:
                raise BadInput(f"The strategy has {MOST_WORKING:,} orders in the market.", cure="Cancel what is no longer wanted, or let it expire.")
            self.desk = grown(self.desk)
            number = place(self.desk, feed.index, self._ticket)
        return int(number)

    def _occasion(self, feed: Feed) -> int:
        """A number that changes from one occasion to ask to the next."""
        return feed.row

    def cancel(self, order: OrderHandle) -> None:
        """Takes the order back if it is still in the market."""
        feed = self._feed(order.request.symbol)
        for part in order.parts:
            if cancel(self.desk, feed.index, part):
                feed.is_changed = self.is_changed = True

    def advance(self, feed: Feed, last: int) -> None:
        """Lives the candles of `feed` before row `last`; stops early after one that an order can feel."""
        times, _, highs, lows, _, _ = feed.columns
        row = next_touched(times, highs, lows, feed.marked, last, feed.lower, feed.upper, feed.due)
        self._pass(feed, row)
        if row == last:
            return
        live_candle(self.desk, feed.index, row, *(column[row] for column in feed.columns))
        self._close(feed, row)
        feed.marked = row + 1
        self._foresee(feed)

    def _pass(self, feed: Feed, last: int) -> None:
        """Marks the account at the closes before row `last`, which nothing can feel; a clock of several has marked them all."""
        times, _, highs, lows, closes, _ = feed.columns
        if feed.marked < last and len(self.feeds) == 1:
            pass_quietly(self.desk, feed.index, feed.marked, last, times, highs, lows, closes, feed.equity)
            feed.marked = last

    def _close(self, feed: Feed, row: int) -> None:
        """Fills what is meant for the close of `row`, and marks the account there."""
        if self._fills_at_closes:
            close_candle(self.desk, feed.index, feed.columns[4][row], feed.columns[5][row])
        feed.equity[row] = account_value(self.desk)

    def _foresee(self, feed: Feed) -> None:
        """Notes which candle could change anything next, and whether anything is held; gives the desk room for what comes."""
        lower, upper, due, is_crowded = reach(self.desk, feed.index)
        feed.took((feed.marked, lower, upper, due, is_crowded, bool(self.desk.books["held"][feed.index])))
        if is_crowded:
            self.desk = grown(self.desk)

    def _catch_up(self, feed: Feed) -> None:
        """Marks the account at the close of the candle at hand."""
        self._pass(feed, feed.row + 1)

    def settle(self) -> None:
        """Lets the desk feel what was asked: orders for the close at hand fill, the prices that matter are known anew."""
        self.is_changed = False
        for feed in self.feeds.values():
            if feed.is_changed:
                feed.is_changed = False
                self._catch_up(feed)
                if self.options.fill_at == "close":
                    self._close(feed, feed.row)
                self._foresee(feed)

    def book(self) -> NDArray[Any]:
        """The round trips, in the order of entry, with the lots still open after the last candle."""
        if int(self.desk.totals["trades"][0]) + int(self.desk.books["held"].sum()) >= len(self.desk.trades):
            self.desk = replace(self.desk, trades=np.concatenate((self.desk.trades, np.zeros_like(self.desk.trades))))
        finish(self.desk, self.options.close_at_end)
        self.feed.equity[-1] = account_value(self.desk)
        trades = self.desk.trades[: int(self.desk.totals["trades"][0])]
        return trades[np.argsort(trades["entry_order"], kind="stable")]


def load_acts(desk: Desk) -> None:
    """Loads or compiles what the acts of a strategy will ask of a `desk` that is thrown away."""
    place(desk, 0, np.zeros(1, tables.ORDER))
    cancel(desk, 0, 1)
    reach(desk, 0)
    account_value(desk)
    account_cash(desk)


def load_desk(account: EventAccount) -> None:
    """Loads or compiles what the desk of `account` will be asked, so that no strategy waits for it inside an event."""
    desk = desk_for(Options(), [Instrument("none", "none")])
    feed = account.feed
    times, _, highs, lows, closes, volumes = feed.columns
    load_acts(desk)
    live_candle(desk, 0, 0, *(column[feed.row] for column in feed.columns))
    close_candle(desk, 0, closes[feed.row], volumes[feed.row])
    pass_quietly(desk, 0, 0, 0, times, highs, lows, closes, feed.equity)
    next_touched(times, highs, lows, 0, 0, 0.0, 0.0, 0)
