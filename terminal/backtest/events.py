"""Runs a strategy event by event: each candle wakes it, what it asks becomes orders on the compiled desk, fills come back to it.

Compiled code is called only for candles that an order can feel; the rest is one comparison of two prices in Python.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.options import Options, desk_for
from terminal.backtest.tickets import CAUSES, write_ticket
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, Cancelled
from terminal.domain.orders import ExitReason
from terminal.domain.signals import minute
from terminal.domain.size import Size
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import CancelQuestion, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.loader import failure
from terminal.strategies.orders import FillNotice, OrderHandle, OrderRequest, Position
from terminal.trading import desk as tables
from terminal.trading.desk import Desk, grown
from terminal.trading.marking import account_cash, account_value, finish, held_summary, pass_quietly
from terminal.trading.placing import cancel, place
from terminal.trading.walking import close_candle, live_candle, reach

_MOST_ORDERS = 1_000
"""Orders that one candle may ask for; more is a mistake in the strategy, not a wish."""
_BETWEEN_QUESTIONS = 16_384
_STATES = {
    int(tables.ACCEPTED): "working",
    int(tables.PARTIAL): "working",
    int(tables.TRIGGERED): "working",
    int(tables.FILLED): "filled",
    int(tables.CANCELLED): "cancelled",
    int(tables.REJECTED): "refused",
    int(tables.EXPIRED): "expired",
}


class CandleView:
    """The candle at hand, one object for the whole run; its numbers change when the next one comes."""

    __slots__ = ("close", "high", "low", "open", "symbol", "time", "volume")

    symbol: str
    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class LineView:
    """An indicator's values up to the candle at hand."""

    __slots__ = ("_account", "_values")

    def __init__(self, account: "EventAccount", values: list[float]) -> None:
        self._account = account
        self._values = values

    @property
    def now(self) -> float:
        """Its value at the last closed candle; NaN while it warms up."""
        return self._values[self._account.row]

    def ago(self, count: int) -> float:
        """Its value `count` closed candles earlier; NaN before the first."""
        if count < 0:
            raise BadInput(f"`ago` was asked for {count} candles.", cure="Give 0 or more: there is no looking ahead.")
        row = self._account.row - count
        return self._values[row] if row >= 0 else math.nan


