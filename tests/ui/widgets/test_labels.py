"""Words that shorten, tags, figures, empty states and progress lines say what they show, also to a screen reader."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.app.state import Lane
from terminal.ui.widgets.fields import SearchBox
from terminal.ui.widgets.labels import ElidedLabel, EmptyState, KeyFigure, Tag
from terminal.ui.widgets.progress import ProgressLine, pace_of


def test_cut_text_tells_the_whole_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("Extracting ETH/USDT from an exchange")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == "Extracting ETH/USDT from an exchange"
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_a_key_figure_reads_as_one_sentence(qtbot: QtBot) -> None:
    figure = KeyFigure("Sharpe (95 %)", "1.73", "−0.1…3.5")
    qtbot.addWidget(figure)
    assert figure.accessibleName() == "Sharpe (95 %): 1.73 −0.1…3.5"
    figure.show_value("−46.4 %", state="down")
    assert figure.accessibleName() == "Sharpe (95 %): −46.4 %"


def test_an_empty_state_offers_its_one_act(qtbot: QtBot) -> None:
    done: list[bool] = []
    empty = EmptyState("No result yet.", "Run backtest", lambda: done.append(True))
    qtbot.addWidget(empty)
    assert empty.button is not None
    qtbot.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    assert done == [True]


def test_progress_says_share_pace_and_time_left() -> None:
    assert pace_of(Lane("", 64, 100, "", 118_000, 21.0)) == "64 % · 118 k/s · 0:21 left"
    assert pace_of(Lane("", 1, 4, "Running", 17.0, 0.2)) == "25 %"
    assert pace_of(Lane("", 5, 0, "asking the exchange", 0, None)) == ""


def test_a_progress_line_cancels(qtbot: QtBot) -> None:
    done: list[bool] = []
    line = ProgressLine("Extracting", lambda: done.append(True))
    qtbot.addWidget(line)
    assert line.cancel is not None
    qtbot.mouseClick(line.cancel, Qt.MouseButton.LeftButton)
    assert done == [True]


def test_a_search_box_waits_for_a_pause_and_escape_empties_it(qtbot: QtBot) -> None:
    said: list[str] = []
    box = SearchBox("Filter", said.append)
    qtbot.addWidget(box)
    box.show()
    qtbot.keyClicks(box, "btc")
    qtbot.waitUntil(lambda: said == ["btc"])
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: said == ["btc", ""])


def test_a_tag_grows_with_its_word(qtbot: QtBot) -> None:
    tag = Tag("SIMULATED")
    qtbot.addWidget(tag)
    before = tag.sizeHint().width()
    tag.set_text("DELAYED 15 MIN", "warn")
    assert tag.sizeHint().width() > before
    assert tag.accessibleName() == "DELAYED 15 MIN"
