"""Copies a long chart's columns beside the window's thread, before the first live candle is written behind them.

Asked by the chart's model; the answer returns to the window's thread by a signal.
"""

from PySide6.QtCore import QObject, QThreadPool, Signal

from terminal.ui.charts.columns import Columns


class RoomMaker(QObject):
    """`made(columns, room)` follows each `make`."""

    made = Signal(object, object)

    def make(self, columns: Columns) -> None:
        """Begins; nothing may be put into `columns` until it is done."""

        def work() -> None:
            room = columns.roomy()
            try:
                self.made.emit(columns, room)
            except RuntimeError:  # the chart was closed meanwhile: nobody is left to be told
                return

        QThreadPool.globalInstance().start(work)
