"""The Strategy editor driven by keys and clicks: reading, making mine, saving, running, dragging, and being told what is wrong."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from terminal.app.commands import PrepareDemo, RunBacktest, RunSensitivity, SaveStrategy
from terminal.app.opening import OpenTerminal
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.editor import EditorPanel
from terminal.ui.panels.editor.code import CodeView

SERIES = SeriesKey("demo", "BTC/USDT", Timeframe.H1)
WAIT = 30_000

pytestmark = pytest.mark.filterwarnings("ignore:Series.values returning")  # exchange_calendars on a newer pandas


@pytest.fixture
def link() -> LinkGroup:
    return LinkGroup()


@pytest.fixture
def panel(bridge: Bridge, link: LinkGroup, qtbot: QtBot) -> EditorPanel:
    made = EditorPanel(bridge, link)
    for widget in made.header_widgets():
        widget.setParent(made)
    qtbot.addWidget(made)
    made.resize(520, 600)
    made.show()
    qtbot.waitUntil(lambda: made.desk.front() is not None, timeout=WAIT)
    return made


@pytest.fixture
def with_candles(opened: OpenTerminal, link: LinkGroup) -> None:
    opened.terminal.execute(PrepareDemo())
    link.show_series(SERIES)


def _view(panel: EditorPanel) -> CodeView:
    view = panel.desk.front_view()
    assert view is not None
    return view


def _button(panel: EditorPanel, text: str) -> QPushButton:
    return next(button for button in panel.findChildren(QPushButton) if button.text() == text and button.isVisible())


def _make_mine(panel: EditorPanel, qtbot: QtBot) -> Path:
    qtbot.mouseClick(_button(panel, "Make it mine"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.desk.documents) == 2, timeout=WAIT)
    front = panel.desk.front()
    assert front is not None
    return front.path


def _says(panel: EditorPanel, words: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: words in panel.status.words.text(), timeout=WAIT)


def test_it_opens_on_the_sample_read_only(panel: EditorPanel, link: LinkGroup, qtbot: QtBot) -> None:
    assert panel.desk.tabs.tabText(0) == "ema_trend.py"
    assert link.strategy == "ema_trend"
    before = _view(panel).toPlainText()
    qtbot.keyClicks(_view(panel), "x = 1")
    assert _view(panel).toPlainText() == before
    assert _button(panel, "Make it mine").isVisible()


def test_make_it_mine_copies_into_the_person_s_folder(panel: EditorPanel, opened: OpenTerminal, link: LinkGroup, qtbot: QtBot) -> None:
    path = _make_mine(panel, qtbot)
    assert path == opened.terminal.paths.strategies.resolve() / "my_ema_trend.py"
    assert link.strategy == str(path)
    assert not panel.notice.isVisible()
    qtbot.keyClicks(_view(panel), "# mine")
    assert panel.desk.tabs.tabText(1) == "my_ema_trend.py •"


def test_saving_writes_the_file_and_takes_the_mark_away(panel: EditorPanel, qtbot: QtBot) -> None:
    path = _make_mine(panel, qtbot)
    qtbot.keyClicks(_view(panel), "# mine")
    qtbot.keyClick(_view(panel), Qt.Key.Key_Return)
    panel.save()
    _says(panel, "Saved my_ema_trend.py", qtbot)
    assert path.read_text().startswith("# mine\nfrom terminal")
    assert panel.desk.tabs.tabText(1) == "my_ema_trend.py"
    assert [file.name for file in path.parent.iterdir()] == ["my_ema_trend.py"]


def test_run_then_drag_a_slider_and_the_curve_follows(panel: EditorPanel, with_candles: None, link: LinkGroup, qtbot: QtBot) -> None:
    runs: list[object] = []
    link.run_changed.connect(runs.append)
    qtbot.mouseClick(panel.run_button, Qt.MouseButton.LeftButton)
    _says(panel, "26,280 candles · ran in", qtbot)
    assert panel.sliders.tried.text() == "Tried 1 variant"
    assert panel.sliders.form is not None
    slider = panel.sliders.form.editor("fast").findChild(QSlider)
    assert slider is not None
    start = QPoint(slider.width() * 19 // 58, slider.height() // 2)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 30):
        QTest.mouseMove(slider, start + QPoint(step * 4, 0))
        qtbot.wait(15)
    during = len(runs)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=start + QPoint(120, 0))
    qtbot.waitUntil(lambda: link.run is not None and link.run.result.settings["parameters"]["fast"] == link.parameters["fast"], timeout=WAIT)
    assert during > 2, "the runs come while the mouse moves"
    assert link.parameters["fast"] != 21
    tried = int(link.run.result.metrics["variants_tried"])
    assert panel.sliders.tried.text() == f"Tried {tried} variants"
    assert tried >= len({run.result.settings["parameters"]["fast"] for run in runs})  # type: ignore[attr-defined]
    qtbot.mouseClick(panel.sliders.defaults, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: link.run is not None and link.run.result.settings["parameters"]["fast"] == 21, timeout=WAIT)


def test_an_error_is_marked_at_its_line_and_goes_away_when_mended(panel: EditorPanel, with_candles: None, link: LinkGroup, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    view = _view(panel)
    view.go_to(11)
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClicks(view, " + nothing")
    panel.run()
    _says(panel, "my_ema_trend.py:11 — NameError: name 'nothing' is not defined", qtbot)
    assert view.problem_line() == 11
    assert "NameError" in view.problem_words()
    for _ in range(len(" + nothing")):
        qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert view.problem_line() == 0
    panel.run()
    _says(panel, "26,280 candles · ran in", qtbot)


def test_a_syntax_error_is_shown_on_save_and_the_sliders_stay(panel: EditorPanel, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    view = _view(panel)
    view.go_to(10)
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    panel.save()
    _says(panel, "my_ema_trend.py:10 — Expected ':'", qtbot)
    assert view.problem_line() == 10
    assert panel.sliders.isVisible()
    view.go_to(1)
    qtbot.mouseClick(panel.status, Qt.MouseButton.LeftButton)
    assert view.textCursor().blockNumber() == 9


def test_another_program_s_change_is_read_when_nothing_was_typed(panel: EditorPanel, qtbot: QtBot) -> None:
    path = _make_mine(panel, qtbot)
    path.write_text(path.read_text().replace("Int(21,", "Int(34,"))
    qtbot.waitUntil(lambda: "Int(34," in _view(panel).toPlainText(), timeout=WAIT)
    _says(panel, "changed by another program and read again", qtbot)
    front = panel.desk.front()
    assert front is not None
    assert front.declared["fast"].default == 34
    assert not front.is_dirty


@pytest.mark.parametrize("answer", ["Reload", "Keep mine"])
def test_another_program_s_change_is_asked_about_when_something_was_typed(panel: EditorPanel, qtbot: QtBot, answer: str) -> None:
    path = _make_mine(panel, qtbot)
    qtbot.keyClicks(_view(panel), "# typed here")
    qtbot.keyClick(_view(panel), Qt.Key.Key_Return)
    path.write_text("# written there\n" + path.read_text())
    qtbot.waitUntil(lambda: "Another program changed this file" in panel.notice.words.text() and panel.notice.isVisible(), timeout=WAIT)
    qtbot.mouseClick(_button(panel, answer), Qt.MouseButton.LeftButton)
    assert not panel.notice.isVisible()
    expected = "# written there" if answer == "Reload" else "# typed here"
    assert _view(panel).toPlainText().startswith(expected)
    panel.save()
    _says(panel, "Saved", qtbot)
    assert path.read_text().startswith(expected)


def test_a_save_over_a_change_that_was_not_seen_is_refused(panel: EditorPanel, qtbot: QtBot) -> None:
    path = _make_mine(panel, qtbot)
    panel.desk._watch.remove(path)
    qtbot.keyClicks(_view(panel), "# typed here ")
    path.write_text("# written there\n" + path.read_text())
    panel.save()
    _says(panel, "was changed by another program", qtbot)
    assert path.read_text().startswith("# written there")


def test_what_was_typed_survives_a_restart(panel: EditorPanel, bridge: Bridge, qtbot: QtBot) -> None:
    path = _make_mine(panel, qtbot)
    qtbot.keyClicks(_view(panel), "# not saved")
    state = panel.state()
    again = EditorPanel(bridge, LinkGroup())
    qtbot.addWidget(again)
    again.restore(state)
    qtbot.waitUntil(lambda: len(again.desk.documents) == 2, timeout=WAIT)
    assert [document.key for document in again.desk.documents] == ["ema_trend", str(path)]
    front = again.desk.front()
    assert front is not None
    assert front.path == path
    assert front.is_dirty
    assert front.view.toPlainText().startswith("# not saved")


@pytest.mark.parametrize("state", [{}, {"open": 3}, {"open": ["nowhere.py"]}, {"open": [1]}, {"drafts": [], "front": None}])
def test_a_damaged_state_changes_nothing_and_a_missing_file_is_named(bridge: Bridge, qtbot: QtBot, state: dict[str, object]) -> None:
    made = EditorPanel(bridge, LinkGroup())
    qtbot.addWidget(made)
    made.restore(state)
    if state.get("open") == ["nowhere.py"]:
        _says(made, "nowhere.py does not exist", qtbot)
    else:
        qtbot.waitUntil(lambda: made.desk.front() is not None, timeout=WAIT)


def test_a_strategy_chosen_elsewhere_is_opened(panel: EditorPanel, link: LinkGroup, qtbot: QtBot) -> None:
    link.show_strategy("mean_reversion")
    qtbot.waitUntil(lambda: panel.desk.tabs.count() == 2, timeout=WAIT)
    front = panel.desk.front()
    assert front is not None
    assert front.key == "mean_reversion"
    assert panel.sliders.form is not None
    assert list(panel.sliders.form.rows) == ["window", "width", "long", "short"]
    panel.desk.tabs.setCurrentIndex(0)
    assert link.strategy == "ema_trend"


def test_new_makes_a_file_that_runs(panel: EditorPanel, with_candles: None, qtbot: QtBot) -> None:
    panel.desk.make()
    qtbot.waitUntil(lambda: panel.desk.tabs.count() == 2, timeout=WAIT)
    assert panel.desk.tabs.tabText(1) == "my_strategy.py"
    panel.run()
    _says(panel, "26,280 candles · ran in", qtbot)


def test_without_a_series_it_says_what_to_do(panel: EditorPanel, qtbot: QtBot) -> None:
    panel.run()
    assert panel.status.words.text() == "No series is in view. Choose one in the watchlist, then run."


def test_values_that_do_not_go_together_are_refused_in_words(panel: EditorPanel, with_candles: None, link: LinkGroup, qtbot: QtBot) -> None:
    link.show_strategy("ma_crossover")
    qtbot.waitUntil(lambda: panel.desk.tabs.count() == 2, timeout=WAIT)
    assert panel.sliders.form is not None
    field = panel.sliders.form.editor("fast").text  # type: ignore[attr-defined]
    field.selectAll()
    qtbot.keyClicks(field, "50")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    _says(panel, "MaCrossover needs fast < slow, but fast = 50, slow = 20.", qtbot)


def test_a_run_from_elsewhere_does_not_pretend_to_hold_what_was_typed(
    panel: EditorPanel, with_candles: None, bridge: Bridge, link: LinkGroup, qtbot: QtBot
) -> None:
    path = _make_mine(panel, qtbot)
    qtbot.keyClicks(_view(panel), "# typed")
    bridge.send(RunBacktest(str(path), SERIES), then=link.show_run)
    _says(panel, "What was typed since is not in this result", qtbot)


def test_run_on_save_runs_after_saving(panel: EditorPanel, with_candles: None, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    next(action for action in panel.actions() if action.id == "editor.run_on_save").run()
    qtbot.keyClicks(_view(panel), "# x")
    qtbot.keyClick(_view(panel), Qt.Key.Key_Return)
    panel.save()
    _says(panel, "ran in", qtbot)
    assert panel.state()["run_on_save"] is True


def test_closing_a_clean_file_brings_the_next_one(panel: EditorPanel, link: LinkGroup, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    panel.desk.close_front()
    assert panel.desk.tabs.count() == 1
    assert link.strategy == "ema_trend"
    panel.desk.close_front()
    assert panel.desk.front() is None
    panel.run()
    assert "No strategy is open" in panel.status.words.text()


def test_the_menu_lists_every_strategy_and_opens_the_chosen_one(panel: EditorPanel, opened: OpenTerminal, qtbot: QtBot) -> None:
    opened.terminal.execute(SaveStrategy(opened.terminal.paths.strategies / "broken.py", "class A(\n"))
    button = next(button for button in panel.findChildren(QToolButton) if button.toolTip() == "Open a strategy")
    button.click()
    qtbot.waitUntil(lambda: bool(button.findChildren(QMenu)), timeout=WAIT)
    menu = button.findChildren(QMenu)[0]
    actions = {action.text(): action for action in menu.actions()}
    assert {"EMA trend", "MA crossover", "Mean reversion", "Donchian breakout ADX", "Broken · has an error"} <= actions.keys()
    assert "broken.py:1" in actions["Broken · has an error"].toolTip()
    actions["Mean reversion"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: panel.desk.tabs.count() == 2, timeout=WAIT)
    assert panel.desk.tabs.tabText(1) == "mean_reversion.py"


def test_the_keyboard_gets_out_of_the_code(panel: EditorPanel, qtbot: QtBot) -> None:
    for leave in (Qt.Key.Key_Tab, Qt.Key.Key_Escape):
        _view(panel).setFocus()
        qtbot.keyClick(_view(panel), leave)
        assert not _view(panel).hasFocus(), leave
    _make_mine(panel, qtbot)
    _view(panel).setFocus()
    qtbot.keyClick(_view(panel), Qt.Key.Key_Tab)
    assert _view(panel).toPlainText().startswith("    from")
    qtbot.keyClick(_view(panel), Qt.Key.Key_Escape)
    assert not _view(panel).hasFocus()


def test_every_key_of_the_panel_is_its_own(panel: EditorPanel) -> None:
    keys = [action.shortcut for action in panel.actions() if action.shortcut]
    assert len(keys) == len(set(keys))
    assert {"F5", "Ctrl+S", "Ctrl+F"} <= set(keys)
    assert all(not QKeySequence(key).isEmpty() for key in keys)


def test_five_thousand_lines_open_and_take_keys_without_a_stall(opened: OpenTerminal, bridge: Bridge, qtbot: QtBot) -> None:
    path = opened.terminal.paths.strategies / "long.py"
    body = "".join(f"    # line {number}\n    value_{number} = f'{{{number}}} text' + \"more\" if {number} > 3 else None\n" for number in range(2500))
    source = f"from terminal import Signals, Strategy\n\n\nclass Long(Strategy):\n{body}\n    def signals(self, candles):\n        return Signals()\n"
    opened.terminal.execute(SaveStrategy(path, source))
    made = EditorPanel(bridge, LinkGroup())
    qtbot.addWidget(made)
    made.resize(520, 600)
    made.show()
    made.restore({"open": [str(path)]})
    longest = _longest_gap(qtbot, lambda: made.desk.front() is not None and made.desk.front_view().colours.is_done())  # type: ignore[union-attr]
    view = _view(made)
    assert view.blockCount() > 5000
    assert longest < 0.2, f"opening kept the window's thread busy for {longest * 1000:.0f} ms"
    began = time.thread_time()
    qtbot.keyClicks(view, '"""')  # changes the colour of every line below
    assert time.thread_time() - began < 0.1
    qtbot.waitUntil(view.colours.is_done, timeout=WAIT)


