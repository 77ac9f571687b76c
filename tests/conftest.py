"""What every test shares: a home of its own, the shared real data, and a guard that fails a test on unexpected log records."""

import gc
import logging
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from terminal.app.paths import kernel_stamp

# the first example of a property may compile a kernel, and a busy machine has its own pace: pytest's timeout bounds a test, not each example
settings.register_profile("outcry", deadline=None)
settings.load_profile("outcry")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a run in the background hands its deafness to the programs it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)
# compiled kernels are shared by all tests and runs: each test's own home would compile them again
_COMPILED = Path(tempfile.gettempdir()) / f"outcry-tests-{os.getuid() if hasattr(os, 'getuid') else 'user'}" / f"compiled-{kernel_stamp()}"
os.environ.setdefault("NUMBA_CACHE_DIR", str(_COMPILED))
Path(os.environ["NUMBA_CACHE_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of real data and of other people's answers, beside the checkout or where $OUTCRY_SHARED says; skips without it."""
    folder = Path(os.environ.get("OUTCRY_SHARED", _SHARED))
    if not (folder / "data").is_dir():
        pytest.skip("the shared data is not on this machine; set OUTCRY_SHARED to its folder")
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The OUTCRY_HOME of this test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("OUTCRY_HOME", str(folder))
    return folder


@pytest.fixture
def expected_logs() -> list[str]:
    """Words of the warnings this test provokes on purpose: append each; a record that contains one of them passes."""
    return []


@pytest.fixture(autouse=True)
def _no_unexpected_logs(expected_logs: list[str]) -> Iterator[None]:
    """Fails a test that left a log record of WARNING or above which it did not announce in `expected_logs`."""
    records: list[str] = []

    class Recorder(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    recorder = Recorder(logging.WARNING)
    logging.getLogger().addHandler(recorder)
    yield
    logging.getLogger().removeHandler(recorder)
    unexpected = [record for record in records if not any(words in record for words in expected_logs)]
    assert not unexpected, "unexpected log records:\n" + "\n".join(unexpected)


@pytest.fixture(autouse=True)
def _collected_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Garbage is collected between tests: within one, another thread might end objects of Qt's and wait for the main thread for ever."""
    gc.disable()
    yield
    _collected.append(request.node.nodeid)
    gc.collect(2 if len(_collected) % 100 == 0 else 1)


_collected: list[str] = []
