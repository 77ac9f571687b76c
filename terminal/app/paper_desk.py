"""One paper account wired together: journal, engine, gate, simulated venue and the strategy sessions on it.

Time and prices are handed in, so that a session runs alike on a live stream and over stored candles; `trading` gives it a clock.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import terminal as outcry
from terminal.app.standing import StandingFile
from terminal.domain.candles import Candles
from terminal.domain.clock import Clock
from terminal.domain.instrument import Instrument
from terminal.domain.intents import Author, AuthorKind, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.live.approving import AccountFacts, GateKeeper
from terminal.live.driver import Driver, replayed
from terminal.live.engine import Engine
from terminal.live.ids import begin_run, draw_run
from terminal.live.journal_entries import AnyJournal
from terminal.live.messages import Alarm, CancelWish, Effect, Message, StateWish, Told, Wish, Woken
from terminal.live.paper import PaperVenue
from terminal.live.paper_file import PaperFile
from terminal.live.paper_terms import PaperTerms
from terminal.live.session import SignalSession
from terminal.risk.gate import Gate
from terminal.risk.limits import Limits
from terminal.risk.view import TradingState, key_of
from terminal.strategies.contract import Strategy

_MOST_NOTES = 500
_DEEP = Decimal(1_000_000)
"""How much a quote without sizes is taken to show."""
PERSON = Author(AuthorKind.HUMAN, "the person at this machine")


@dataclass(frozen=True, slots=True)
class Note:
    """Something the desk tells the person: when (UTC ns), in words, and whether it is an alarm."""

    time: int
    words: str
    is_alarm: bool


class PaperDesk:
    """A paper account. Everything happens in the thread that calls it; `now` is what `clock` says."""

    def __init__(
        self, account: str, instruments: Iterable[Instrument], terms: PaperTerms, limits: Limits, *, journal: AnyJournal, clock: Clock, file: Path | None
    ) -> None:
        self.account = account
        self.instruments = {instrument.symbol: instrument for instrument in instruments}
        self.notes: deque[Note] = deque(maxlen=_MOST_NOTES)
        self.sessions: list[SignalSession] = []
        self._clock = clock
        self._venue = PaperVenue(account, tuple(self.instruments.values()), terms, PaperFile(file), clock, self.feed)
        self._gate = Gate(limits)
        self._facts: dict[str, AccountFacts] = {}
        self._standing = StandingFile(None if file is None else file.with_name("standing.json"), self.equity, clock())
        if self._standing.fault:
            self.notes.append(Note(clock(), self._standing.fault, True))
        self._mark()
        keeper = GateKeeper({account: self._gate}, self._facts, {key_of(instrument): instrument for instrument in self.instruments.values()})
        self._keeper = keeper
        run = draw_run()
        ids = begin_run(journal, run, clock())
        self.engine = Engine(replayed(journal), keeper, {account: self._venue.manners()}, ids.next)
        self._driver = Driver(self.engine, journal, self._carry_out)
        self._driver.begin(run, outcry.__version__, clock())

    @property
    def equity(self) -> Decimal:
        """The account's value at the last prices."""
        return self._venue.equity()

    def add(self, strategy: Strategy, symbol: str, history: Candles, *, share: Decimal, version: str) -> SignalSession:
        """A session of `strategy` on that instrument. Raises BadInput for what a session can't carry out."""
        session = SignalSession(
            strategy,
            self.instruments[symbol],
            self.account,
            history,
            engine=self.engine,
            tell=self.feed,
            equity=lambda: self.equity,
            share=share,
            fit=self._fit,
            version=version,
        )
        self.sessions.append(session)
        return session

    def feed(self, message: Message) -> None:
        """Takes a message through the engine; what the venue answers at once comes the same way, within it."""
        self._driver.handle(message, self._clock())

    def quote(self, symbol: str, at: int, bid: Decimal, ask: Decimal) -> None:
        """What a symbol stands at: working orders fill on it."""
        self._venue.quote(self.instruments[symbol], at, [(bid, _DEEP)], [(ask, _DEEP)])

    def candle(self, candle: Candles) -> None:
        """A candle (one row) has closed: where no quotes are shown orders fill within it; then sessions decide at its close."""
        symbol, opened = candle.instrument.symbol, int(candle.time[-1])
        prices = [Decimal(repr(float(column[-1]))) for column in (candle.open, candle.high, candle.low, candle.close)]
        volume = Decimal(repr(float(candle.volume[-1])))
        self._venue.candle(self.instruments[symbol], opened, opened + candle.timeframe.nanoseconds, prices, volume)
        self._mark()
        for session in self.sessions:
            if session.symbol == symbol:
                session.closed(candle)

    def wake(self) -> None:
        """Time passed: what is due is done."""
        self._mark()
        self.feed(Woken())

    def kill(self, reason: str, author: Author = PERSON) -> str:
        """Shuts the gate, cancels what could add risk, leaves stops where they are; says what that came to."""
        before = len([order for order in self.engine.state.may_work.values() if order.intent.purpose is Purpose.ENTRY])
        self.feed(StateWish(TradingState.HALTED, author, reason))
        stops = [order for order in self.engine.state.may_work.values() if order.intent.is_protective]
        held = {place: quantity for place, quantity in self.engine.state.positions.items() if quantity}
        return (
            f"{before} orders cancelled, {len(stops)} stops left in place, {len(held)} positions open, {len(self.engine.protection.unprotected)} unprotected."
        )

    def arm(self, author: Author = PERSON) -> None:
        """Lets orders through again."""
        self.feed(StateWish(TradingState.ACTIVE, author, "armed"))

    def cancel(self, order_id: str, author: Author = PERSON) -> None:
        """Asks for one order's cancel."""
        self.feed(CancelWish(order_id, author, "asked for"))

    def flatten(self, author: Author = PERSON) -> int:
        """Closes every position at the market; how many."""
        held = [(symbol, quantity) for (_, symbol), quantity in self.engine.state.positions.items() if quantity]
        for symbol, quantity in held:
            self.feed(Wish(self._closing(symbol, quantity, author)))
        return len(held)

    def stop(self) -> None:
        """Sessions wish nothing more and their entries are cancelled; positions and their stops stay."""
        for session in self.sessions:
            session.stop()
        self.sessions.clear()

    def line(self) -> str:
        """Where it stands, in one line."""
        held = ", ".join(f"{symbol} {quantity}" for (_, symbol), quantity in self.engine.state.positions.items() if quantity)
        return f"PAPER {self.account} · {self.engine.state.trading.value} · equity {self.equity} · {held or 'flat'}"

    def close(self) -> None:
        """Lets go of the account's file."""
        self._venue.close()

    def status(self) -> Mapping[str, Any]:
        """Where everything stands, as JSON values."""
        state = self.engine.state
        unknown = [order.intent.id for order in state.may_work.values() if order.status.value == "unknown"]
        return {
            "mode": "PAPER",
            "account": self.account,
            "trading": state.trading.value,
            "equity": str(self.equity),
            "positions": {symbol: str(quantity) for (_, symbol), quantity in sorted(state.positions.items()) if quantity},
            "working": len(state.may_work),
            "unknown": unknown,
            "unprotected": {entry: str(quantity) for entry, quantity in self.engine.protection.unprotected.items()},
            "frozen": sorted(symbol for _, symbol in state.frozen),
            "sessions": [session.title for session in self.sessions],
            "is_compared": self.engine.is_clear(self.account),
            "alarms": [note.words for note in self.notes if note.is_alarm][-5:],
        }

    def _closing(self, symbol: str, quantity: Decimal, author: Author) -> OrderIntent:
        return OrderIntent(
            id=self.engine.new_id(),
            account=self.account,
            instrument=self.instruments[symbol],
            side=Side.SHORT if quantity > 0 else Side.LONG,
            type=OrderType.MARKET,
            quantity=abs(quantity),
            author=author,
            decided=self._clock(),
            purpose=Purpose.EXIT,
            reduce_only=True,
            reason="flatten",
        )

    def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, Alarm | Told):
            self.notes.append(Note(self._clock(), effect.text, isinstance(effect, Alarm)))
        else:
            self._venue.carry_out(effect)

    def _fit(self, intent: OrderIntent) -> tuple[Decimal, str]:
        return self._gate.allowed_quantity(intent, self._keeper.view(self.account, self.engine, self._clock(), intent.author.name))

    def _mark(self) -> None:
        """Brings equity, its start of the day and its peak up to date for the gate."""
        equity = self.equity
        standing = self._standing.update(equity, self._clock())
        self._facts[self.account] = AccountFacts(next(iter(self.instruments.values())).quote, False, equity, standing.day_start, standing.peak)
