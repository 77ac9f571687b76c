"""Progress of the running job on stderr: a bar for each lane, with rate and time left; silent where stderr is no screen."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from terminal.app.state import Jobs, Lane, Publisher

_UNKNOWN = "–"


@contextmanager
def shown_progress(publisher: Publisher) -> Iterator[Callable[[], None]]:
    """A function that draws the newest progress; call it now and then while the job runs."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[words]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def refresh() -> None:
            jobs = publisher.latest(Jobs)
            for lane in _lanes(jobs):
                if lane.name not in tasks:
                    tasks[lane.name] = bars.add_task(lane.name, total=None, words="")
                bars.update(tasks[lane.name], total=lane.total or None, completed=lane.done, words=lane_words(lane))

        yield refresh


def _lanes(jobs: Jobs | None) -> tuple[Lane, ...]:
    """The lanes worth a bar: the parts where a job has parts, else the job itself."""
    lanes = jobs.rows[0].lanes if jobs is not None and jobs.rows else ()
    return lanes[1:] or lanes


def lane_words(lane: Lane) -> str:
    """What stands beside a bar, such as "1,500 of 26,280 · 0:12 left · asking binance"."""
    parts = [f"{lane.done:,.0f} of {lane.total:,.0f}" if lane.total else f"{lane.done:,.0f}" if lane.done else ""]
    if lane.total:
        parts.append(f"{_minutes(lane.seconds_left)} left")
    parts.append(lane.note)
    return " · ".join(part for part in parts if part)


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return _UNKNOWN
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
