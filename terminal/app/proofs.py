"""Answers what proves the terminal: campaigns of fault schedules.

One of the modules whose HANDLERS `build` collects.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from terminal.app.commands import SimulateFaults
from terminal.domain.errors import BadInput
from terminal.domain.work import CancelQuestion, Report

if TYPE_CHECKING:
    from terminal.app.terminal import Handler, Terminal

_MOST = 100_000_000


@dataclass(frozen=True, slots=True)
class FaultCampaign:
    """What the schedules of a seed came to. `failures` names what was wrong by the failing schedule's number."""

    schedules: int
    seed: int
    duplicates: int
    lost: int
    unproven_unknown: int
    violations: int
    orders: int
    faults_by_kind: Mapping[str, int]
    failures: Mapping[str, list[str]]
    trace: str
    """Hash of everything that happened in the last schedule: equal for the same seed and number."""
    seconds: float


def _simulate(_terminal: "Terminal", command: SimulateFaults, report: Report, cancelled: CancelQuestion) -> FaultCampaign:
    from terminal.proving.schedules import campaign, schedule

    if not 1 <= command.schedules <= _MOST:
        raise BadInput(f"The number of schedules is {command.schedules}.", cure=f"Give 1 to {_MOST}.")
    if command.replay is not None and not 0 <= command.replay < command.schedules:
        raise BadInput(f"There is no schedule {command.replay} among {command.schedules}.", cure=f"Give 0 to {command.schedules - 1}.")
    begun = time.perf_counter()
    if command.replay is not None:
        tally = schedule(command.seed, command.replay)
    else:
        processes = 1 if command.schedules < 100 else os.cpu_count() or 1
        tally = campaign(command.seed, command.schedules, processes=processes, report=report, cancelled=cancelled)
    return FaultCampaign(
        schedules=tally.schedules,
        seed=command.seed,
        duplicates=tally.duplicates,
        lost=tally.lost,
        unproven_unknown=tally.unproven_unknown,
        violations=tally.violations,
        orders=tally.orders,
        faults_by_kind=dict(sorted(tally.faults_by_kind.items())),
        failures={str(number): words for number, words in sorted(tally.failures.items())},
        trace=tally.trace,
        seconds=round(time.perf_counter() - begun, 3),
    )


HANDLERS: dict[type, "Handler"] = {SimulateFaults: _simulate}
