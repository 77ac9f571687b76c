"""Several runs side by side: their measures, the settings in which they differ, and their equity curves.

Asked by the Results panel and `outcry runs compare`; works on results of every kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.report.curves import telling_rows
from terminal.backtest.result import Result
from terminal.domain.errors import BadInput

_LEAST = 2
_MOST = 20
_SHOWN = 1_200


@dataclass(frozen=True, eq=False)
class CompareCurve:
    """One run's equity over its capital at some 1,200 moments (UTC ns); of each stretch the lowest and the highest stay."""

    time: NDArray[np.int64]
    growth: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs in the order asked for; every tuple of values has one entry a run, None where a run lacks it."""

    run_ids: tuple[str, ...]
    titles: tuple[str, ...]
    """A name a run: its strategy, and what tells it from the others."""
    metrics: dict[str, tuple[float | None, ...]]
    settings: dict[str, tuple[Any, ...]]
    """The settings in which the runs differ, parameters first and each by its own name."""
    fingerprints: dict[str, tuple[str | None, ...]]
    """The fingerprints in which they differ: data, code, parameters, versions."""
    curves: tuple[CompareCurve, ...]
    warnings: tuple[str, ...] = ()
    """Why the figures cannot be set against each other as they stand, such as other candles."""


def compare(runs: Sequence[tuple[str, Result]]) -> Comparison:
    """The runs, given as id and result, side by side; raises BadInput for fewer than two or more than twenty."""
    if not _LEAST <= len(runs) <= _MOST:
        raise BadInput(f"{len(runs)} run{'' if len(runs) == 1 else 's'} cannot be compared.", cure=f"Choose from {_LEAST} to {_MOST} runs.")
    results = [result for _, result in runs]
    settings = _differing([{**_parameters(result), **_flat(result)} for result in results])
    return Comparison(
        run_ids=tuple(run_id for run_id, _ in runs),
        titles=_titles(results, settings),
        metrics=_aligned([dict(result.metrics) for result in results]),
        settings=settings,
        fingerprints=_differing([dict(result.fingerprints) for result in results]),
        curves=tuple(_curve(result) for result in results),
        warnings=tuple(_warnings(results)),
    )


def _parameters(result: Result) -> dict[str, Any]:
    return dict(result.settings.get("parameters") or {})


def _flat(result: Result) -> dict[str, Any]:
    return {name: value for name, value in result.settings.items() if name != "parameters"}


def _aligned(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Every name of any row, in the order of first appearance, with each row's value."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: tuple(row.get(name) for row in rows) for name in names}


def _differing(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {name: values for name, values in _aligned(rows).items() if any(value != values[0] for value in values)}


def _titles(results: Sequence[Result], settings: dict[str, tuple[Any, ...]]) -> tuple[str, ...]:
    """Each run's strategy, with what differs most tellingly: symbol, timeframe and parameters."""
    telling = [name for name in settings if name in ("symbol", "timeframe") or any(name in _parameters(result) for result in results)]
    found = []
    for number, result in enumerate(results):
        parts = [f"{name} {settings[name][number]}" for name in telling if settings[name][number] is not None]
        found.append(" · ".join([str(result.settings["strategy"]), *parts[:4]]))
    return tuple(found)


def _curve(result: Result) -> CompareCurve:
    rows = telling_rows(result.equity_values, _SHOWN)
    return CompareCurve(result.time[rows], result.equity_values[rows] / float(result.metrics["capital"]))


def _warnings(results: Sequence[Result]) -> list[str]:
    first, found = results[0], []
    if any(result.candles_key != first.candles_key for result in results):
        found.append("The runs are of different series.")
    elif any(result.time[0] != first.time[0] or result.time[-1] != first.time[-1] for result in results):
        found.append("The runs cover different ranges.")
    elif any(result.fingerprints["data"] != first.fingerprints["data"] for result in results):
        found.append("The candles changed between the runs.")
    if any(result.simulated != first.simulated for result in results):
        found.append("Some of the runs are on invented prices, others on real ones.")
    return found
