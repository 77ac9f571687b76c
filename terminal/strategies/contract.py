"""What a strategy is: declared parameters and a function from candles to signals.

Authors subclass it; backtest, optimization and sessions run it unchanged.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.parameters import Constraint, Declaration, checked, declarations
from terminal.domain.signals import Signals


class Strategy:
    """Subclass it, declare parameters as class lines, and answer `signals(candles)`.

    An instance holds the values of one run and nothing else. It cannot be changed while it runs, so no attribute
    survives from one run to the next.
    """

    constraints: ClassVar[Sequence[Constraint]] = ()

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
    def parameters(cls) -> dict[str, Declaration[Any]]:
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
