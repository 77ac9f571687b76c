"""A parameter is declared once; the form, the command line, the optimizer and the docs read that declaration.

Strategies and settings declare with these; nothing else in the program holds a default or a bound.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Self, TypeVar, overload

from terminal.domain.errors import BadInput, UnknownName, WrongValue
from terminal.domain.names import nearest

T = TypeVar("T")
N = TypeVar("N", int, float)


@dataclass(frozen=True)
class Constraint:
    """A rule between two parameters of one strategy, written in its class body as `fast < slow`."""

    left: "Declaration[Any]"
    comparison: str
    right: "Declaration[Any]"

    def holds(self, values: Mapping[str, Any]) -> bool:
        """True where `values` (by parameter name) obey the rule."""
        left, right = values[self.left.name], values[self.right.name]
        return bool(left < right if self.comparison == "<" else left <= right)

    def __str__(self) -> str:
        return f"{self.left.name} {self.comparison} {self.right.name}"


class Declaration(ABC, Generic[T]):
    """A named value with a default: read on an instance it is the value, read on the class it is this declaration."""

    kind: ClassVar[str] = "value"

    def __init__(self, default: T, *, unit: str = "", help: str = "") -> None:  # noqa: A002 - the word authors expect
        self.name = ""
        self.default = default
        self.unit = unit
        self.help = help

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value: T = instance.__dict__.get("_values", {}).get(self.name, self.default)
        return value

    def __set__(self, instance: object, value: T) -> None:
        raise BadInput(f"Parameter {self.name!r} cannot be assigned while a strategy runs.", cure="Keep values of a run in local variables.")

    def __lt__(self, other: "Declaration[Any]") -> Constraint:
        return Constraint(self, "<", other)

    def __le__(self, other: "Declaration[Any]") -> Constraint:
        return Constraint(self, "<=", other)

    def __gt__(self, other: "Declaration[Any]") -> Constraint:
        return Constraint(other, "<", self)

    def __ge__(self, other: "Declaration[Any]") -> Constraint:
        return Constraint(other, "<=", self)

    @abstractmethod
    def parse(self, text: str) -> T:
        """The value written as `text` on a command line or in a file; raises BadInput in words."""

    @abstractmethod
    def check(self, value: Any) -> T:
        """`value` in this parameter's type, within its bounds; raises BadInput that names them."""

    @abstractmethod
    def allowed(self) -> str:
        """What may be given, in words, such as "a whole number from 2 to 60 bars"."""

    def _demand_default(self) -> None:
        """Refuses a declaration whose own default is not allowed, at the line where it is written."""
        try:
            self.check(self.default)
        except BadInput as error:
            raise BadInput(f"A declaration has the default {self.default!r}.", cure=error.cure) from None

    def _refusal(self, value: object) -> WrongValue:
        return WrongValue(f"Parameter {self.name!r}", value, self.allowed())


class _Number(Declaration[N]):
    """A number with bounds, both included, and the step its slider and grid search move by."""

    def __init__(self, default: N, *, low: N, high: N, step: N | None = None, unit: str = "", help: str = "") -> None:  # noqa: A002
        super().__init__(default, unit=unit, help=help)  # type: ignore[arg-type] # mypy loses N here
        self.low: N = low
        self.high: N = high
        self.step: N | None = step
        if not low <= high:
            raise BadInput(f"A declaration has the bounds low={low!r} and high={high!r}.", cure="Let low be the smaller one.")
        self._demand_default()

    def allowed(self) -> str:
        return f"{self.kind} from {self.low:,.15g} to {self.high:,.15g} {self.unit}".rstrip()

    def _within(self, value: N, given: object) -> N:
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise self._refusal(given)
        return value


class Int(_Number[int]):
    """A whole number: `fast = Int(21, low=2, high=60, unit="bars", help="fast EMA")`."""

    kind = "a whole number"

    def parse(self, text: str) -> int:
        try:
            return self.check(int(text))
        except ValueError:
            raise self._refusal(text) from None

    def check(self, value: Any) -> int:
        try:
            whole = int(value)
            exact = not isinstance(value, bool) and whole == value
        except (TypeError, ValueError, OverflowError):
            exact = False
        if not exact:
            raise self._refusal(value)
        return self._within(whole, value)


class Float(_Number[float]):
    """A real number: `width = Float(2.0, low=0.5, high=4.0, unit="σ", help="band width")`."""

    kind = "a number"

    def parse(self, text: str) -> float:
        try:
            return self.check(float(text))
        except ValueError:
            raise self._refusal(text) from None

    def check(self, value: Any) -> float:
        if isinstance(value, bool | str):
            raise self._refusal(value)
        try:
            return self._within(float(value), value)
        except (TypeError, ValueError, OverflowError):
            raise self._refusal(value) from None


class Choice(Declaration[str]):
    """One of a few words: `average = Choice("ema", options=("ema", "sma"), help="kind of average")`."""

    kind = "a choice"

    def __init__(self, default: str, *, options: tuple[str, ...], unit: str = "", help: str = "") -> None:  # noqa: A002
        super().__init__(default, unit=unit, help=help)
        self.options = options
        self._demand_default()

    def allowed(self) -> str:
        return "one of " + ", ".join(self.options)

    def parse(self, text: str) -> str:
        return self.check(text)

    def check(self, value: Any) -> str:
        if value not in self.options:
            raise self._refusal(value)
        return str(value)


class Bool(Declaration[bool]):
    """A switch: `long = Bool(True, help="trade the long side")`."""

    kind = "yes or no"
    _WORDS: ClassVar[dict[str, bool]] = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

    def allowed(self) -> str:
        return "yes or no"

    def parse(self, text: str) -> bool:
        value = self._WORDS.get(text.strip().lower())
        if value is None:
            raise self._refusal(text)
        return value

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._refusal(value)
        return value


class Text(Declaration[str]):
    """Free text, for settings such as a folder or a time zone."""

    kind = "text"

    def allowed(self) -> str:
        return "text"

    def parse(self, text: str) -> str:
        return text

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self._refusal(value)
        return value


def declarations(owner: type) -> Mapping[str, Declaration[Any]]:
    """The declarations of a class and its bases by name, in the order they were written."""
    return _declarations(owner)


@lru_cache(maxsize=256)
def _declarations(owner: Any) -> Mapping[str, Declaration[Any]]:
    found: dict[str, Declaration[Any]] = {}
    for base in reversed(owner.__mro__):
        found.update({name: value for name, value in vars(base).items() if isinstance(value, Declaration)})
    return MappingProxyType(found)


def checked(declared: Mapping[str, Declaration[Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` merged over the defaults, every value checked; text is parsed. Raises BadInput or UnknownName."""
    for name in given:
        if name not in declared:
            raise UnknownName("parameter", name, nearest=nearest(name, declared), cure=f"There are: {', '.join(declared) or 'none'}.")
    values = {}
    for name, declaration in declared.items():
        value = given.get(name, declaration.default)
        values[name] = declaration.parse(value) if isinstance(value, str) else declaration.check(value)
    return values
