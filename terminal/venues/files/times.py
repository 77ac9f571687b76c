"""Times as people write them: epochs, ISO, days and months in any order, with a zone or without; told apart by looking.

Between the columns of a file and the UTC nanoseconds of its candles.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from numpy.typing import NDArray

from terminal.domain.calendar import zone_changes
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.domain.timeframe import SECOND

EPOCHS = {"s": SECOND, "ms": 1_000_000, "us": 1_000, "ns": 1}
_EPOCH_FROM = (("s", 1e8, 2e10), ("ms", 1e11, 2e13), ("us", 1e14, 2e16), ("ns", 1e17, 9.2e18))
_ZONED = re.compile(r"(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})$")
_ZONE_AT_END = r"(Z|z|\s?UTC|\s?GMT|\s?[+-][0-9]{2}:?[0-9]{2}|:[0-9.]+[+-][0-9]{2})$"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?")
_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%y%m%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y"),
    *("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%a %b %d %Y", "%d/%b/%Y", "%Y-%b-%d", "%Y-%m", "%Y%m"),
)
_CLOCKS = (
    "",
    " %H:%M:%S",
    " %H:%M",
    " %H%M%S",
    " %H%M",
    " %I:%M:%S %p",
    " %I:%M %p",
    "T%H:%M:%S",
    "T%H:%M",
    "%H%M%S",
    "%H%M",
    ", %H:%M:%S",
    ", %H:%M",
    " %H.%M",
)
_SAMPLE = 4000
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TimeStyle:
    """How times are written. `form` is an epoch unit, "iso" or a strptime pattern; `rival` another pattern that fits as well."""

    form: str
    is_zoned: bool
    is_date_only: bool
    rival: str = ""


def detect_style(sample: Sequence[str]) -> TimeStyle | None:
    """The style of the sample texts; None where it is none that is known. Day before month or after is left as `rival`."""
    texts = [text.strip() for text in sample if text.strip()][:_SAMPLE]
    if not texts:
        return None
    epoch = _epoch(texts)
    if epoch is not None:
        return TimeStyle(epoch, True, False)
    is_zoned = any(_ZONED.search(text) and len(text) > 12 for text in texts)
    bare = [_without_zone(text) for text in texts] if is_zoned else texts
    most = 0.9 * len(bare)
    if sum(_ISO.fullmatch(text) is not None for text in bare) >= most:
        return TimeStyle("iso", is_zoned, all(len(text) <= 10 for text in bare))
    if is_zoned:
        return None
    fits = [pattern for day in _DAYS for clock in _CLOCKS if (pattern := day + clock) and _share(pattern, bare) >= most]
    if not fits:
        return None
    return TimeStyle(fits[0], False, _is_date_only(fits[0]), fits[1] if len(fits) > 1 and _same_letters(fits[0], fits[1]) else "")


def style_of(form: str, sample: Sequence[str]) -> TimeStyle:
    """The style a person names. Raises BadInput for an unknown one."""
    given = form.strip()
    if given in EPOCHS:
        return TimeStyle(given, True, False)
    if given.lower() == "iso":
        return TimeStyle("iso", any(_ZONED.search(text.strip()) and len(text.strip()) > 12 for text in sample), all(len(text.strip()) <= 10 for text in sample))
    if "%" not in given:
        raise BadInput(f"The correction time_format is {form!r}.", cure="Use s, ms, us, ns, iso, or a pattern such as %d/%m/%Y %H:%M.")
    return TimeStyle(given, False, _is_date_only(given))


def parse_times(texts: Any, style: TimeStyle) -> tuple[Times, NDArray[np.int64]]:
    """`texts` (pyarrow strings) as nanoseconds, UTC where the style is zoned, else wall clock; and the rows that don't fit it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = pc.utf8_trim_whitespace(texts)
    if style.form in EPOCHS:
        return _epochs(bare, EPOCHS[style.form])
    if style.form == "iso":
        return _iso(bare, style)
    fraction_free = pc.replace_substring_regex(bare, r"(:\d{2})\.\d+$", r"\1") if style.form.endswith("%S") and "." not in style.form[-4:] else bare
    if style.form in ("%Y-%m", "%Y%m"):
        fraction_free, pattern = pc.binary_join_element_wise(bare, "01", ""), style.form + "%d"
    else:
        pattern = style.form
    parsed = pc.strptime(fraction_free, format=pattern, unit="s", error_is_null=True)
    bad = np.flatnonzero(parsed.is_null().to_numpy(zero_copy_only=False))
    whole = pc.fill_null(pc.cast(parsed, pa.int64()), 0).to_numpy(zero_copy_only=False)
    return np.asarray(whole, np.int64) * SECOND, bad.astype(np.int64)


