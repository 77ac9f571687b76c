"""What a strategy is: declared parameters, and either a function from candles to signals or answers to events.

Authors subclass it; backtest, optimization and sessions run it unchanged.
"""

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Self

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.parameters import Constraint, Declaration, checked, declarations
from terminal.domain.signals import Signals
from terminal.strategies.account import Account
from terminal.strategies.acting import Acting
from terminal.strategies.orders import FillNotice, OrderHandle

_CHANGEABLE = (list, dict, set, bytearray)
EVENTS = ("on_candle", "on_tick", "on_book")
"""The events that can wake a strategy by themselves; one of them, or `signals`, must be answered."""
_ANSWERS = (*EVENTS, "on_start", "on_fill", "on_order", "on_timer", "on_stop", "prepare", "signals")


class Strategy(Acting):
    """Subclass it, declare parameters as class lines, and answer `signals(candles)`, or events such as `on_candle`.

    An instance holds the values of a run. Each run of an event strategy gets a copy of its own, which may keep what it likes;
    outside a run nothing can be set, so no attribute survives from one run to the next.
    """

    constraints: ClassVar[Sequence[Constraint]] = ()
    warmup: ClassVar[int | None] = None
    """Candles before the first that wakes `on_candle`; None waits until every indicator made in `prepare` has a value."""
    patience: ClassVar[float] = 10.0
    """Seconds that one event may take before the run is stopped; `prepare` and `signals` may take six times as long."""

    def __init__(self, **values: Any) -> None:
        """Takes parameter values by name, as values or text; raises BadInput or UnknownName in words."""
        chosen = checked(type(self).parameters(), values)
        for constraint in self.constraints:
            if not constraint.holds(chosen):
                shown = f"{constraint.left.name} = {chosen[constraint.left.name]}, {constraint.right.name} = {chosen[constraint.right.name]}"
                raise BadInput(f"{type(self).__name__} needs {constraint}, but {shown}.", cure="Change one of the two.")
        self.__dict__["_values"] = MappingProxyType(chosen)

    def __setattr__(self, name: str, value: object) -> None:
        raise BadInput(f"`self.{name}` cannot be set: a strategy keeps no state between candles or runs.", cure="Use a local variable.")

    @classmethod
    def parameters(cls) -> Mapping[str, Declaration[Any]]:
        """The declared parameters by name, in the order they were written."""
        return declarations(cls)

    @property
    def values(self) -> Mapping[str, Any]:
        """The value of every parameter in this run."""
        chosen: Mapping[str, Any] = self.__dict__["_values"]
        return chosen

    def signals(self, candles: Candles) -> Signals:  # noqa: ARG002 - the contract's name
        """The decisions at each candle's close. Row t may use rows up to t only."""
        raise BadInput(f"{type(self).__name__} has no `signals` method.", cure="Add `def signals(self, candles):` that returns Signals(...).")

    @classmethod
    def answers_events(cls) -> bool:
        """Whether it is run event by event, rather than asked once for its signals."""
        return not cls.answers("signals") and any(cls.answers(name) for name in EVENTS)

    @classmethod
    def answers(cls, event: str) -> bool:
        """Whether the author wrote an answer to `event`, such as "on_fill"."""
        return getattr(cls, event) is not getattr(Strategy, event)

    @classmethod
    def source_file(cls) -> Path:
        """The file in which the author answers events or signals, where mistakes are told."""
        answer = next((getattr(cls, name) for name in _ANSWERS if cls.answers(name)), cls.signals)
        return Path(answer.__code__.co_filename)

    def bound_to(self, account: Account) -> Self:
        """A fresh copy with the same parameters that acts on `account`, may keep what it likes, and shares no list or table with its class.

        Its class sets attributes as any object does: a check at each would cost more than the candles themselves.
        """
        kind = type(self)
        plain = {"__setattr__": object.__setattr__, "__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
        bound: Self = object.__new__(type(kind.__name__, (kind,), plain))
        bound.__dict__.update(self.__dict__)
        for ancestor in reversed(kind.__mro__[: kind.__mro__.index(Strategy)]):
            bound.__dict__.update({name: copy.deepcopy(value) for name, value in vars(ancestor).items() if type(value) in _CHANGEABLE})
        bound.__dict__["_account"] = account
        return bound

    def prepare(self) -> None:
        """Called once before the first event: make indicators here."""

    def on_start(self) -> None:
        """The run begins."""

    def on_candle(self, candle: Any) -> None:
        """A candle has closed."""

    def on_tick(self, tick: Any) -> None:
        """A trade was printed, or the best quote or the mark price changed; heard in runs over ticks."""

    def on_book(self, book: Any) -> None:
        """The order book changed; heard in runs over ticks."""

    def on_fill(self, fill: FillNotice) -> None:
        """An order filled, in whole or in part."""

    def on_order(self, order: OrderHandle) -> None:
        """An order changed its state."""

    def on_timer(self, name: str) -> None:
        """A time the strategy asked for has come."""

    def on_stop(self) -> None:
        """The run ends."""
