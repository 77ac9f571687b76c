"""Jobs: answers, progress, cancelling within 200 ms, retirement, and what a crash leaves behind."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.app.job_progress import LaneProgress
from terminal.app.jobs import JobRunner
from terminal.app.state import Jobs, JobView, LaneState, Notice
from terminal.app.terminal import Terminal
from terminal.domain.errors import BadInput, Cancelled
from tests.app.conftest import Count, Fail, Outcome, Wait

SECOND = 1_000_000_000


def shown(terminal: Terminal, job_id: int, state: LaneState) -> JobView:
    """The job's row once a snapshot shows it in that state."""
    reached = threading.Event()
    found: list[JobView] = []

    def listen(_number: int, value: object) -> None:
        if isinstance(value, Jobs):
            found.extend(row for row in value.rows if row.id == job_id and row.state is state)
            if found:
                reached.set()

    stop = terminal.publisher.subscribe(listen)
    latest = terminal.publisher.latest(Jobs)
    if latest is not None:
        listen(0, latest)
    assert reached.wait(5), f"no snapshot showed the job {state}"
    stop()
    return found[0]


def test_a_job_answers_once_and_is_shown_done(terminal: Terminal, jobs: JobRunner) -> None:
    outcome = Outcome()
    number = jobs.start(Count(3), title="Counting", done=outcome)
    assert outcome.wait() == (3, None)
    row = shown(terminal, number, LaneState.DONE)
    assert (row.title, row.lanes[0].done, row.lanes[0].total, row.lanes[0].note) == ("Counting", 3, 3, "step 3")
    assert len(outcome.calls) == 1


def test_a_cancelled_job_that_listens_ends(terminal: Terminal, jobs: JobRunner) -> None:
    outcome, command = Outcome(), Wait()
    number = jobs.start(command, done=outcome)
    assert command.begun.wait(5)
    jobs.cancel(number)
    assert isinstance(outcome.wait()[1], Cancelled)
    assert shown(terminal, number, LaneState.CANCELLED).error == ""


def test_a_job_that_does_not_listen_is_given_up_and_its_late_answer_does_not_land(jobs: JobRunner) -> None:
    outcome, command = Outcome(), Wait(listens=False)
    number = jobs.start(command, done=outcome)
    assert command.begun.wait(5)
    jobs.cancel(number)
    assert isinstance(outcome.wait()[1], Cancelled)
    command.go.set()
    assert jobs.running() == 0
    later = Outcome()
    jobs.start(Count(1), done=later)
    later.wait()
    assert len(outcome.calls) == 1


def test_a_waiting_job_can_be_cancelled(jobs: JobRunner) -> None:
    blockers = [Wait(), Wait()]
    for blocker in blockers:
        jobs.start(blocker)
    outcome = Outcome()
    number = jobs.start(Count(1), done=outcome)
    assert (jobs.running(), jobs.waiting()) == (2, 1)
    jobs.cancel(number)
    assert isinstance(outcome.wait()[1], Cancelled)
    for blocker in blockers:
        blocker.go.set()


def test_a_newer_run_of_the_same_question_retires_the_older(jobs: JobRunner) -> None:
    first, second, other = Outcome(), Outcome(), Outcome()
    waiting, elsewhere = Wait(), Wait()
    jobs.start(waiting, question="slider", done=first)
    jobs.start(elsewhere, question="other", done=other)
    jobs.start(Count(2), question="slider", done=second)
    assert isinstance(first.wait()[1], Cancelled)
    assert second.wait() == (2, None)
    assert other.calls == []
    elsewhere.go.set()
    assert other.wait()[0] == "waited"


def test_a_failure_is_shown_with_its_cure(terminal: Terminal, jobs: JobRunner) -> None:
    outcome = Outcome()
    number = jobs.start(Fail(BadInput("The cat is 'dog'.", cure="Give a cat.")), done=outcome)
    assert isinstance(outcome.wait()[1], BadInput)
    row = shown(terminal, number, LaneState.FAILED)
    assert (row.error, row.cure) == ("The cat is 'dog'.", "Give a cat.")


@pytest.mark.parametrize("error", [ZeroDivisionError("bug"), SystemExit(3)])
def test_a_bug_in_one_job_is_told_to_the_hook_and_takes_no_other_with_it(terminal: Terminal, error: BaseException) -> None:
    told: list[BaseException] = []
    runner = JobRunner(terminal, workers=1, unexpected=told.append)
    broken, sound = Outcome(), Outcome()
    runner.start(Fail(error), done=broken)
    runner.start(Count(1), done=sound)
    assert broken.wait()[1] is error
    assert sound.wait() == (1, None)
    assert told == [error]
    runner.close()


