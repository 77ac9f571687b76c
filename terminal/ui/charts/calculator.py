"""Indicators calculated off the window's thread, since the first use of one may compile and a million rows take their time.

Asked by the chart panel; the answer returns to the window's thread by a signal.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal

from terminal.domain.errors import OutcryError
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.overlays import Overlay, calculate, drawable


class Calculator(QObject):
    """`calculated(overlay, columns, lines)` or `refused(overlay, words)` follows the last `start` of an overlay.

    What was asked with parameters that changed meanwhile is answered with nothing: it would show the curve of former ones.
    """

    calculated = Signal(object, object, object)
    refused = Signal(object, str)

    def start(self, overlay: Overlay, columns: Columns) -> None:
        """Begins to calculate; `columns` may grow meanwhile."""
        info, parameters, seen = overlay.info, overlay.parameters, columns.head(len(columns))

        def work() -> None:
            try:
                lines = drawable(calculate(info, parameters, seen))
            except OutcryError as error:
                self._say(overlay, parameters, error.message)
            except Exception as error:  # noqa: BLE001 - one faulty indicator must not take its thread or the chart down
                self._say(overlay, parameters, f"{type(error).__name__}: {error}")
            else:
                self._answer(overlay, parameters, columns, lines)

        QThreadPool.globalInstance().start(work)

    def _answer(self, overlay: Overlay, parameters: Mapping[str, Any], columns: Columns, lines: tuple[LineData, ...]) -> None:
        try:
            if overlay.parameters is parameters:
                self.calculated.emit(overlay, columns, lines)
        except RuntimeError:  # the chart was closed meanwhile: nobody is left to be told
            return

    def _say(self, overlay: Overlay, parameters: Mapping[str, Any], words: str) -> None:
        try:
            if overlay.parameters is parameters:
                self.refused.emit(overlay, words)
        except RuntimeError:  # as above
            return
