"""Everything a person can ask for, each with an id, words and a place for a shortcut.

Panels and the window hand theirs to one book; the palette lists it, keys trigger it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from terminal.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `id` is stable ("results.run"), `text` is what a person reads, `shortcut` such as "F5" or ""."""

    id: str
    text: str
    run: Callable[[], None]
    tooltip: str = ""
    shortcut: str = ""
    icon: str = ""
    group: str = ""
    also: str = ""
    """Further words by which a person may look for it."""
    is_in_menu: bool = True
    """False where the panel offers it in a menu of its own already."""


class ActionBook:
    """All actions of a window by id, in the order they were added, each bound to its key."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._actions: dict[str, Action] = {}
        self._keys: dict[str, QAction] = {}

    def add(self, actions: Iterable[Action]) -> None:
        """Enters `actions`; raises BadInput where an id or a key is taken."""
        for action in actions:
            if action.id in self._actions:
                raise BadInput(f"Two actions are called {action.id!r}.", cure="Give each action its own id.")
            taken = self.by_key(action.shortcut)
            if taken is not None:
                raise BadInput(f"{action.shortcut} is the key of {taken.id!r} and of {action.id!r}.", cure="Give one of them another key.")
            self._actions[action.id] = action
            key = QAction(action.text, self._window)
            key.setObjectName(action.id)
            key.setToolTip(action.tooltip or action.text)
            key.setShortcut(QKeySequence(action.shortcut))
            key.triggered.connect(lambda _checked=False, chosen=action.id: self.trigger(chosen))
            self._window.addAction(key)
            self._keys[action.id] = key

    def remove(self, ids: Iterable[str]) -> None:
        """Forgets those actions and their keys."""
        for name in ids:
            self._actions.pop(name, None)
            key = self._keys.pop(name, None)
            if key is not None:
                self._window.removeAction(key)
                key.deleteLater()

    def trigger(self, name: str) -> None:
        """Does the action of that id."""
        self._actions[name].run()

    def by_key(self, shortcut: str) -> Action | None:
        """The action bound to `shortcut`, None where it is free or empty."""
        return next((action for action in self._actions.values() if shortcut and action.shortcut == shortcut), None)

    def __iter__(self) -> Iterator[Action]:
        return iter(tuple(self._actions.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __getitem__(self, name: str) -> Action:
        return self._actions[name]
