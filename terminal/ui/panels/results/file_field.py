"""A field for the name of a file, with a button beside it that finds one.

Used by the fields of the page Next run.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from terminal.ui.widgets.buttons import IconButton
from terminal.ui.widgets.fields import TextField

TABLES = "Tables (*.csv *.parquet *.pq);;All files (*)"
TICKS = "Trades, quotes, books (*.csv *.parquet *.pq *.json *.jsonl *.ndjson *.log *.gz);;All files (*)"


class FileField(QWidget):
    """`given` is called with what was typed or found; `kinds` are the dialog's filters. With `is_named` a file found is written NAME=FILE."""

    def __init__(
        self, title: str, hint: str, given: Callable[[str], None], kinds: str = TABLES, *, is_named: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title, self._given, self._kinds, self._is_named = title, given, kinds, is_named
        self.text = TextField(hint=hint, name=title, edited=given)
        self.finder = IconButton("folder", f"Find a file: {title[:1].lower()}{title[1:]}", self._find)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.text, 1)
        line.addWidget(self.finder)
        self.setFocusProxy(self.text)
        self.text.setToolTip(hint)

    def _find(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self._title, "", self._kinds)
        if path:
            text = f"{path.rpartition('/')[2].partition('.')[0]}={path}" if self._is_named else path
            self.text.setText(text)
            self._given(text)