class EventAccount:
    """The account of one event run over the candles of one instrument: what the strategy's acts and looks reach."""

    mode = "backtest"

    def __init__(self, candles: Candles, options: Options, first: int) -> None:
        self._candles = candles
        self.options = options
        self.desk: Desk = desk_for(options, (candles.instrument,))
        self.symbol = candles.instrument.symbol
        self.symbols: Sequence[str] = (self.symbol,)
        self.row = first
        self.equity_values = np.empty(len(candles))
        self._marked = first
        self._handles: dict[int, OrderHandle] = {}
        self._open: list[OrderHandle] = []
        self._ticket = np.zeros(1, tables.ORDER)
        self._size = Size.parse(options.size)
        self._length = candles.timeframe.nanoseconds
        self._asked_row, self._asked = -1, 0
        self.heard = 0
        """Events of the desk that the strategy was told of."""
        self.is_changed = False
        self.awake: NDArray[np.bool_] | None = None
        self.notes: list[tuple[int, str, Mapping[str, Any]]] = []
        self.reasons: dict[int, str] = {}

    @property
    def now(self) -> int:
        """UTC ns of the close of the candle at hand."""
        return int(self._candles.time[self.row]) + self._length

    def place(self, request: OrderRequest) -> OrderHandle:
        """Puts the order on the desk; raises BadInput where a strategy asks without end."""
        self._limit_asking()
        self.catch_up(self.row + 1)
        write_ticket(self._ticket, request, self._size, self.row, self.now)
        delay = self.options.delay_bars
        self._ticket["from_row"] = self.row + 1 + delay
        if self.options.fill_at == "close" and self._ticket["kind"][0] == tables.MARKET:
            self._ticket["on_close"], self._ticket["from_row"] = True, self.row + delay
        handle = OrderHandle(request)
        handle.id = place(self.desk, 0, self._ticket)
        while handle.id == 0:
            self.desk = grown(self.desk)
            handle.id = place(self.desk, 0, self._ticket)
        self._handles[handle.id] = handle
        if request.reason:
            self.reasons[handle.id] = request.reason
        if not request.lot:
            self._open.append(handle)
        self.is_changed = True
        return handle

    def _limit_asking(self) -> None:
        self._asked = self._asked + 1 if self._asked_row == self.row else 1
        self._asked_row = self.row
        if self._asked > _MOST_ORDERS:
            raise BadInput(f"The strategy asked for more than {_MOST_ORDERS:,} orders on one candle.", cure="Ask for an order only when something changed.")

    def cancel(self, order: OrderHandle) -> None:
        """Takes the order back if it is still in the market."""
        if cancel(self.desk, 0, order.id):
            self.is_changed = True

    def orders(self, symbol: str) -> Sequence[OrderHandle]:
        """The strategy's own orders that may still fill."""
        self._known(symbol)
        self._open = [order for order in self._open if order.is_open]
        return self._open

    def position(self, symbol: str) -> Position:
        """What is held of the instrument."""
        self._known(symbol)
        self.catch_up(self.row + 1)
        if not self.desk.books["held"][0]:
            return Position(symbol)
        quantity, price, profit = held_summary(self.desk, 0)
        return Position(symbol, quantity, price, profit)

    def _known(self, symbol: str) -> None:
        if symbol != self.symbol:
            raise BadInput(f"This run has no candles of {symbol!r}.", cure=f"It knows {self.symbol}.")

    def equity(self) -> float:
        """The account's value at the last close."""
        self.catch_up(self.row + 1)
        return float(account_value(self.desk))

    def cash(self) -> float:
        """What new positions may bind."""
        self.catch_up(self.row + 1)
        return float(account_cash(self.desk))

    def candles(self, count: int, timeframe: Timeframe | None, symbol: str) -> Candles:
        """The last `count` closed candles."""
        self._known(symbol)
        last = self.row + 1
        if timeframe is None or timeframe == self._candles.timeframe:
            return self._candles.rows(max(0, last - count), last)
        from terminal.domain.resample import resample

        factor = timeframe.nanoseconds // self._length
        higher = resample(self._candles.rows(max(0, last - (count + 2) * factor), last), timeframe)
        closed = int(np.searchsorted(higher.time, self.now - timeframe.nanoseconds, side="right"))
        return higher.rows(max(0, closed - count), closed)

    def indicator(self, function: Callable[..., Any], columns: Sequence[str], values: Sequence[Any], symbol: str) -> "LineView | tuple[LineView, ...]":
        """The indicator over all candles, shown only up to the candle at hand."""
        self._known(symbol)
        answer = function(*(getattr(self._candles, name) for name in columns), *values)
        lines = answer if isinstance(answer, tuple) else (answer,)
        views = tuple(LineView(self, np.asarray(line, float).tolist()) for line in lines)
        return views if isinstance(answer, tuple) else views[0]

    def wake(self, every: int, at: str, when: NDArray[np.bool_] | None) -> None:
        """Limits the candles that wake the strategy."""
        from terminal.backtest.waking import rows_awake

        self.awake = rows_awake(self._candles, every, at, when)

    def log(self, words: str, values: Mapping[str, Any]) -> None:
        """Notes something with the time of the candle at hand."""
        self.notes.append((self.now, words, dict(values)))

    def catch_up(self, last: int) -> None:
        """Marks the account at every close before row `last` that was passed over."""
        if self._marked < last:
            candles = self._candles
            pass_quietly(self.desk, 0, self._marked, last, candles.time, candles.high, candles.low, candles.close, self.equity_values)
            self._marked = last

    def live(self, row: int) -> None:
        """Lets candle `row` happen to the orders on the desk."""
        candles = self._candles
        self.catch_up(row)
        live_candle(self.desk, 0, row, candles.time[row], candles.open[row], candles.high[row], candles.low[row], candles.close[row], candles.volume[row])
        self.equity_values[row] = account_value(self.desk)
        self._marked = row + 1

    def reach(self) -> tuple[float, float, int]:
        """The prices between which, and the time (UTC ns) before which, a candle can change nothing on the desk; it gets room for what comes."""
        lower, upper, due, is_crowded = reach(self.desk, 0)
        if is_crowded:
            self.desk = grown(self.desk)
        return lower, upper, due

    def live_close(self) -> None:
        """Fills what is meant for the close of the candle at hand."""
        self.catch_up(self.row + 1)
        close_candle(self.desk, 0, self._candles.close[self.row])
        self.equity_values[self.row] = account_value(self.desk)

    def book(self) -> NDArray[Any]:
        """The round trips, in the order of entry, with the lots still open after the last candle."""
        if int(self.desk.totals["trades"][0]) + int(self.desk.books["held"].sum()) >= len(self.desk.trades):
            self.desk = self.desk._replace(trades=np.concatenate((self.desk.trades, np.zeros_like(self.desk.trades))))
        finish(self.desk, self.options.close_at_end)
        self.equity_values[-1] = account_value(self.desk)
        trades = self.desk.trades[: int(self.desk.totals["trades"][0])]
        return trades[np.argsort(trades["entry_order"], kind="stable")]

    def news(self) -> list[tuple[OrderHandle, FillNotice | None]]:
        """What happened since it was last asked, in order: the handle brought up to date, and the fill where it was one."""
        last = int(self.desk.totals["events"][0])
        found = []
        for event in self.desk.events[self.heard : last]:
            handle = self._handles.get(int(event["order"])) or self._child(event)
            handle.state = _STATES[int(event["kind"])]
            if handle.state == "refused":
                handle.refused = CAUSES[int(event["cause"])]
            notice = self._notice(handle, self.desk.fills[event["fill"]]) if event["fill"] >= 0 else None
            found.append((handle, notice))
        self.heard = last
        return found

    def _child(self, event: Any) -> OrderHandle:
        """The handle of an order that the desk made itself: a stop, target or trail of a bracket."""
        handle = OrderHandle(OrderRequest(0, self.symbol, None, reason="bracket"))
        handle.id = int(event["order"])
        self._handles[handle.id] = handle
        return handle

    def _notice(self, handle: OrderHandle, fill: Any) -> FillNotice:
        quantity, price = float(fill["quantity"]), float(fill["price"])
        filled = handle.filled + quantity
        handle.average_price = price if handle.filled == 0.0 else (handle.average_price * handle.filled + price * quantity) / filled
        handle.filled = filled
        words = ExitReason(int(fill["reason"])).words
        return FillNotice(handle, self.symbol, int(fill["time"]) + self._length, int(fill["side"]), quantity, price, float(fill["commission"]), words)