def test_progress_is_thinned_to_twenty_snapshots_a_second(terminal: Terminal, jobs: JobRunner) -> None:
    seen: list[Jobs] = []
    terminal.publisher.subscribe(lambda _number, value: seen.append(value) if isinstance(value, Jobs) else None)
    outcome = Outcome()
    began = time.perf_counter()
    jobs.start(Count(20_000, lane="BTC/USDT"), done=outcome)
    outcome.wait()
    elapsed = time.perf_counter() - began
    assert len(seen) <= 20 * elapsed + 3


def test_invisible_jobs_are_not_shown(terminal: Terminal, jobs: JobRunner) -> None:
    outcome = Outcome()
    number = jobs.start(Count(1), visible=False, done=outcome)
    outcome.wait()
    visible = jobs.start(Count(1))
    shown(terminal, visible, LaneState.DONE)
    latest = terminal.publisher.latest(Jobs)
    assert latest is not None
    assert number not in [row.id for row in latest.rows]


def test_rate_and_time_left_follow_the_last_ten_seconds() -> None:
    lane = LaneProgress("BTC/USDT", 0)
    for second in range(1, 31):
        lane.report(second * SECOND, second * 10 if second <= 15 else 150 + (second - 15) * 100, 3_000, "")
    view = lane.view(30 * SECOND)
    assert view.rate == pytest.approx(100, rel=0.11)
    assert view.seconds_left == pytest.approx((3_000 - 1_650) / view.rate)


def test_time_left_is_unknown_without_a_total_or_a_pace() -> None:
    lane = LaneProgress("", 0)
    assert lane.view(SECOND).seconds_left is None
    lane.report(SECOND, 5, 0, "")
    assert lane.view(2 * SECOND).seconds_left is None


def test_jobs_taken_by_a_crash_are_told_once_at_the_next_start(terminal: Terminal) -> None:
    crashed = JobRunner(terminal)
    command = Wait()
    crashed.start(command, title="Extract BTC/USDT")
    assert command.begun.wait(5)
    left = terminal.paths.data / "jobs.json"
    assert json.loads(left.read_text()) == ["Extract BTC/USDT"]
    remains = left.read_bytes()
    crashed.close()
    left.write_bytes(remains)  # what a killed program leaves

    notices: list[Notice] = []
    terminal.publisher.subscribe(lambda _number, value: notices.append(value) if isinstance(value, Notice) else None)
    following = JobRunner(terminal)
    following.tell_interrupted()
    following.tell_interrupted()
    assert ["Extract BTC/USDT" in notice.text for notice in notices] == [True]
    assert shown(terminal, -1, LaneState.FAILED).cure == "Start it again; it goes on from there."
    following.close()
    assert not left.exists()


def test_a_finished_job_leaves_nothing_to_tell(terminal: Terminal) -> None:
    runner, outcome = JobRunner(terminal), Outcome()
    runner.start(Count(1), done=outcome)
    outcome.wait()
    runner.close()
    assert not (terminal.paths.data / "jobs.json").exists()


def test_a_damaged_journal_of_jobs_does_not_keep_the_program_from_starting(terminal: Terminal, expected_logs: list[str]) -> None:
    expected_logs.append("journal of jobs")
    journal = terminal.paths.data / "jobs.json"
    journal.write_bytes(b"[\xff{")
    JobRunner(terminal).close()
    assert not journal.exists()


def test_a_second_program_does_not_take_the_first_ones_journal(terminal: Terminal) -> None:
    journal: Path = terminal.paths.data / "jobs.json"
    journal.write_text('["Extract"]')
    JobRunner(replace(terminal, read_only=True)).close()
    assert journal.exists()


def test_closing_cancels_what_runs(terminal: Terminal) -> None:
    runner, outcome, command = JobRunner(terminal), Outcome(), Wait(listens=False)
    runner.start(command, done=outcome)
    assert command.begun.wait(5)
    runner.close()
    assert isinstance(outcome.wait(0.1)[1], Cancelled)
    command.go.set()


def test_who_asked_is_answered_even_where_the_report_of_the_fault_fails(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _arguments: lost.set())

    def broken(_error: BaseException) -> None:
        raise OSError("no report")

    runner = JobRunner(terminal, workers=1, unexpected=broken)
    outcome = Outcome()
    runner.start(Fail(ZeroDivisionError("a bug")), done=outcome)
    answer, error = outcome.wait()
    assert lost.wait(10)
    runner.close()
    assert answer is None
    assert isinstance(error, ZeroDivisionError)
