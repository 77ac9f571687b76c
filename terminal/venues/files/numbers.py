"""Numbers as people write them: decimal commas, thousands, percent, currency signs, K and M; told apart by looking.

Between the columns of a file and the arrays of its candles.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TRIMMED = " \t\u00a0\u202f'’_$€£¥"
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SUFFIX = {"%": 0.01, "k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "b": 1e9, "B": 1e9}
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
NOTHING = (
    "",
    ".",
    "-",
    "–",
    "—",
    "n/a",
    "N/A",
    "na",
    "NA",
    "nan",
    "NaN",
    "NAN",
    "null",
    "NULL",
    "None",
    "none",
    "#N/A",
    "inf",
    "-inf",
    "Infinity",
    "-Infinity",
)


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How the numbers of a file are written; `is_plain` where a parser in C can read them as they stand."""

    decimal: str
    is_plain: bool
    is_sure: bool


def detect_style(texts: Iterable[str], *, comma_separates: bool, decimal: str | None) -> NumberStyle:
    """The style of the sample `texts`. A comma that also separates columns is hardly a decimal sign."""
    votes = {".": 0, ",": 0}
    is_plain = True
    for text in texts:
        bare = text.strip()
        if bare in NOTHING:
            continue
        is_plain = is_plain and _PLAIN.fullmatch(bare) is not None
        vote = _vote(bare.strip(_TRIMMED + "%kKmMbB+-−"))
        if vote is not None:
            votes[vote] += 1
    if decimal is not None:
        return NumberStyle(decimal, is_plain and decimal == ".", True)
    if votes["."] == votes[","] == 0:
        guess = "." if comma_separates or is_plain else ","
        return NumberStyle(guess, is_plain, is_plain)
    found = "," if votes[","] > votes["."] else "."
    return NumberStyle(found, is_plain and found == ".", min(votes.values()) == 0)


def _vote(text: str) -> str | None:
    """The decimal sign that `text` proves, None where it proves none: 1.234,5 and 1,5 prove the comma, 1,234 nothing."""
    last_dot, last_comma = text.rfind("."), text.rfind(",")
    if last_dot >= 0 and last_comma >= 0:
        return "." if last_dot > last_comma else ","
    sign, at = (".", last_dot) if last_dot >= 0 else (",", last_comma)
    if at < 0:
        return None
    if text.count(sign) > 1:
        return "," if sign == "." else "."
    return None if sign == "," and len(text) - at - 1 == 3 else sign


def parse_numbers(texts: Any, style: NumberStyle) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """`texts` (a pyarrow string array) as numbers, NaN where empty; and the rows that are no number at all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = pc.utf8_trim(texts, _TRIMMED)
    nothing = pc.is_in(bare, value_set=pa.array(NOTHING))
    bare = pc.replace_substring(bare, "−", "-")
    for sign in (" ", "\u00a0", "\u202f", "'", "’", "." if style.decimal == "," else ","):
        bare = pc.replace_substring(bare, sign, "")
    if style.decimal == ",":
        bare = pc.replace_substring(bare, ",", ".")
    factor = np.ones(len(texts))
    for suffix, times in _SUFFIX.items():
        ends = pc.ends_with(bare, suffix)
        if pc.any(ends).as_py():
            factor[ends.to_numpy(zero_copy_only=False)] = times
            bare = pc.if_else(ends, pc.utf8_rtrim(bare, suffix + " "), bare)
    is_number = pc.match_substring_regex(bare, _NUMBER)
    values = pc.cast(pc.if_else(is_number, bare, None), pa.float64()).to_numpy(zero_copy_only=False)
    bad = np.flatnonzero(~(pc.or_(is_number, nothing).to_numpy(zero_copy_only=False)))
    return np.asarray(values, np.float64) * factor, bad.astype(np.int64)
