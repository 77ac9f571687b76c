"""Who is to be called, and whether it still lives: a widget that was closed must not hear of an answer that comes later.

Used by the bridge for every callback it keeps.
"""

from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any
from weakref import WeakMethod

from PySide6.QtCore import QObject
from shiboken6 import isValid


class Receiver:
    """A callback kept for later. A method is held weakly; a function or partial strongly, but it dies with any widget it uses."""

    def __init__(self, slot: Callable[..., Any], *, is_held: bool = False) -> None:
        self._guards = tuple(_qt_objects(slot))
        self._weak: WeakMethod[Any] | None = None
        self._strong: Callable[..., Any] | None = slot
        if isinstance(slot, MethodType) and not is_held:
            self._weak, self._strong = WeakMethod(slot), None
            self._guards = ()
        self.name = getattr(slot, "__qualname__", type(slot).__qualname__)

    def target(self) -> Callable[..., Any] | None:
        """The callable, None once its widget or owner is gone."""
        slot = self._weak() if self._weak is not None else self._strong
        if slot is None or not all(isValid(guard) for guard in self._guards):
            return None
        owner = getattr(slot, "__self__", None)
        return None if isinstance(owner, QObject) and not isValid(owner) else slot


def _qt_objects(slot: object) -> Iterator[QObject]:
    """The Qt objects that `slot` is bound to or closes over."""
    if isinstance(slot, partial):
        for part in (slot.func, *slot.args, *slot.keywords.values()):
            yield from _qt_objects(part)
    elif isinstance(slot, MethodType):
        yield from _qt_objects(slot.__self__)
    elif isinstance(slot, FunctionType):
        for cell in slot.__closure__ or ():
            if isinstance(cell.cell_contents, QObject):
                yield cell.cell_contents
    elif isinstance(slot, QObject):
        yield slot
