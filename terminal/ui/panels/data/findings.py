"""What is doubtful about the chosen series, in a sentence, with the act that mends it; and what the last job brought.

Stands below the table of the Data panel.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.ui.numbers import count
from terminal.ui.panels.data.stored import gap_words, years
from terminal.ui.widgets.buttons import IconButton, LinkButton
from terminal.ui.widgets.labels import label, set_state

if TYPE_CHECKING:
    from terminal.app.answers import Extraction, QualityReport, SeriesInfo


class FindingsLine(QWidget):
    """One raised box: a coloured dot, the words, and a link where something can be done."""

    def __init__(self, act: str, acted: Callable[[], None], *, can_close: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.dot = label("●", state="warn")
        self.dot.setAccessibleName("Warning")
        self.words = label("", "second", wraps=True)
        self.link = LinkButton(act, acted)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self.words)
        text.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(text, 1)
        self.close_button = IconButton("close", "Dismiss", self.hide)
        self.close_button.setMaximumHeight(self.words.fontMetrics().height() + 4)
        self.close_button.setVisible(can_close)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, words: str, *, state: str = "warn", act: bool = False, details: str = "") -> None:
        """Shows `words` with a dot of that state and, with `act`, the link; empty words hide everything. `details` is their tooltip."""
        self.words.setText(words)
        self.words.setToolTip(details)
        set_state(self.dot, state)
        self.dot.setAccessibleName({"warn": "Warning", "up": "Done", "down": "Error"}.get(state, ""))
        self.link.setVisible(act)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


def series_words(info: "SeriesInfo", report: "QualityReport | None") -> str:
    """What is doubtful about a series: its gaps, then whatever else was found; empty where nothing is."""
    parts = [gap_words(info)] if info.gaps else []
    if info.quarantined:
        parts.append(f"{count(len(info.quarantined))} damaged file(s) set aside, extract that range again")
    if report is not None:
        parts += [f"{finding.doubt.value}: {count(finding.count)}" for finding in report.findings]
    when = f", {years(info)}" if years(info) else ""
    return f"{info.key.symbol} {info.key.timeframe.value}{when}: {'; '.join(parts)}." if parts else ""


def outcome_words(extraction: "Extraction", *, repaired: bool = False) -> tuple[str, str]:
    """What a job brought, in words, and the state of their dot."""
    received = extraction.received
    first = "1 new candle" if received == 1 else f"{count(received)} new candles"
    names = [one.key.symbol for one in extraction.series]
    where = names[0] if len(names) == 1 else f"{count(len(names))} symbols"
    if not received and not extraction.failed and not repaired:
        head = f"{where}: nothing was missing." if not extraction.requests else f"{where}: the venue has no candles there."
    else:
        head = f"{where}: {first}."
    notes = [f"{one.note[:1].upper()}{one.note[1:]}." for one in extraction.series if one.note]
    failures = [f"{one.key.symbol}: {one.error}" for one in extraction.failed]
    state = "down" if failures else "warn" if notes and not (repaired and received) else "up"
    return " ".join([head, *dict.fromkeys(notes), *failures]), state
