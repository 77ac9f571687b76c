"""The engine is compiled beside the window: once, where numba finds it, given up when asked, ended when the program ends."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.app.engine import Engine
from terminal.domain.errors import Cancelled


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    made = Engine(tmp_path)
    yield made
    made.close()


@pytest.mark.timeout(300)  # all of it is compiled from nothing
def test_it_is_compiled_once_and_found_again(engine: Engine, tmp_path: Path) -> None:
    assert "compile_loop" in engine.missing()
    engine.start()
    engine.wait(lambda: False)
    assert set(engine.missing()) <= {"compile_desk"}
    engine.wait(lambda: False, for_desk=True)
    assert engine.missing() == ()
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
    again = Engine(tmp_path)
    again.start()
    again.wait(lambda: False)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")} == kept


def test_waiting_is_given_up_when_asked_and_nothing_goes_on_after_the_end(engine: Engine) -> None:
    engine.start()
    with pytest.raises(Cancelled):
        engine.wait(lambda: True)
    engine.close()
    assert "compile_loop" in engine.missing()
    engine.start()
    engine.wait(lambda: False)
    assert "compile_loop" in engine.missing()


@pytest.mark.skipif(not hasattr(signal, "SIGCHLD"), reason="the system knows no such signal")
def test_its_end_is_seen_where_nobody_keeps_exit_codes(engine: Engine) -> None:
    former = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        engine.start()
        asked = iter(range(3000))
        engine.wait(lambda: next(asked, None) is None)  # Cancelled after a minute
    finally:
        signal.signal(signal.SIGCHLD, former)
    assert "compile_loop" not in engine.missing()


def test_without_a_start_nobody_waits(engine: Engine) -> None:
    engine.wait(lambda: True)
    assert "compile_loop" in engine.missing()
