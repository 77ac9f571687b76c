"""Moments, pairs, names and answers as a shell types and reads them."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.app.cli.progress import lane_words
from terminal.app.cli.words import iso, names, pairs, plain, setting_words
from terminal.app.state import Lane
from terminal.domain.errors import BadInput
from terminal.domain.moments import parse_moment


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1970-01-01", 0),
        ("2024-01-31", 1_706_659_200_000_000_000),
        ("2024-01-31T12:00", 1_706_702_400_000_000_000),
        ("2024-01-31 12:00:00Z", 1_706_702_400_000_000_000),
        ("2024-01-31T12:00:00+02:00", 1_706_695_200_000_000_000),
        ("2024-01-31T12:00:00.000001", 1_706_702_400_000_001_000),
    ],
)
def test_a_moment_is_utc_unless_it_names_a_zone(text: str, meant: int) -> None:
    assert parse_moment(text, "--start") == meant


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "31.01.2024", "12"])
def test_a_moment_that_is_none_names_the_option(text: str) -> None:
    with pytest.raises(BadInput, match="--end"):
        parse_moment(text, "--end")


@given(st.integers(10**17, 4 * 10**18))
def test_a_moment_survives_being_written_and_read(time_ns: int) -> None:
    whole = time_ns // 1000 * 1000  # what a shell can type ends at microseconds
    assert parse_moment(iso(whole), "--start") == whole


def test_pairs_keep_what_follows_the_first_equals_sign() -> None:
    assert pairs(["a=1", " b = x=y "]) == {"a": "1", "b": "x=y"}
    for wrong in (["a"], ["=1"], ["a=1", "a=2"]):
        with pytest.raises(BadInput):
            pairs(wrong)


def test_names_come_by_comma_or_repeated_and_count_once() -> None:
    assert names(["BTC/USDT, ETH/USDT", "BTC/USDT", ","]) == ("BTC/USDT", "ETH/USDT")


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Answer:
    time: int
    rows: int
    share: float
    colour: Colour
    path: Path
    parts: tuple[float, ...]
    _hidden: int = 0


def test_an_answer_becomes_jsons_own_types() -> None:
    answer = Answer(1_706_659_200_000_000_000, np.int64(5), float("nan"), Colour.RED, Path("/a/b"), (np.float64(1.5), float("inf")))  # type: ignore[arg-type]
    assert plain(answer) == {"time": "2024-01-31T00:00:00Z", "rows": 5, "share": None, "colour": "red", "path": "/a/b", "parts": [1.5, None]}
    assert json.loads(json.dumps(plain({Colour.RED: [answer]}), allow_nan=False))["red"][0]["rows"] == 5


def test_a_bar_says_how_far_how_long_and_what() -> None:
    assert lane_words(Lane("BTC/USDT", 1500, 26_280, "asking binance", 100, 75.4)) == "1,500 of 26,280 · 1:15 left · asking binance"
    assert lane_words(Lane("", 0, 0, "reading", 0, None)) == "reading"
    assert lane_words(Lane("", 5, 10, "", 0, None)) == "5 of 10 · – left"


@pytest.mark.parametrize(("value", "words"), [(True, "yes"), (False, "no"), (10_000.0, "10000"), (0.0005, "0.0005"), (1, "1"), ("", "")])
def test_a_setting_is_shown_as_it_may_be_typed(value: object, words: str) -> None:
    assert setting_words(value) == words