def without_zone(texts: Any) -> NDArray[np.int64]:
    """The rows of `texts` that name no zone, in a file where others do."""
    import pyarrow.compute as pc

    is_zoned = pc.match_substring_regex(pc.utf8_trim_whitespace(texts), _ZONE_AT_END)
    return np.flatnonzero(~is_zoned.to_numpy(zero_copy_only=False)).astype(np.int64)


def zone_named(name: str) -> str:
    """The IANA name of a time zone; raises UnknownName."""
    wanted = name.strip()
    if wanted.upper() in ("UTC", "GMT", "Z"):
        return "UTC"
    by_lower = {zone.lower(): zone for zone in available_timezones()}
    if wanted.lower() not in by_lower:
        raise UnknownName("time zone", name, nearest=nearest(name, by_lower.values()), cure="Use a name such as UTC or America/New_York.")
    return by_lower[wanted.lower()]


def to_utc(local: Times, zone: str) -> tuple[Times, int, int]:
    """Wall-clock times of `zone` as UTC; how many stood twice on that clock and how many never did (they move on an hour).

    Of an hour that a clock repeats, the first row of each time is the earlier one.
    """
    if zone == "UTC" or not len(local):
        return local, 0, 0
    changes, offsets = zone_changes(ZoneInfo(zone).key)
    # a change moves the wall clock from one reading to another: between the two, times stand twice or never
    by_old = np.searchsorted(changes[1:] + offsets[:-1], local, side="right")
    by_new = np.searchsorted(changes[1:] + offsets[1:], local, side="right")
    utc = local - offsets[np.minimum(by_old, by_new)]
    twice = np.flatnonzero(by_old < by_new)
    if len(twice):
        _, first, inverse = np.unique(local[twice], return_index=True, return_inverse=True)
        again = twice[np.arange(len(twice)) != first[inverse]]
        utc[again] = local[again] - offsets[by_new[again]]
    return utc, len(twice), int(np.sum(by_old > by_new))


def resolve_rival(parsed: Callable[[TimeStyle], tuple[Times, NDArray[np.int64]]], style: TimeStyle) -> tuple[TimeStyle, bool]:
    """Day before month or after: the reading that fits every row, else the one with the calmer steps; and whether that is sure.

    `parsed` reads all rows in a style, as parse_times does.
    """
    if not style.rival:
        return style, True
    rival = TimeStyle(style.rival, style.is_zoned, style.is_date_only)
    (here, bad), (there, rival_bad) = parsed(style), parsed(rival)
    if len(bad) != len(rival_bad):
        return (style, True) if len(bad) < len(rival_bad) else (rival, True)
    calm, rival_calm = _roughness(here), _roughness(there)
    if calm == rival_calm:
        return style, False
    return (style, True) if calm < rival_calm else (rival, True)


def _roughness(time: Times) -> float:
    steps = np.diff(time)
    return float(np.sum(np.abs(np.diff(steps)).astype(np.float64))) if len(steps) > 1 else float(np.abs(steps).sum())


def _epoch(texts: Sequence[str]) -> str | None:
    try:
        numbers = np.array([float(text) for text in texts])
    except ValueError:
        return None
    units = {unit for unit, low, high in _EPOCH_FROM if np.all((numbers >= low) & (numbers < high))}
    return units.pop() if len(units) == 1 else None


