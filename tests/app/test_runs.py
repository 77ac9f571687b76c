"""Runs are kept whole, open again after a restart, and a damaged file is answered in words; trials are counted honestly."""

import multiprocessing
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.app.run_files import DamagedRun
from terminal.app.runs import Runs
from terminal.app.trials import TrialLedger
from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import OutcryError, UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.parameters import Int
from terminal.domain.signals import Signals
from terminal.domain.timeframe import Timeframe
from terminal.strategies.contract import Strategy

NOW = 1_700_000_000_000_000_000


class Sometimes(Strategy):
    """Long for half of every `length` candles."""

    length = Int(20, low=2, high=400, unit="bars", help="rhythm")

    def signals(self, candles: Candles) -> Signals:
        phase = np.arange(len(candles)) % self.length
        return Signals(enter_long=phase == 0, exit_long=phase == self.length // 2)


def some_candles(rows: int = 2000, seed: int = 3) -> Candles:
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, rows)))
    opens = np.concatenate(([100.0], close[:-1]))
    high, low = np.maximum(opens, close) * 1.001, np.minimum(opens, close) * 0.999
    time = NOW // Timeframe.H1.nanoseconds * Timeframe.H1.nanoseconds + np.arange(rows) * Timeframe.H1.nanoseconds
    return Candles(Instrument("test", "X"), Timeframe.H1, time, opens, high, low, close, np.ones(rows), provenance=Provenance("test", simulated=True))


def a_result(length: int = 20) -> Result:
    return backtest(Sometimes(length=length), some_candles())


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs", lambda: NOW)


def test_a_saved_run_opens_after_a_restart_with_every_value(runs: Runs, tmp_path: Path) -> None:
    kept = runs.record(a_result(), "sometimes")
    runs.close()
    again = Runs(tmp_path / "runs", lambda: NOW)
    assert [info.id for info in again.list()] == [kept.id]
    opened = again.open(kept.id)
    assert opened.info == kept.info
    assert opened.result.to_json() == kept.result.to_json()
    assert opened.result.verdict == kept.result.verdict
    assert opened.result.trade_table.tobytes() == kept.result.trade_table.tobytes()
    assert opened.result.benchmark_values.tobytes() == kept.result.benchmark_values.tobytes()


def test_a_run_that_was_not_saved_is_kept_for_a_while_and_saves_itself_once(runs: Runs) -> None:
    run = runs.record(a_result(), "sometimes", origin="slider", save=False)
    assert runs.list() == ()
    assert runs.open(run.id).result is run.result
    assert run.result.save() == run.id == run.result.save()
    assert [info.id for info in runs.list()] == [run.id]


def test_the_ledger_counts_distinct_variants_and_fewer_independent_ones(runs: Runs) -> None:
    first = runs.record(a_result(20), "sometimes")
    assert first.result.metrics["variants_tried"] == 1
    again = runs.record(a_result(20), "sometimes")
    assert again.result.metrics["variants_tried"] == 1
    for length in range(21, 40):
        last = runs.record(a_result(length), "sometimes", save=False)
    assert last.result.metrics["variants_tried"] == 20
    assert 1 < last.result.metrics["independent_variants"] < 20
    assert last.result.metrics["deflated_sharpe"] < last.result.metrics["probabilistic_sharpe"]
    assert "20 variants tried" in last.result.verdict


def test_more_trials_than_are_compared_give_about_the_number_that_comparing_all_gives(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    for length in range(2, 122):
        last = runs.record(a_result(length), "sometimes", save=False)
    all_compared = runs.trials(last.result)
    monkeypatch.setattr("terminal.app.trials._MOST_COMPARED", 40)
    sampled = runs.trials(last.result)
    assert sampled.tried == all_compared.tried == 120
    assert sampled.independent == pytest.approx(all_compared.independent, rel=0.1)


def test_an_unknown_run_names_the_nearest(runs: Runs) -> None:
    run = runs.record(a_result(), "sometimes")
    with pytest.raises(UnknownName, match=run.id):
        runs.open(run.id[:-1])
    with pytest.raises(UnknownName):
        runs.open("../../etc/passwd")


@pytest.mark.parametrize("damage", ["cut", "noise", "flipped", "gone", "empty"])
def test_a_damaged_run_is_answered_in_words_and_leaves_the_others_alone(runs: Runs, damage: str) -> None:
    broken, whole = runs.record(a_result(20), "sometimes"), runs.record(a_result(30), "sometimes")
    path = runs.folder / f"{broken.id}.npz"
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
    new = {"cut": content[:middle], "noise": b"not a run", "flipped": flipped, "gone": None, "empty": b""}[damage]
    if new is None:
        path.unlink()
    else:
        path.write_bytes(new)
    with pytest.raises(DamagedRun, match=broken.id):
        runs.open(broken.id)
    assert runs.open(whole.id).result.verdict == whole.result.verdict


def test_a_damaged_ledger_is_put_aside_and_the_list_made_anew_from_the_runs(runs: Runs, tmp_path: Path) -> None:
    kept = [runs.record(a_result(length), "sometimes").id for length in (20, 30)]
    runs.close()
    for path in (tmp_path / "runs").glob("trials.sqlite*"):
        path.write_bytes(b"this is no database" * 100) if path.name == "trials.sqlite" else path.unlink()
    again = Runs(tmp_path / "runs", lambda: NOW)
    assert sorted(info.id for info in again.list()) == sorted(kept)
    assert (tmp_path / "runs" / "trials.sqlite.damaged").exists()
    assert again.open(kept[0]).result.metrics


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    run = Runs(tmp_path / "file" / "runs", lambda: NOW).record(a_result(), "sometimes")
    assert run.trouble is not None
    assert "trial ledger" in run.trouble.message
    assert not run.is_saved
    with pytest.raises(OutcryError, match="trial ledger"):
        Runs(tmp_path / "file" / "runs", lambda: NOW).list()


def test_two_programs_may_record_at_once(runs: Runs, tmp_path: Path) -> None:
    other = Runs(tmp_path / "runs", lambda: NOW + 1)
    runs.record(a_result(20), "sometimes", save=False)
    last = other.record(a_result(30), "sometimes", save=False)
    assert last.result.metrics["variants_tried"] == 2
    with sqlite3.connect(tmp_path / "runs" / "trials.sqlite") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


def test_a_run_file_needs_no_pickle(runs: Runs) -> None:
    run = runs.record(a_result(), "sometimes")
    with np.load(runs.folder / f"{run.id}.npz", allow_pickle=False) as file:
        assert set(file.files) >= {"words", "time", "equity_values", "trade_table"}


def test_programs_that_record_in_the_same_second_keep_a_run_each(tmp_path: Path) -> None:
    one, other = (Runs(tmp_path / "runs", lambda: NOW) for _ in range(2))
    kept = [one.record(backtest(Sometimes(), some_candles(seed=3)), "sometimes"), other.record(backtest(Sometimes(), some_candles(seed=4)), "sometimes")]
    assert {info.id for info in one.list()} == {run.id for run in kept}
    assert one.open(kept[1].id).result.to_json() == kept[1].result.to_json()


def _begin(folder: Path, ready: Any, refused: Any) -> None:
    for number in range(40):
        ready.wait(60)
        try:
            TrialLedger(folder / str(number) / "trials.sqlite").list_runs()
        except OutcryError as error:
            refused.put(str(error))


def test_programs_that_begin_the_ledger_together_wait_for_each_other(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready, refused = spawn.Barrier(6), spawn.Queue()
    workers = [spawn.Process(target=_begin, args=(tmp_path, ready, refused)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert refused.empty()
