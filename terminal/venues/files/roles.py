"""Which column plays which part where the headers do not say all: found by what stands in the columns.

Second step of an import, after the headers were read; a person's correction always wins.
"""

from collections.abc import Sequence

from terminal.domain.candles import PRICE_COLUMNS
from terminal.domain.errors import BadInput
from terminal.venues.files import numbers, times
from terminal.venues.files.headers import is_spelling_of, listed, plain
from terminal.venues.files.reading import Sureness
from terminal.venues.files.work import Interpretation


def complete_roles(work: Interpretation, roles: dict[str, int], sample: Sequence[Sequence[str]], symbol: str | None) -> dict[str, int]:
    """The roles with what no header says: a clock beside a date, columns without names, a file of closes only."""
    if "clock" in roles and "time" in roles and any(len(row[roles["time"]].strip()) > 10 for row in sample):
        roles.pop("clock")
    if "time" not in roles:
        roles["time"] = _column_of_times(work, sample, set(roles.values()))
        if roles["time"] + 1 < len(work.headers) and all(_is_clock(row[roles["time"] + 1]) for row in sample) and roles["time"] + 1 not in roles.values():
            roles["clock"] = roles["time"] + 1
    if not all(price in roles for price in PRICE_COLUMNS):
        roles = _prices_by_place(work, roles, sample, symbol)
    return _volume_that_counts(work, roles, sample)


def _volume_that_counts(work: Interpretation, roles: dict[str, int], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """The roles with another column of volume where the usual one holds noughts only, as MetaTrader's <VOL> does beside its <TICKVOL>."""
    first = roles.get("volume")
    if first is None or work.corrections.get("volume") is not None or not _is_nought([row[first] for row in sample]):
        return roles
    for number, header in enumerate(work.headers):
        texts = [row[number] for row in sample]
        if number not in roles.values() and is_spelling_of("volume", header) and _is_numeric(texts) and not _is_nought(texts):
            work.notebook.note(
                f"{work.headers[first]} is 0 in the first {len(sample):,} rows; {header} is read as the volume. The correction volume names another column."
            )
            return {**roles, "volume": number}
    return roles


def _prices_by_place(work: Interpretation, roles: dict[str, int], sample: Sequence[Sequence[str]], symbol: str | None) -> dict[str, int]:
    taken = {number for role, number in roles.items() if role not in PRICE_COLUMNS}
    numeric = [number for number in range(len(work.headers)) if number not in taken and _is_numeric([row[number] for row in sample])]
    has_names = not all(header.startswith("column ") for header in work.headers)
    if not has_names and len(numeric) >= 4:
        work.notebook.fact("columns", "open, high, low, close by their place", Sureness.LIKELY, "the file names no columns")
        return {**roles, **dict(zip((*PRICE_COLUMNS, "volume"), numeric, strict=False))}
    by_symbol = [number for number, header in enumerate(work.headers) if symbol is not None and plain(header) == plain(symbol)]
    given = work.corrections.get("close") is not None
    if (
        "open" not in roles
        and "high" not in roles
        and "low" not in roles
        and (given or by_symbol or len(numeric) == 1 or ("close" in roles and len(numeric) <= 2))
    ):
        close = roles["close"] if given else by_symbol[0] if by_symbol else roles.get("close", numeric[0])
        work.notebook.note(f"Only closes are in the file ({work.headers[close]}): open, high and low are set to the close.")
        return {**roles, **dict.fromkeys(PRICE_COLUMNS, close)}
    missing = [price for price in PRICE_COLUMNS if price not in roles]
    raise BadInput(
        f"{work.path.name} has no column for {' and '.join(missing)}; its columns are {listed(work.headers)}.",
        cure=f"Name them with corrections, such as {missing[0]}=2 (the second column); close alone reads a column of closes.",
    )


def _column_of_times(work: Interpretation, sample: Sequence[Sequence[str]], taken: set[int]) -> int:
    for number in range(len(work.headers)):
        if number not in taken and times.detect_style([row[number] for row in sample]) is not None:
            work.notebook.fact("time", work.headers[number] or f"column {number + 1}", Sureness.LIKELY, "its values are times")
            return number
    raise BadInput(
        f"{work.path.name} has no column of times; its columns are {listed(work.headers)}.",
        cure="Name it with the correction time, and how it is written with time_format.",
    )


def _is_nought(texts: Sequence[str]) -> bool:
    return all(not text.strip().strip("0.,") for text in texts)


def _is_clock(text: str) -> bool:
    digits = text.strip().replace(":", "").replace(".", "")
    return digits.isdigit() and (":" in text or len(digits) in (4, 6))


def _is_numeric(texts: Sequence[str]) -> bool:
    said = [text.strip(" %$€£kKmMbB+-−'") for text in texts if text.strip() not in numbers.NOTHING]
    return bool(said) and all(text[:1].isdigit() or text[:1] in ".," for text in said) and all(set(text) <= set("0123456789.,eE+- '\u00a0") for text in said)
