"""The button that runs the strategy in front, and stops it again where it runs for longer than a moment.

In the header of the editor panel, which runs and stops.
"""

from collections.abc import Callable

from PySide6.QtCore import QTimer

from terminal.ui.icons import icon
from terminal.ui.widgets.buttons import FlatButton

_PATIENCE_MS = 500
"""A run that ends sooner leaves the button as it is, so that it does not flicker."""


class RunButton(FlatButton):
    """Says Run or Stop and calls `run` or `stop`."""

    def __init__(self, run: Callable[[], None], stop: Callable[[], None]) -> None:
        super().__init__("Run", self._do, icon="run")
        self._acts = {False: run, True: stop}
        self._stops = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PATIENCE_MS)
        self._soon.timeout.connect(lambda: self._show(stops=True))
        self._show(stops=False)

    def show_running(self, is_running: bool) -> None:
        """Offers to stop what runs after a moment; to run again at once."""
        if is_running:
            self._soon.start()
        else:
            self._soon.stop()
            self._show(stops=False)

    def _do(self) -> None:
        self._acts[self._stops]()

    def _show(self, *, stops: bool) -> None:
        self._stops = stops
        self.setText("Stop" if stops else "Run")
        self.setAccessibleName(self.text())
        self.setIcon(icon("stop" if stops else "run"))
        self.setToolTip("Stop this backtest; the result in view stays" if stops else "Run this strategy on the series in view (F5)")
