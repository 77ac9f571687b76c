"""The paper venue: an account of invented money that answers the engine as an honest broker would, over the simulated broker.

It does what a live adapter does, without a network: takes the engine's effects, is shown the market, and tells messages. Nothing here
waits, draws or asks for the time by itself, and everything is written to the account's own file before it is told.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from terminal.domain.clock import Clock
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.live.manners import Manners
from terminal.live.messages import (
    CancelAnswered,
    ChangeAnswered,
    Effect,
    LookedUp,
    LookUp,
    Message,
    NotTaken,
    OrderReport,
    Quoted,
    Send,
    SendCancel,
    SendChange,
    SendInDoubt,
    Shown,
    Survey,
    Surveyed,
    Taken,
)
from terminal.live.paper_account import PaperAccount
from terminal.live.paper_file import PaperFile, PaperUnavailable
from terminal.live.paper_orders import PaperOrder
from terminal.live.paper_terms import PaperTerms
from terminal.trading.simulated import Notice

Levels = Sequence[tuple[Decimal, Decimal]]
"""Prices and sizes of one side of a book, the best first."""
UNKNOWN_SIZE = Decimal(10) ** 12
"""What can be traded at a price of which nobody says how much there is."""
MANNERS = Manners(absent_after=0, keeps_reduce_only=True)
"""It answers at once, knows every order by our id for ever, holds stops, and nobody else trades there."""


class PaperVenue:
    """The venue of one account, kept in `file`. `tell` is handed every message, one after the other, and may hand effects in again.

    An instrument is matched by its closed candles until its first quote or trade, from then on by those alone. A protective stop that
    is sent while `tell` is told of the fill acts in the same candle, as in a backtest; told later it acts from the next one on.
    """

    def __init__(
        self, account: str, instruments: Sequence[Instrument], terms: PaperTerms, file: PaperFile, clock: Clock, tell: Callable[[Message], None]
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._file = file
        self._account = PaperAccount(account, instruments, terms, file, clock())
        self._lasts: dict[str, Decimal] = {}
        self._best: dict[str, tuple[Decimal | None, Decimal | None]] = {}
        """By symbol the newest trade's price, and the newest best bid and ask."""
        self._outbox: deque[Message] = deque()
        self._is_telling = False
        self._carriers: dict[type, Callable[..., None]] = {
            Send: self._send,
            SendCancel: self._cancel,
            SendChange: self._change,
            LookUp: self._look_up,
            Survey: self._survey,
        }

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """What can be traded here."""
        return self._account.instruments

    def manners(self) -> Manners:
        """What this venue promises."""
        return MANNERS

    def balance(self) -> Decimal:
        """Capital, what was realised and every cost, to the smallest unit."""
        return self._account.broker.ledger.cash

    def equity(self, marks: Mapping[Instrument, Decimal] | None = None) -> Decimal:
        """The account's value with what is held at `marks`, elsewhere at the last prices, to the smallest unit."""
        return self._account.equity(marks or {})

    def positions(self) -> dict[str, Decimal]:
        """The signed quantity of every instrument, by symbol."""
        return self._account.positions()

    def working(self) -> tuple[OrderReport, ...]:
        """The orders that may still fill."""
        return tuple(order.report() for order in self._account.working.values())

    def carry_out(self, effect: Effect) -> None:
        """Does what the engine asks of a venue; what it tells people is not its business."""
        carrier = self._carriers.get(type(effect))
        if carrier is not None:
            carrier(effect)
            self._tell_all()

    def candle(self, instrument: Instrument, opened: int, closed: int, prices: Sequence[Decimal], volume: Decimal) -> bool:
        """A candle (open, high, low, close) from `opened` to `closed`, UTC ns, is over: what that fills is told, then its close.

        False where it is none, old, or quotes are shown. Raises PaperUnavailable where the account can't be written: show it again.
        """
        account, instrument = self._account, self._account.instrument(instrument)
        symbol = instrument.symbol
        is_old = opened <= account.closed.get(symbol, -1) or opened < account.opened.get(symbol, -1)
        if symbol in account.ticked or is_old or not _is_candle(prices, volume) or closed <= opened:
            return False
        if account.opened.get(symbol) != opened:
            self._keep(lambda: account.open_candle(instrument, opened, prices[0], volume))
            self._tell_all()
        self._keep(lambda: account.close_candle(instrument, prices))
        self._outbox.append(Quoted(instrument, None, None, prices[3], closed))
        self._tell_all()
        return True

    def quote(self, instrument: Instrument, at: int, bids: Levels, asks: Levels, last: Decimal | None = None) -> bool:
        """The book shows these levels (price, size), the best first, one each of a plain quote; False for what is none, or old.

        Told with the `last` price, else that of the newest trade, else the middle.
        """
        account, instrument = self._account, self._account.instrument(instrument)
        if at < account.ticked.get(instrument.symbol, -1) or not _is_book(bids, asks):
            return False
        self._show(instrument, at, lambda: account.broker.book(instrument, at, bids, asks))
        last = last or self._lasts.get(instrument.symbol) or account.broker.marks.get(instrument)
        self._best[instrument.symbol] = best = (bids[0][0] if bids else None, asks[0][0] if asks else None)
        self._outbox.append(Quoted(instrument, *best, last, at))
        self._tell_all()
        return True

    def trade(self, instrument: Instrument, at: int, price: Decimal, size: Decimal = UNKNOWN_SIZE) -> bool:
        """A trade was printed; False for what is none, or old."""
        account, instrument = self._account, self._account.instrument(instrument)
        if at < account.ticked.get(instrument.symbol, -1) or not _are_positive((price, size)):
            return False
        self._show(instrument, at, lambda: account.broker.trade(instrument, at, price, size))
        self._lasts[instrument.symbol] = price
        self._outbox.append(Quoted(instrument, *self._best.get(instrument.symbol, (None, None)), price, at))
        self._tell_all()
        return True

    def close(self) -> None:
        """Lets go of the account's file."""
        self._file.close()

    def _send(self, effect: Send) -> None:
        intent = effect.order.intent
        if intent.account != self._account.name:
            raise BadInput(f"An order of account {intent.account} was sent to the paper account {self._account.name}.")
        why = self._account.refusal(intent)
        if why:
            self._outbox.append(NotTaken(intent.id, why))
            return
        try:
            order = self._account.place(intent, self._clock())
            news = self._account.commit()
        except PaperUnavailable as error:
            self._account.load()
            self._outbox.append(SendInDoubt(intent.id, str(error)))
            return
        if order.shown is Shown.REJECTED and not order.filled:
            self._outbox.append(NotTaken(intent.id, order.why))
            news = [each for each in news if not (isinstance(each, OrderReport) and each.order_id == intent.id)]
        else:
            self._outbox.append(Taken(intent.id, order.venue_order_id))
        self._outbox.extend(news)

    def _cancel(self, effect: SendCancel) -> None:
        order = self._account.orders.get(effect.order_id)
        if order is None or order.shown is not Shown.WORKING:
            self._outbox.append(CancelAnswered(effect.order_id, False, _standing(order)))
            return
        try:
            self._account.take(self._account.broker.cancel(order.order_id))
            self._outbox.extend(self._account.commit())
            self._outbox.append(CancelAnswered(effect.order_id, True))
        except PaperUnavailable as error:
            self._account.load()
            self._outbox.append(CancelAnswered(effect.order_id, None, str(error)))

    def _change(self, effect: SendChange) -> None:
        order = self._account.orders.get(effect.order_id)
        if order is None or order.shown is not Shown.WORKING:
            self._outbox.append(ChangeAnswered(effect.order_id, effect.number, False, _standing(order)))
            return
        try:
            why = self._account.change(order, effect.quantity, effect.limit, effect.stop)
            self._outbox.extend(self._account.commit())
            self._outbox.append(ChangeAnswered(effect.order_id, effect.number, not why, why))
        except PaperUnavailable as error:
            self._account.load()
            self._outbox.append(ChangeAnswered(effect.order_id, effect.number, None, str(error)))

    def _look_up(self, effect: LookUp) -> None:
        order, now = self._account.orders.get(effect.order_id), self._clock()
        if order is None:
            self._outbox.append(LookedUp(effect.order_id, now, places=MANNERS.places))
        else:
            self._outbox.append(LookedUp(effect.order_id, now, order.report(), self._account.executions_of(order), MANNERS.places))

    def _survey(self, effect: Survey) -> None:
        executions = tuple(execution for execution in self._account.executions if execution.time >= effect.since)
        self._outbox.append(Surveyed(effect.account, self._clock(), self.working(), executions, self.positions()))

    def _show(self, instrument: Instrument, at: int, act: Callable[[], tuple[Notice, ...]]) -> None:
        """Shows the market to the account, and writes it where that changed more than prices."""
        if self._account.show(instrument, at, act):
            self._keep(lambda: None)

    def _keep(self, act: Callable[[], None]) -> None:
        try:
            act()
            self._outbox.extend(self._account.commit())
        except PaperUnavailable:
            self._account.load()
            raise

    def _tell_all(self) -> None:
        """Tells what is to be told, in its order; what comes up meanwhile is told after it, by the same loop."""
        if self._is_telling:
            return
        self._is_telling = True
        try:
            while self._outbox:
                self._tell(self._outbox.popleft())
        finally:
            self._is_telling = False


def _standing(order: PaperOrder | None) -> str:
    return "there is no such order" if order is None else f"the order is {order.shown.value}"


def _are_positive(numbers: Sequence[Decimal]) -> bool:
    return all(number.is_finite() and number > 0 for number in numbers)


def _is_candle(prices: Sequence[Decimal], volume: Decimal) -> bool:
    """False for prices that no market makes."""
    if len(prices) != 4 or not _are_positive(prices) or not volume.is_finite() or volume < 0:
        return False
    open_, high, low, close = prices
    return low <= min(open_, close) and max(open_, close) <= high


def _is_book(bids: Levels, asks: Levels) -> bool:
    """False for a book that is empty, crossed or has impossible numbers."""
    is_crossed = bool(bids) and bool(asks) and bids[0][0] >= asks[0][0]
    return bool(bids or asks) and not is_crossed and all(_are_positive(level) for level in (*bids, *asks))