def _epochs(texts: Any, unit: int) -> tuple[Times, NDArray[np.int64]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    is_whole = pc.match_substring_regex(texts, r"^-?\d{1,19}(\.0*)?$")
    is_number = pc.match_substring_regex(texts, r"^-?[0-9]+\.?[0-9]*([eE][+]?[0-9]+)?$")
    whole = pc.cast(pc.if_else(is_whole, pc.replace_substring_regex(texts, r"\.0*$", ""), "0"), pa.int64()).to_numpy(zero_copy_only=False)
    parts = pc.cast(pc.if_else(pc.and_(is_number, pc.invert(is_whole)), texts, "0"), pa.float64()).to_numpy(zero_copy_only=False)
    bad = np.flatnonzero(~is_number.to_numpy(zero_copy_only=False))
    return whole * unit + np.rint(parts * (unit / 1000)).astype(np.int64) * 1000 if unit >= 1000 else whole * unit, bad.astype(np.int64)


def _iso(texts: Any, style: TimeStyle) -> tuple[Times, NDArray[np.int64]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if style.is_zoned:
        texts = pc.replace_substring_regex(texts, r"\s?(UTC|GMT|z)$", "Z")
        texts = pc.replace_substring_regex(texts, r"\s([+-]\d{2}:?\d{2})$", r"\1")
        fits = pc.match_substring_regex(texts, r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)$")
        filler, kind = "2000-01-01T00:00:00Z", pa.timestamp("ns", tz="UTC")
    else:
        fits = pc.match_substring_regex(texts, r"^\d{4}-(0\d|1[0-2])-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$")
        filler, kind = "2000-01-01T00:00:00", pa.timestamp("ns")
    good = pc.if_else(fits, texts, filler)
    try:
        parsed = pc.cast(good, kind)
    except pa.ArrowInvalid:
        fits, parsed = _iso_one_by_one(good, fits, kind)
    bad = np.flatnonzero(~fits.to_numpy(zero_copy_only=False))
    return np.array(pc.cast(parsed, pa.int64()).to_numpy(zero_copy_only=False)), bad.astype(np.int64)


def _iso_one_by_one(texts: Any, fits: Any, kind: Any) -> tuple[Any, Any]:
    """The slow way round a text that looks like a time and is none, such as a 31st of February."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values: list[Any] = []
    for text in texts.to_pylist():
        try:
            values.append(pc.cast(pa.scalar(text), kind).cast(pa.int64()).as_py())
        except pa.ArrowInvalid:
            values.append(None)
    parsed = pa.array(values, pa.int64())
    return pc.and_(fits, parsed.is_valid()), pc.fill_null(parsed, 0)


def _without_zone(text: str) -> str:
    return _ZONED.sub("", text).rstrip()


def _share(pattern: str, texts: Sequence[str]) -> int:
    from datetime import datetime

    count = 0
    compact = pattern[pattern.index("%H%M") :] if "%H%M" in pattern else ""
    for text in texts[:: max(1, len(texts) // 40)]:
        try:
            bare = re.sub(r"(:\d{2})\.\d+$", r"\1", text)
            read = datetime.strptime(bare, pattern)  # noqa: DTZ007 wall clock on purpose
            if compact and not bare.endswith(read.strftime(compact)):
                return 0  # Python lets 0930 be %H%M%S; whoever writes no colons writes every digit
            count += 1
        except ValueError:
            if not count:
                return 0
    return count * len(texts) // len(texts[:: max(1, len(texts) // 40)])


def _is_date_only(pattern: str) -> bool:
    return not re.search(r"%[HIMSpfT]", pattern)


def _same_letters(one: str, other: str) -> bool:
    return sorted(re.findall(r"%[a-zA-Z]", one)) == sorted(re.findall(r"%[a-zA-Z]", other))
