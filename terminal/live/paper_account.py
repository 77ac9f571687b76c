"""An account of invented money: the simulated broker, what became of every order, and the file that both are kept in.

Knows no engine and tells nobody; `paper` asks it. What was not committed never happened.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import msgspec

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import Execution, OrderIntent
from terminal.domain.orders import Fill, Order, OrderType
from terminal.live.messages import OrderReport, Shown
from terminal.live.paper_file import PaperFile, PaperUnavailable
from terminal.live.paper_orders import PaperOrder, asked, off_grid, refusal
from terminal.live.paper_terms import PaperTerms, paper_desk
from terminal.trading.desk import Desk
from terminal.trading.keeping import KeptBroker
from terminal.trading.simulated import Notice

News = Execution | OrderReport
_ENDS = {"cancelled": Shown.CANCELLED, "refused": Shown.REJECTED, "expired": Shown.EXPIRED}
_MOVES = ("id", "best", "activation", "rests", "post_only")
"""What of a working order the market moves without anything to tell."""


class PaperAccount:
    """One account under `name`. Times are UTC ns. Raises BadInput for terms it was not opened on, PaperUnavailable where its file can't be used."""

    def __init__(self, name: str, instruments: Sequence[Instrument], terms: PaperTerms, file: PaperFile, now: int) -> None:
        self.name = name
        self.terms = terms
        self._file = file
        self._wanted = tuple(instruments)
        self._opened_at = now
        self.ticked: dict[str, int] = {}
        """By symbol the newest quote or trade since this object was made."""
        self.load()

    def load(self) -> None:
        """Becomes what the file holds: at the start, and after a change that could not be written."""
        try:
            self._load(self._file.state())
        except (KeyError, TypeError, ValueError, ArithmeticError, msgspec.MsgspecError) as error:
            why = f"The file of the paper account {self.name} is not what was written: {type(error).__name__} {error}."
            raise PaperUnavailable(why, cure="Move the file away to begin a new account.") from error

    def _load(self, kept: Mapping[str, Any]) -> None:
        self.epoch: str = kept.get("epoch", f"{self._opened_at:x}")
        self.instruments = self._known(kept)
        self.broker = KeptBroker(paper_desk(self.terms, self.instruments), self.instruments, unit=self.terms.unit)
        self.orders = {order.order_id: order for order in self._file.orders()}
        self.working = {order_id: order for order_id, order in self.orders.items() if order.shown is Shown.WORKING}
        self.executions = self._file.executions()
        self._by_symbol = {instrument.symbol: instrument for instrument in self.instruments}
        self._of: dict[str, list[Execution]] = {}
        for execution in self.executions:
            self._of.setdefault(execution.venue_order_id, []).append(execution)
        if kept:
            numbers = {order.order_id: order.number for order in self.orders.values()}
            fills = [self._fill(execution) for execution in self.executions]
            self.broker.restore(kept["broker"], numbers, fills, self._file.charges())
        self._told_lines = len(self.broker.ledger.lines)
        self.closed: dict[str, int] = dict(kept.get("closed", {}))
        self.opened: dict[str, int] = dict(kept.get("opened", {}))
        """By symbol the newest closed candle, and the newest that opened."""
        self._touched: dict[str, PaperOrder] = {}
        self._reported: dict[str, PaperOrder] = {}
        self._new: list[Execution] = []

    def commit(self) -> list[News]:
        """Makes what happened since the last commit durable, and returns it: fills, then the orders that they or something else changed."""
        lines = [line for line in self.broker.ledger.lines[self._told_lines :] if line.kind != "commission"]
        self._file.write(self._state(), self._touched.values(), self._new, lines)
        news: list[News] = [*self._new, *(order.report() for order in self._reported.values())]
        self._told_lines = len(self.broker.ledger.lines)
        self._touched, self._reported, self._new = {}, {}, []
        return news

    def instrument(self, wanted: Instrument) -> Instrument:
        """The account's own definition of an instrument. Raises BadInput for one that it does not trade."""
        known = self._by_symbol.get(wanted.symbol)
        if known is None or known.venue != wanted.venue:
            raise BadInput(f"The paper account {self.name} does not trade {wanted}.", cure=f"It trades {', '.join(self._by_symbol)}.")
        return known

    def refusal(self, intent: OrderIntent) -> str:
        """Why the order is not taken, "" where it is."""
        if intent.id in self.orders:
            return "an order of this id was sent before"
        known = self._by_symbol.get(intent.instrument.symbol)
        if known is None or known.venue != intent.instrument.venue:
            return f"the account does not trade {intent.instrument}"
        busy = {lot.instrument.symbol for lot in self.broker.ledger.lots} | {order.symbol for order in self.working.values() if order.opens}
        if not intent.reduce_only and known.symbol not in busy and len(busy) >= self.terms.positions:
            return f"the account holds or enters {len(busy)} instruments already, its limit"
        return refusal(intent, known)

    def place(self, intent: OrderIntent, now: int) -> PaperOrder:
        """The order as it stands at once. Ask `refusal` before."""
        instrument = self.instrument(intent.instrument)
        is_ticked = instrument.symbol in self.ticked
        # whoever decided on a candle that closed acts from the next one on; anybody else in none that opened before
        since = 0 if is_ticked or intent.author.candle is not None or intent.is_protective else now
        in_candle = intent.is_protective and instrument in self.broker.opens
        is_passed = _is_passed(intent, self.broker.opens.get(instrument, self.broker.marks.get(instrument)))
        order, terms = asked(intent, instrument, now, since, is_passed=is_passed, in_candle=in_candle)
        notices = self.broker.place(order, terms)
        number = self.broker.number(intent.id)
        placed = PaperOrder(
            order_id=intent.id,
            number=number,
            venue_order_id=f"{self.epoch}-{number}",
            account=self.name,
            venue=instrument.venue,
            symbol=instrument.symbol,
            side=intent.side,
            type=intent.type,
            quantity=intent.quantity,
            limit=intent.limit,
            stop=intent.stop,
            reduce_only=intent.reduce_only,
            arrived=now,
        )
        self.orders[intent.id] = self.working[intent.id] = self._touched[intent.id] = placed
        self.take(notices)
        return placed

    def change(self, order: PaperOrder, quantity: Decimal, limit: Decimal | None, stop: Decimal | None) -> str:
        """Gives a working order another shape; returns why not, "" where it has it."""
        instrument = self._by_symbol[order.symbol]
        if (limit is None, stop is None) != (order.limit is None, order.stop is None):
            return f"a {order.type.value.replace('_', ' ')} order can't become one of another type"
        if order.type is OrderType.TRAILING_STOP and stop != order.stop:
            return "the distance of a trailing stop can't be changed"
        why = off_grid((("quantity", quantity, instrument.lot), ("limit", limit, instrument.tick), ("stop", stop, instrument.tick)))
        if why:
            return why
        named = Order(order.order_id, instrument, order.side, OrderType.MARKET, quantity)
        why = self.broker.amend(named, quantity=quantity, price=None if limit == order.limit else limit, trigger=None if stop == order.stop else stop)
        if not why:
            order.quantity, order.limit, order.stop = quantity, limit, stop
            self._touched[order.order_id] = order
        return why

    def show(self, instrument: Instrument, at: int, act: Callable[[], tuple[Notice, ...]]) -> bool:
        """Shows the broker a quote or trade by `act`; True where that changed something that must be kept."""
        self.ticked[instrument.symbol] = at
        i = self.instruments.index(instrument)
        before = _moving(self.broker.desk, i)
        notices = act()
        self.take(notices)
        return bool(notices) or before != _moving(self.broker.desk, i)

    def open_candle(self, instrument: Instrument, opened: int, price: Decimal, volume: Decimal) -> None:
        """A candle has opened: what waited for it fills."""
        self.opened[instrument.symbol] = opened
        self.take(self.broker.open_candle(instrument, opened, price, volume))

    def close_candle(self, instrument: Instrument, prices: Sequence[Decimal]) -> None:
        """The candle that has opened is lived through to its close."""
        self.closed[instrument.symbol] = self.opened[instrument.symbol]
        self.take(self.broker.close_candle(instrument, prices))

    def take(self, notices: Sequence[Notice]) -> None:
        """Takes up what the simulated broker did."""
        for notice in notices:
            order = self.orders.get(notice.order_id)
            if notice.fill is not None:
                self._book(order, notice.order_id, notice.fill)
            if order is None or notice.state in ("accepted", "triggered"):
                continue
            order.shown, order.why = _shown(order, notice), notice.cause
            self._touched[order.order_id] = self._reported[order.order_id] = order
            if order.shown is not Shown.WORKING:
                self.working.pop(order.order_id, None)

    def executions_of(self, order: PaperOrder) -> tuple[Execution, ...]:
        """The fills of one order."""
        return tuple(self._of.get(order.venue_order_id, ()))

    def positions(self) -> dict[str, Decimal]:
        """The signed quantity of every instrument, by symbol."""
        return {symbol: self.broker.ledger.position(instrument) for symbol, instrument in self._by_symbol.items()}

    def equity(self, marks: Mapping[Instrument, Decimal]) -> Decimal:
        """The account's value with what is held at `marks`, elsewhere at the last prices."""
        return self.broker.ledger.equity(self.broker.marks | dict(marks))

    def _book(self, order: PaperOrder | None, name: str, fill: Fill) -> None:
        """A fill of ours, or (`order` None) of a liquidation, under an id that this account never gives again."""
        execution = Execution(
            id=f"{self.epoch}-f{len(self.executions) + 1}",
            account=self.name,
            instrument=fill.instrument,
            side=fill.side,
            quantity=fill.quantity,
            price=fill.price,
            fee=fill.cost,
            fee_currency=fill.instrument.quote,
            time=fill.time if order is None else max(fill.time, order.arrived),
            order_id="" if order is None else order.order_id,
            venue_order_id=f"{self.epoch}-{name}" if order is None else order.venue_order_id,
        )
        if order is not None:
            order.filled += fill.quantity
        self.executions.append(execution)
        self._new.append(execution)
        self._of.setdefault(execution.venue_order_id, []).append(execution)

    def _fill(self, execution: Execution) -> Fill:
        name = execution.order_id or execution.venue_order_id
        instrument = self.instrument(execution.instrument)
        return Fill(name, instrument, execution.side, execution.time, execution.quantity, execution.price, execution.fee)

    def _known(self, kept: Mapping[str, Any]) -> tuple[Instrument, ...]:
        """The instruments it was opened with, as they were then, and those that are new."""
        terms = msgspec.convert(kept["terms"], PaperTerms) if kept else self.terms
        if terms != self.terms:
            differs = [f"{name} {getattr(terms, name)}" for name in asdict(terms) if getattr(terms, name) != getattr(self.terms, name)]
            raise BadInput(f"The paper account {self.name} was opened with {', '.join(differs)}.", cure="Go on with its terms, or open another account.")
        known = [msgspec.convert(each, Instrument) for each in kept.get("instruments", ())]
        places = {(each.venue, each.symbol) for each in known}
        known += [each for each in self._wanted if (each.venue, each.symbol) not in places]
        if len({each.symbol for each in known}) < len(known):
            raise BadInput(f"The paper account {self.name} is given one symbol of two venues.", cure="Open an account for each.")
        return tuple(known)

    def _state(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "terms": self.terms,
            "instruments": self.instruments,
            "closed": self.closed,
            "opened": self.opened,
            "broker": self.broker.keep(),
        }


def _shown(order: PaperOrder, notice: Notice) -> Shown:
    if notice.state == "filled" and order.filled < order.quantity:  # it closed all there was to close
        return Shown.CANCELLED
    return Shown.FILLED if notice.state == "filled" else _ENDS.get(notice.state, Shown.WORKING)


def _moving(desk: Desk, i: int) -> tuple[bytes, ...]:
    """What the market may have moved of the working orders of instrument `i`."""
    rows = desk.orders[i, : int(desk.books["working"][i])]
    return tuple(rows[name].tobytes() for name in _MOVES)


def _is_passed(intent: OrderIntent, price: Decimal | None) -> bool:
    """Whether the market is through the stop of an exit already, which then acts at once: refused, it would leave a position without one."""
    is_stop = intent.type in (OrderType.STOP, OrderType.STOP_LIMIT)
    return is_stop and intent.reduce_only and intent.stop is not None and price is not None and intent.side * (price - intent.stop) >= 0
