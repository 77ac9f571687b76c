"""Columns become candles: prices judged, rows put in order, doubles settled, the candle length found.

Last step of an import; every row that can't be a candle is named, and nothing is dropped unless a person says so.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import PRICE_COLUMNS, VALUE_COLUMNS, iso
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import DAY, Timeframe
from terminal.venues.files.reading import Corrections, Notebook, Sureness

Columns = dict[str, NDArray[Any]]
Place = Callable[[int], str]
Shown = Callable[[str, int], str]
_SHOWN = 5
_BLOCK = 32_768
_CROSSED = "high is below low"


def refuse_or_drop(
    columns: Columns, bad: Mapping[str, NDArray[np.int64]], place: Place, corrections: Corrections, notebook: Notebook, shown: Shown | None = None
) -> Columns:
    """The columns without the rows of `bad` (complaint → rows) where the person said drop; raises BadInput naming them otherwise.

    `shown` gives the words of the value in a row; by default the number in the column that the complaint begins with.
    """
    bad = {complaint: rows for complaint, rows in bad.items() if len(rows)}
    if not bad:
        return columns
    complaints = [
        f"{complaint} in {len(rows):,} {'row' if len(rows) == 1 else 'rows'}: {_places(columns, complaint, rows, place, shown)}"
        for complaint, rows in bad.items()
    ]
    if corrections.choice("bad_rows", ("refuse", "drop"), "refuse") == "refuse":
        raise BadInput(f"{'; '.join(complaints)}.", cure="Mend the file, or set the correction bad_rows to drop.")
    dropped = np.unique(np.concatenate(list(bad.values())))
    notebook.note(f"{len(dropped):,} rows dropped, as you said: {'; '.join(complaints)}.")
    kept = np.ones(len(columns["time"]), np.bool_)
    kept[dropped] = False
    return {name: column[kept] for name, column in columns.items()}


def bad_prices(columns: Columns, place: Place, notebook: Notebook) -> dict[str, NDArray[np.int64]]:
    """Rows that can't be candles, by complaint: NaN, infinite, not above zero, high below low. Notes bodies that stick out."""
    suspects = _suspects(columns)
    found: dict[str, NDArray[np.int64]] = {}
    distinct = {id(columns[name]): name for name in VALUE_COLUMNS}
    for name in distinct.values():
        values = columns[name][suspects]
        found[f"{name} is not a number"] = suspects[~np.isfinite(values)]
        found[f"{name} is negative"] = suspects[values < 0]
        if name != "volume":
            found[f"{name} is zero"] = suspects[values == 0]
    low, high = columns["low"][suspects], columns["high"][suspects]
    is_positive = np.all([columns[name][suspects] > 0 for name in PRICE_COLUMNS], axis=0)
    found[_CROSSED] = suspects[is_positive & (high < low)]
    body_out = (high < np.maximum(columns["open"][suspects], columns["close"][suspects])) | (
        low > np.minimum(columns["open"][suspects], columns["close"][suspects])
    )
    odd = suspects[is_positive & (high >= low) & body_out]
    if len(odd):
        notebook.note(f"open or close lies outside high and low in {len(odd):,} rows, which are kept: {_places(columns, '', odd, place, None)}.")
    return found


def _suspects(columns: Columns) -> NDArray[np.int64]:
    """Rows that are not plainly healthy; looked at in blocks that stay in the processor's cache."""
    found = []
    for start in range(0, len(columns["time"]), _BLOCK):
        block = {name: columns[name][start : start + _BLOCK] for name in VALUE_COLUMNS}
        low, high, volume = block["low"], block["high"], block["volume"]
        # comparisons with NaN are false, so one pass finds the healthy rows and the rest is looked at closely
        healthy = (low > 0) & (low <= np.minimum(block["open"], block["close"])) & (high >= np.maximum(block["open"], block["close"]))
        healthy &= (high < np.inf) & (volume >= 0) & (volume < np.inf)
        if not healthy.all():
            found.append(np.flatnonzero(~healthy) + start)
    return np.concatenate(found) if found else np.empty(0, np.int64)


def in_order(columns: Columns, place: Place, corrections: Corrections, notebook: Notebook) -> Columns:
    """The rows oldest first, each time once. Raises BadInput naming rows of one time that differ, unless corrected."""
    time = columns["time"]
    steps = np.diff(time)
    if (steps > 0).all():
        return columns
    if (steps < 0).all():
        notebook.note("The rows stand newest first; they were turned round.")
    elif (steps < 0).any():
        first = int(np.flatnonzero(steps < 0)[0]) + 1
        notebook.note(f"{int((steps < 0).sum()):,} rows stand out of order, the first in {place(int(columns['row'][first]))}; they were sorted.")
    order = np.argsort(time, kind="stable")
    columns = {name: column[order] for name, column in columns.items()}
    again = np.flatnonzero(np.diff(columns["time"]) == 0) + 1
    return _without_doubles(columns, again, place, corrections, notebook) if len(again) else columns