def run_events(strategy: Strategy, candles: Candles, options: Options, first: int, cancelled: CancelQuestion) -> EventAccount:
    """The account after `strategy` was woken on every candle from row `first` on. Raises what the strategy raises, Cancelled."""
    account = EventAccount(candles, options, first)
    bound = strategy.bound_to(account)
    path = Path(type(strategy).on_candle.__code__.co_filename)
    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            bound.prepare()
            bound.on_start()
            _walk(bound, account, candles, first, cancelled)
            account.catch_up(len(candles))
            bound.on_stop()
    except Cancelled:
        raise
    except (Exception, SystemExit) as error:  # a stranger's strategy may raise anything; it is isolated and named
        raise failure(error, path, where=f" at {minute(int(candles.time[account.row]))} (row {account.row:,})") from error
    return account


def _walk(strategy: Strategy, account: EventAccount, candles: Candles, first: int, cancelled: CancelQuestion) -> None:
    view = CandleView()
    view.symbol = account.symbol
    on_candle, awake = strategy.on_candle, account.awake
    fills_at_close = account.options.fill_at == "close"
    lower, upper, due = account.reach()
    for begin in range(first, len(candles), _BETWEEN_QUESTIONS):
        stop_if(cancelled)
        rows = slice(begin, min(begin + _BETWEEN_QUESTIONS, len(candles)))
        columns = (getattr(candles, name)[rows].tolist() for name in ("time", "open", "high", "low", "close", "volume"))
        for row, (time, open_, high, low, close, volume) in enumerate(zip(*columns, strict=True), begin):
            account.row = row
            if low <= lower or high >= upper or time >= due:
                account.live(row)
                tell(strategy, account)
                lower, upper, due = account.reach()
            if awake is not None and not awake[row]:
                continue
            view.time, view.open, view.high, view.low, view.close, view.volume = time, open_, high, low, close, volume
            on_candle(view)
            if account.is_changed:
                account.is_changed = False
                if fills_at_close:
                    account.live_close()
                tell(strategy, account)
                lower, upper, due = account.reach()
            awake = account.awake


def tell(strategy: Strategy, account: EventAccount) -> None:
    """Hands the strategy what happened to its orders, in order; what it then asks is told in the next round."""
    while account.heard < int(account.desk.totals["events"][0]):
        for handle, fill in account.news():
            if fill is not None:
                strategy.on_fill(fill)
            strategy.on_order(handle)
