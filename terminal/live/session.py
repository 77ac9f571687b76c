"""A strategy of signals on closed candles: what it says of the newest one becomes wishes to the engine, the same as in a backtest.

Runs in step with the engine and decides nothing about safety: every wish passes the gate like anybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import COLUMNS, Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import Author, AuthorKind, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.domain.signals import CheckedSignals
from terminal.live.engine import Engine
from terminal.live.messages import CancelWish, Message, Wish
from terminal.live.orders import ZERO, LiveOrder
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide

KEPT = 5_000
"""Candles that a strategy is shown at most: the newest, of which the last decides."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a strategy said at the close of one candle, and what came of it, for the session's record."""

    time: int
    """Open of the candle, UTC ns."""
    words: str


class SignalSession:
    """One strategy on one instrument of one account. `share` of the equity is put into an entry, or what `fit` (the gate) allows of it.

    Raises BadInput for a strategy that a session can't keep its word to yet: one of events, of targets, of waiting entries, of
    take profits or trailing stops.
    """

    def __init__(
        self,
        strategy: Strategy,
        instrument: Instrument,
        account: str,
        history: Candles,
        *,
        engine: Engine,
        tell: Callable[[Message], None],
        equity: Callable[[], Decimal],
        share: Decimal,
        fit: Callable[[OrderIntent], tuple[Decimal, str]],
        version: str,
    ) -> None:
        if strategy.answers_events():
            raise BadInput(f"{type(strategy).__name__} answers events; sessions run strategies of signals.", cure="Give one with `signals(candles)`.")
        self._strategy = strategy
        self._instrument = instrument
        self._place = (account, instrument.symbol)
        self._engine = engine
        self._tell = tell
        self._equity = equity
        self._share = share
        self._fit = fit
        self._candles = history.rows(max(0, len(history) - KEPT), len(history))
        self._version = version
        self.decisions: list[Decision] = []

    @property
    def symbol(self) -> str:
        """What it trades."""
        return self._instrument.symbol

    @property
    def title(self) -> str:
        """Strategy, version and symbol, as a person tells sessions apart."""
        return f"{type(self._strategy).__name__} {self._version} on {self.symbol}".replace("  ", " ")

    @property
    def position(self) -> Decimal:
        """The signed quantity held."""
        return self._engine.state.positions.get(self._place, ZERO)

    def closed(self, candle: Candles) -> None:
        """A candle (one row) has closed. Raises StrategyError where the strategy fails; nothing is wished then."""
        if len(self._candles) and candle.time[-1] <= self._candles.time[-1]:
            return  # known already: a feed may repeat what it told
        self._candles = _appended(self._candles, candle)
        signals = decide(self._strategy, self._candles)
        _demand_simple(signals, type(self._strategy).__name__)
        self._act(signals, len(self._candles) - 1)

    def stop(self) -> None:
        """Cancels the session's working entries; positions and their stops stay."""
        for order in self._working():
            if order.intent.purpose is Purpose.ENTRY:
                self._tell(CancelWish(order.intent.id, self._author(), "the session was stopped"))

    def _act(self, signals: CheckedSignals, row: int) -> None:
        held = self.position
        goes_long, goes_short = bool(signals.enter_long[row]), bool(signals.enter_short[row])
        leaves = bool(signals.exit_long[row] if held > 0 else signals.exit_short[row])
        if goes_long and goes_short:
            self._note("long and short at once: nothing")
            return
        side = Side.LONG if goes_long and not signals.exit_long[row] else Side.SHORT if goes_short and not signals.exit_short[row] else None
        turns = side is not None and side * held < 0
        if held and (leaves or turns):
            self._leave(held, "signal" if leaves else "reversal")
        if side is not None and (not held or turns) and not self._enters():
            self._enter(side, self._stop(signals, row, side), "reversal" if turns else "signal")

    def _stop(self, signals: CheckedSignals, row: int, side: Side) -> Decimal | None:
        """The stop of an entry decided on `row`, as a price on the grid; None where the strategy gives none."""
        value = float(signals.stop_loss[row])
        if np.isnan(value):
            return None
        level = Decimal(repr(value)) if signals.stop_loss_is_price else self._price() * (1 - side * Decimal(repr(value)))
        return self._instrument.round_price_up(level) if side is Side.LONG else self._instrument.round_price_down(level)

    def _enter(self, side: Side, stop: Decimal | None, reason: str) -> None:
        quantity = self._instrument.round_quantity(self._equity() * self._share / (self._price() * self._instrument.multiplier))
        if quantity <= 0:
            self._note(f"{side.word} wished, and the smallest quantity costs more than {self._share:%} of the account")
            return
        self._wish(side, quantity, Purpose.ENTRY, reason, stop)

    def _leave(self, held: Decimal, reason: str) -> None:
        if not any(order.intent.purpose is Purpose.EXIT for order in self._working()):
            self._wish(Side.SHORT if held > 0 else Side.LONG, abs(held), Purpose.EXIT, reason, None)

    def _wish(self, side: Side, quantity: Decimal, purpose: Purpose, reason: str, stop: Decimal | None) -> None:
        intent = OrderIntent(
            id=self._engine.new_id(),
            account=self._place[0],
            instrument=self._instrument,
            side=side,
            type=OrderType.MARKET,
            quantity=quantity,
            author=self._author(),
            decided=self._engine.now,
            purpose=purpose,
            reduce_only=purpose is Purpose.EXIT,
            stop_loss=stop,
            reason=reason,
        )
        cut = ""
        if purpose is Purpose.ENTRY:
            allowed, cut = self._fit(intent)
            if allowed <= 0:
                self._note(f"{side.word} wished, and nothing of it allowed: {cut}")
                return
            intent = replace(intent, quantity=allowed)
        self._note(f"{purpose.value} {side.word} {intent.quantity}: {reason}{f' ({cut})' if cut else ''}")
        self._tell(Wish(intent))

    def _author(self) -> Author:
        newest = int(self._candles.time[-1]) if len(self._candles) else None
        return Author(AuthorKind.STRATEGY, type(self._strategy).__name__, self._version, newest)

    def _price(self) -> Decimal:
        return Decimal(repr(float(self._candles.close[-1])))

    def _working(self) -> list[LiveOrder]:
        orders = self._engine.state.may_work.values()
        return [order for order in orders if (order.intent.account, order.intent.instrument.symbol) == self._place and not order.intent.is_protective]

    def _enters(self) -> bool:
        return any(order.intent.purpose is Purpose.ENTRY for order in self._working())

    def _note(self, words: str) -> None:
        self.decisions.append(Decision(int(self._candles.time[-1]), words))


def _appended(candles: Candles, newest: Candles) -> Candles:
    """The newest `KEPT` of both."""

    def column(name: str) -> NDArray[Any]:
        joined: NDArray[Any] = np.concatenate((getattr(candles, name), getattr(newest, name)))
        return joined[-KEPT:]

    time, *values = (column(name) for name in COLUMNS)
    return Candles(candles.instrument, candles.timeframe, time, *values, provenance=candles.provenance)  # type: ignore[arg-type, misc] # five values


def _demand_simple(signals: CheckedSignals, name: str) -> None:
    """Refuses what a session does not carry out: a strategy must not run here otherwise than in its backtest."""
    has = {
        "a target position": signals.is_target,
        f"entries that wait ({signals.waits_for})": signals.waits_for != "market",
        "a take profit": bool(np.isfinite(signals.take_profit).any()),
        "a trailing stop": bool(np.isfinite(signals.trailing_stop).any()),
        "further entries of one side": bool(signals.pyramiding),
    }
    found = [words for words, is_there in has.items() if is_there]
    if found:
        raise BadInput(f"{name} uses {' and '.join(found)}, which sessions don't carry out.", cure="Leave it out, or run a strategy without it.")
