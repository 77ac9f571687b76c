"""The headless journey writes what it says, the same each time, and the first start finds three years of simulated candles."""

import csv
import json
from pathlib import Path

import pytest

from terminal.app.build import build
from terminal.app.commands import ChangeSetting, CheckCandles, ListRuns, LoadCandles, PrepareDemo, RunDemo
from terminal.app.state import StoreChanged
from terminal.app.terminal import Terminal
from terminal.domain.errors import Cancelled, OutcryError
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import HOUR, SECOND, Timeframe
from terminal.venues.demo.market import DemoMarket

NOW = 1_790_000_000 * SECOND + 17
BTC = SeriesKey("demo", "BTC/USDT", Timeframe.H1)


@pytest.fixture
def still() -> Terminal:
    """A terminal whose clock stands."""
    return build(clock=lambda: NOW)


def test_the_journey_ends_with_four_files_that_say_simulated(still: Terminal, tmp_path: Path) -> None:
    steps: list[str] = []
    files = still.execute(RunDemo(tmp_path / "out"), lambda done, total, note="", *, lane="": steps.append(note))
    with files.candles.open(newline="") as file:
        assert len(list(csv.reader(file))) == 26_281
    result = json.loads(files.result.read_text())
    assert list(result) == ["settings", "fingerprints", "metrics", "trades", "equity"]
    assert files.picture.read_bytes().startswith(b"\x89PNG")
    assert "simulated" in files.report.read_text().lower()
    assert all("simulated" in path.name for path in (files.candles, files.result, files.report, files.picture))
    assert files.rows == 26_280
    assert files.gaps == 0
    assert files.words()[0] == "Simulated market, seed 1: prices are invented. 26,280 one-hour candles of BTC/USDT, no gaps."
    assert "Simulated" in files.words()[1]
    assert steps[0] == "inventing three years of prices"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in (files.candles, files.result, files.report, files.picture)
    )


def test_the_same_seed_and_clock_give_the_same_bytes_whatever_was_tried_before(still: Terminal, tmp_path: Path) -> None:
    first, second = still.execute(RunDemo(tmp_path / "one")), still.execute(RunDemo(tmp_path / "two"))
    for name in ("candles", "result", "report", "picture"):
        assert getattr(first, name).read_bytes() == getattr(second, name).read_bytes(), name
    assert still.execute(ListRuns()) == ()
    still.execute(ChangeSetting("seed", 9))
    other = still.execute(RunDemo(tmp_path / "three"))
    assert other.seed == 9
    assert other.candles.read_bytes() != first.candles.read_bytes()


def test_it_stops_when_asked_and_leaves_nothing(still: Terminal, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        still.execute(RunDemo(tmp_path / "out"), cancelled=lambda: True)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_is_named(still: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutcryError, match="could not write to"):
        still.execute(RunDemo(tmp_path / "file" / "out"))


def test_the_first_start_stores_three_years_and_the_next_only_what_is_new() -> None:
    now = [NOW]
    terminal = build(clock=lambda: now[0])
    changed: list[SeriesKey | None] = []
    terminal.publisher.subscribe(lambda _number, value: changed.append(value.series) if isinstance(value, StoreChanged) else None)
    keys = terminal.execute(PrepareDemo())
    assert [key.symbol for key in keys] == ["BTC/USDT", "ETH/USDT", "SPY"]
    stored = terminal.execute(LoadCandles(BTC))
    assert len(stored) == 26_280
    assert stored.provenance.simulated
    assert int(stored.time[-1]) + HOUR == NOW // HOUR * HOUR
    for key in keys:
        assert terminal.execute(CheckCandles(key)).gaps.missing_bars == 0
    changed.clear()
    terminal.execute(PrepareDemo())
    assert changed == []
    now[0] += 2 * HOUR
    terminal.execute(PrepareDemo())
    assert len(terminal.execute(LoadCandles(BTC))) == 26_282


def test_another_seed_replaces_the_stored_market(still: Terminal) -> None:
    still.execute(PrepareDemo())
    still.execute(ChangeSetting("seed", 4))
    still.execute(PrepareDemo())
    stored = still.execute(LoadCandles(BTC))
    invented = DemoMarket(4).candles("BTC/USDT", Timeframe.H1, int(stored.time[0]), int(stored.time[-1]) + 1)
    assert stored.fingerprint == invented.fingerprint
