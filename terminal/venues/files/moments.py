"""The times of a table become moments in UTC, whether they stand as numbers, as texts or as a day beside a clock.

Third step of an import, with `values`; how each is written is found by `times` and shown to a person.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.domain.timeframe import DAY
from terminal.venues.files import times
from terminal.venues.files.reading import Sureness
from terminal.venues.files.table import Table
from terminal.venues.files.work import Interpretation

_FEW = 64
_SAMPLE = 2000
_UNPADDED = r"^(\d|\d{3}|\d{5}|\d:.*)$"
"""A clock such as 905 or 9:05, which lacks the nought that pads it."""


def times_of(work: Interpretation, table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """Opens in UTC ns, the rows whose time can't be read, and words about the zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.columns["time"]
    kind = column.type
    if pa.types.is_temporal(kind):
        zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        empty = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False)) if column.null_count else np.empty(0, np.int64)
        whole = pc.cast(pc.cast(column, pa.timestamp("ns", tz=kind.tz if zoned else None)), pa.int64())
        time = np.asarray((pc.fill_null(whole, 0) if len(empty) else whole).to_numpy(zero_copy_only=False))
        work.notebook.fact("time_format", "iso" if not zoned else "iso with a zone", Sureness.CERTAIN)
        return _zoned(work, time, is_zoned=zoned, is_date_only=not zoned and _are_days(time), bad=empty)
    if pa.types.is_int64(kind) and not column.null_count and "clock" not in table.columns and work.corrections.get("time_format") is None:
        seen = times.detect_style([str(moment) for moment in (*column[:_SAMPLE].to_pylist(), *column[-_SAMPLE:].to_pylist())])
        if seen is not None and seen.form in times.EPOCHS:
            work.notebook.fact("time_format", seen.form, Sureness.CERTAIN)
            moments = column.to_numpy() * times.EPOCHS[seen.form]
            return _zoned(work, moments, is_zoned=True, is_date_only=False, bad=np.empty(0, np.int64))
    return _times_of_texts(work, _Texts(column, table.columns.get("clock")), table)


class _Texts:
    """The texts of the times, row by row. Where day and clock stand apart, each different one is read but once."""

    def __init__(self, day: Any, clock: Any | None) -> None:
        self._day, self._clock = _as_texts(day), None if clock is None else _as_texts(clock)

    def rows(self, start: int = 0, count: int | None = None) -> Any:
        """The texts from row `start` on, day and clock with a space between them."""
        import pyarrow.compute as pc

        day = self._day.slice(start, count)
        if self._clock is None:
            return day
        return pc.binary_join_element_wise(pc.utf8_trim_whitespace(_unpacked(day)), _padded(_unpacked(self._clock.slice(start, count))), " ")

    def parsed(self, style: times.TimeStyle) -> tuple[times.Times, NDArray[np.int64]]:
        """As times.parse_times for every row."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._clock is None or not len(self._day):
            return times.parse_times(self.rows(), style)
        day, clock = (pc.dictionary_encode(column) if pa.types.is_string(column.type) else column for column in (self._day, self._clock))
        days, clocks = pc.utf8_trim_whitespace(day.dictionary), _padded(clock.dictionary)
        of_days, bad_days = times.parse_times(pc.binary_join_element_wise(days, clocks[0], " "), style)
        of_clocks, bad_clocks = times.parse_times(pc.binary_join_element_wise(days[0], clocks, " "), style)
        if len(bad_days) or len(bad_clocks):
            return times.parse_times(self.rows(), style)
        # a clock adds the same to every day, so what the first clock added makes way for the row's own
        return of_days[day.indices.to_numpy()] + (of_clocks - of_days[0])[clock.indices.to_numpy()], np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._day)


def _as_texts(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type) and not column.null_count:
        return column
    return pc.fill_null(pc.cast(_whole(column), pa.string()), "")


def _unpacked(column: Any) -> Any:
    import pyarrow as pa

    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _padded(clock: Any) -> Any:
    import pyarrow.compute as pc

    bare = pc.utf8_trim_whitespace(clock)
    return pc.if_else(pc.match_substring_regex(bare, _UNPADDED), pc.binary_join_element_wise("0", bare, ""), bare)


def _are_days(time: NDArray[np.int64]) -> bool:
    return not (time[:_FEW] % DAY).any() and not (time % DAY).any()


def _times_of_texts(work: Interpretation, texts: _Texts, table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    sample = [text for text in (*texts.rows(0, _SAMPLE).to_pylist(), *texts.rows(max(0, len(texts) - _SAMPLE)).to_pylist()) if text]
    said = work.corrections.get("time_format")
    style = times.style_of(said, sample) if said is not None else times.detect_style(sample)
    if style is None:
        raise BadInput(
            f"The times of {work.path.name} can't be read: {', '.join(repr(text) for text in sample[:3]) or 'they are empty'}.",
            cure="Say how they are written with the correction time_format, such as %d/%m/%Y %H:%M.",
        )
    is_sure = True
    if said is None:
        style, is_sure = times.resolve_rival(texts.parsed, style)
    why = "" if is_sure else f"{style.rival or 'another order of day and month'} fits as well"
    work.notebook.fact("time_format", style.form, Sureness.CORRECTED if said is not None else Sureness.CERTAIN if is_sure else Sureness.ASSUMED, why)
    if style.form == "iso" and style.is_zoned:
        without = times.without_zone(texts.rows())
        if 0 < len(without) < len(texts):
            row = int(without[0])
            raise BadInput(
                f"{work.path.name} mixes times with a zone and without: {len(without):,} of {len(texts):,} rows name none, "
                f"the first is {texts.rows(row, 1)[0].as_py()!r} in {table.place(row)}.",
                cure="Write all times with a zone, or all without and set the correction zone.",
            )
    time, bad = texts.parsed(style)
    return _zoned(work, time, is_zoned=style.is_zoned, is_date_only=style.is_date_only, bad=bad)


def _zoned(
    work: Interpretation, time: NDArray[np.int64], *, is_zoned: bool, is_date_only: bool, bad: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    said = work.corrections.get("zone")
    if is_zoned:
        work.notebook.fact("zone", "in the file", Sureness.CERTAIN, "the times name it" if said is None else "the times name it; the correction is not needed")
        return time, bad, ""
    if is_date_only:
        work.notebook.fact("zone", "dates", Sureness.CERTAIN, "days are kept as the file's own dates")
        return time, bad, ""
    zone = "UTC" if said is None else times.zone_named(said)
    work.notebook.fact("zone", zone, Sureness.ASSUMED if said is None else Sureness.CORRECTED, "the file names none" if said is None else "")
    utc, twice, never = times.to_utc(time, zone)
    if twice:
        work.notebook.note(f"{twice:,} rows stand in an hour that the clock of {zone} shows twice; the first of each time was taken as the earlier.")
    if never:
        work.notebook.note(f"{never:,} rows name an hour that the clock of {zone} leaves out; they were moved on by it.")
    return utc, bad, f"times read as {zone}"


def _whole(column: Any) -> Any:
    """Floats that are whole numbers as integers, so that their text has no point; everything else as it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(column.type):
        return column
    filled = pc.fill_null(column, 0.0)
    is_whole = bool(pc.all(pc.equal(filled, pc.floor(filled))).as_py())
    return pc.cast(column, pa.int64()) if is_whole else column