def _longest_gap(qtbot: QtBot, is_done: Callable[[], bool]) -> float:
    """The most processor time this thread spent between two turns of its loop, whatever else the machine does."""
    gaps, last = [0.0], [time.thread_time()]

    def tick() -> None:
        now = time.thread_time()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(0)
    qtbot.waitUntil(is_done, timeout=WAIT)
    timer.stop()
    return max(gaps)


def _retype(panel: EditorPanel, old: str, new: str, qtbot: QtBot) -> None:
    """Marks `old` in the code, types `new` over it and saves with Ctrl+S."""
    view = _view(panel)
    view.setTextCursor(view.document().find(old))
    assert view.textCursor().hasSelection(), old
    qtbot.keyClicks(view, new)
    panel.save()
    qtbot.waitUntil(lambda: panel.desk.front() is not None and not panel.desk.front().is_dirty, timeout=WAIT)  # type: ignore[union-attr]


def _fast(panel: EditorPanel) -> tuple[str, int]:
    """What the field and the slider of the first parameter show."""
    assert panel.sliders.form is not None
    editor = panel.sliders.form.editor("fast")
    return editor.text.text(), editor.slider.value() + panel.sliders.form._declared["fast"].low  # type: ignore[attr-defined]


def _type_fast(panel: EditorPanel, value: str, qtbot: QtBot) -> None:
    assert panel.sliders.form is not None
    field = panel.sliders.form.editor("fast").text  # type: ignore[attr-defined]
    field.selectAll()
    qtbot.keyClicks(field, value)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_default_changed_in_the_code_is_shown_and_runs(panel: EditorPanel, with_candles: None, link: LinkGroup, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    _retype(panel, "Int(21", "Int(34", qtbot)
    assert _fast(panel) == ("34", 34)
    assert panel.sliders.overrides.whole_text() == ""
    qtbot.mouseClick(panel.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: link.run is not None and link.run.result.settings["parameters"]["fast"] == 34, timeout=WAIT)


def test_running_what_was_typed_takes_the_new_default(panel: EditorPanel, with_candles: None, link: LinkGroup, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    view = _view(panel)
    view.setTextCursor(view.document().find("Int(21"))
    qtbot.keyClicks(view, "Int(34")
    panel.run()
    qtbot.waitUntil(lambda: link.run is not None and link.run.result.settings["parameters"]["fast"] == 34, timeout=WAIT)


def test_a_slider_the_person_moved_stays_and_says_that_it_overrides_the_code(panel: EditorPanel, link: LinkGroup, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    _type_fast(panel, "30", qtbot)
    assert panel.sliders.overrides.whole_text() == "code says fast = 21"
    _retype(panel, "Int(21", "Int(34", qtbot)
    assert _fast(panel) == ("30", 30)
    assert panel.sliders.overrides.whole_text() == "code says fast = 34"
    assert panel.sliders.form is not None
    assert "overrides the code, which says 34" in panel.sliders.form.rows["fast"].name.toolTip()
    qtbot.mouseClick(panel.sliders.defaults, Qt.MouseButton.LeftButton)
    assert _fast(panel) == ("34", 34)
    assert link.parameters["fast"] == 34
    assert not panel.sliders.defaults.isVisible()
    assert panel.sliders.overrides.whole_text() == ""


def test_a_slider_put_back_to_the_code_s_value_overrides_nothing(panel: EditorPanel, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    _type_fast(panel, "30", qtbot)
    _type_fast(panel, "21", qtbot)
    _retype(panel, "Int(21", "Int(34", qtbot)
    assert _fast(panel) == ("34", 34)


def test_new_bounds_that_forbid_the_moved_slider_give_the_code_its_value_back(panel: EditorPanel, link: LinkGroup, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    _type_fast(panel, "50", qtbot)
    _retype(panel, "high=60", "high=40", qtbot)
    assert _fast(panel) == ("21", 21)
    assert link.parameters["fast"] == 21
    _type_fast(panel, "41", qtbot)
    assert panel.sliders.form is not None
    assert "from 2 to 40" in panel.sliders.form.rows["fast"].problem.text()


def test_parameters_renamed_removed_and_added_follow_the_code(panel: EditorPanel, link: LinkGroup, qtbot: QtBot) -> None:
    _make_mine(panel, qtbot)
    _type_fast(panel, "30", qtbot)
    _retype(panel, "fast = Int", "quick = Int", qtbot)
    assert panel.sliders.form is not None
    assert list(panel.sliders.form.rows) == ["quick", "slow"]
    assert link.parameters == {"quick": 21, "slow": 89}
    assert panel.sliders.overrides.whole_text() == ""
    _retype(panel, "quick = Int", "third = Int(5, low=1, high=9); quick = Int", qtbot)
    assert list(link.parameters) == ["third", "quick", "slow"]
    assert list(panel.sliders.form.rows) == ["third", "quick", "slow"]


def test_saving_again_while_a_save_is_under_way_is_not_taken_for_another_program(panel: EditorPanel, qtbot: QtBot) -> None:
    path = _make_mine(panel, qtbot)
    for words in ("# one", "# two"):
        qtbot.keyClicks(_view(panel), words)
        qtbot.keyClick(_view(panel), Qt.Key.Key_Return)
        panel.save()
    qtbot.waitUntil(lambda: path.read_text().startswith("# one\n# two\n"), timeout=WAIT)
    qtbot.waitUntil(lambda: not panel.desk._saving and not panel.desk.front().is_dirty, timeout=WAIT)  # type: ignore[union-attr]
    qtbot.wait(400)  # what watches the file tells of it a moment later
    assert panel.status.words.text() == "Saved my_ema_trend.py"
    assert not panel.notice.isVisible()


def test_in_a_low_panel_nothing_stands_on_top_of_anything(panel: EditorPanel, qtbot: QtBot) -> None:
    panel.resize(280, 205)
    qtbot.wait(50)
    places = [widget.geometry() for widget in (panel.desk, panel.sliders, panel.status)]
    assert all(not one.intersects(other) for number, one in enumerate(places) for other in places[number + 1 :])
    assert panel.sliders._area.geometry().bottom() < panel.sliders.tried.geometry().top()
    assert panel.status.geometry().bottom() <= panel.height()


def test_variants_that_sensitivity_tried_are_counted_at_once(panel: EditorPanel, bridge: Bridge, link: LinkGroup, with_candles: None, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: link.run is not None, timeout=90_000)
    assert panel.sliders.tried.text() == "Tried 1 variant"
    done: list[object] = []
    assert link.run is not None
    bridge.send(RunSensitivity(link.run.id), then=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=90_000)
    qtbot.waitUntil(lambda: panel.sliders.tried.text() == "Tried 5 variants", timeout=WAIT)  # each of two parameters a fifth less and more
