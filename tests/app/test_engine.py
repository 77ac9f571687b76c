"""The engine is compiled beside the window: once, where numba finds it, given up when asked, ended when the program ends."""

import contextlib
import os
import select
import signal
import subprocess
import sys
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


_ABANDONED = """
import os
from pathlib import Path
from terminal.app.engine import Engine
if __name__ == "__main__":
    engine = Engine(Path(os.environ["NUMBA_CACHE_DIR"]))
    engine.start()
    print(*(process.pid for process in engine._processes.values()), flush=True)
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the system can't wait for processes of others")
def test_its_processes_end_with_a_window_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "abandoned.py"
    script.write_text(_ABANDONED)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    told = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert len(told) == 2  # the desk follows them
    for number in told:
        with contextlib.suppress(ProcessLookupError):  # it is gone already
            handle = os.pidfd_open(int(number))
            assert select.select([handle], [], [], 60)[0], "it still compiles"
            os.close(handle)