def _without_doubles(columns: Columns, again: NDArray[np.int64], place: Place, corrections: Corrections, notebook: Notebook) -> Columns:
    differs = again[np.any([columns[name][again] != columns[name][again - 1] for name in VALUE_COLUMNS], axis=0)]
    keep = corrections.choice("duplicates", ("refuse", "first", "last"), "refuse")
    if len(differs) and keep == "refuse":
        row = int(differs[0])
        name = next(name for name in VALUE_COLUMNS if columns[name][row] != columns[name][row - 1])
        first, second = sorted((int(columns["row"][row - 1]), int(columns["row"][row])))
        raise BadInput(
            f"{_count(len(differs))} with different values, first {iso(int(columns['time'][row]))} "
            f"in {place(first)} and {place(second)}: "
            f"{name} {columns[name][row - 1]:g} and {columns[name][row]:g}.",
            cure="Mend the file, or set the correction duplicates to first or last.",
        )
    identical = len(again) - len(differs)
    if identical:
        notebook.note(f"{identical:,} repeated rows were dropped; they say the same as the row of the same time.")
    if len(differs):
        notebook.note(f"{len(differs):,} times stood there twice with different values; the {keep} was kept, as you said.")
    kept = np.ones(len(columns["time"]), np.bool_)
    kept[again - 1 if keep == "last" else again] = False
    return {name: column[kept] for name, column in columns.items()}


def find_timeframe(time: NDArray[np.int64], given: Timeframe | None, corrections: Corrections, notebook: Notebook) -> Timeframe:
    """The candle length: what the person says, else the most frequent step. Raises BadInput where it is none of ours."""
    said = corrections.get("timeframe")
    if said is not None or given is not None:
        timeframe = Timeframe.parse(said or str(given))
        notebook.fact("timeframe", timeframe.words, Sureness.CORRECTED)
        return timeframe
    if len(time) < 2:
        raise BadInput("One row does not show how long its candle lasts.", cure="Set the correction timeframe.")
    steps, counts = _distinct_steps(time)
    step = int(steps[np.argmax(counts)])
    share = counts.max() / counts.sum()
    for timeframe in Timeframe:
        if timeframe.nanoseconds == step:
            notebook.fact("timeframe", timeframe.words, Sureness.CERTAIN if share > 0.5 else Sureness.LIKELY, f"{share:.0%} of the steps")
            return timeframe
    raise BadInput(
        f"Most rows lie {_span(step)} apart, which is no candle length of Outcry.",
        cure=f"It knows {', '.join(Timeframe)}; set the correction timeframe if one of them is meant.",
    )


def _distinct_steps(time: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different distances between neighbours, rising, and how often each stands there; only the unusual ones are sorted."""
    steps = np.diff(time)
    if not len(steps):
        return steps, steps
    usual = steps[len(steps) // 2]
    others, counts = np.unique(steps[steps != usual], return_counts=True)
    place = int(np.searchsorted(others, usual))
    return np.insert(others, place, usual), np.insert(counts, place, len(steps) - int(counts.sum()))


def off_grid(time: NDArray[np.int64], timeframe: Timeframe, notebook: Notebook) -> None:
    """Notes the rows that don't lie on the grid on which most lie."""
    if timeframe.nanoseconds >= DAY or not (_distinct_steps(time)[0] % timeframe.nanoseconds).any():
        return
    _, counts = np.unique(time % timeframe.nanoseconds, return_counts=True)
    stray = int(counts.sum() - counts.max())
    if stray:
        notebook.note(f"{stray:,} rows don't open on the grid of {timeframe.words}.")


def _places(columns: Columns, complaint: str, rows: NDArray[np.int64], place: Place, shown: Shown | None) -> str:
    def value(row: int) -> str:
        name = complaint.partition(" ")[0]
        if shown is not None:
            return shown(complaint, row)
        return (
            f"{columns[name][row]:g}"
            if name in VALUE_COLUMNS and complaint != _CROSSED
            else ", ".join(f"{price} {columns[price][row]:g}" for price in PRICE_COLUMNS)
        )

    named = [f"{place(int(columns['row'][row]))} ({value(int(row))})" for row in rows[:_SHOWN]]
    return ", ".join(named) + (f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else "")


def _span(step: int) -> str:
    for name, length in (("days", DAY), ("hours", DAY // 24), ("minutes", DAY // 1440)):
        if step >= length:
            return f"{step / length:g} {name}"
    return f"{step / 1e9:g} seconds"


def _count(times: int) -> str:
    return "One time stands there twice" if times == 1 else f"{times:,} times stand there twice"
