"""Which of ccxt's exceptions deserve another try: its own hierarchy decides, as collected from a run of ccxt."""

import json
from pathlib import Path

import ccxt
import pytest

from terminal.domain.errors import RateLimited, RegionBlocked, VenueBanned, VenueError, VenueUnreachable
from terminal.venues.ccxt.refusals import in_short, refusal_of_answer, refusal_of_error


def test_the_collected_binance_errors_are_retried_exactly_where_they_are_of_the_network_family(shared: Path) -> None:
    case = next(one for one in json.loads((shared / "cases" / "ccxt.json").read_text())["cases"] if one["id"] == "cx-errors-binance")
    for expected in case["expected"].values():
        error = getattr(ccxt, expected["exception"])("binance " + expected["msg"])
        deserves_retry = "NetworkError" in expected["parents"]
        assert refusal_of_error("Binance", error).is_temporary == deserves_retry, expected


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ccxt.RequestTimeout("x"), VenueUnreachable),
        (ccxt.ExchangeNotAvailable("x"), VenueUnreachable),
        (ccxt.OnMaintenance("x"), VenueUnreachable),
        (ccxt.DDoSProtection("x"), RateLimited),
        (ccxt.RateLimitExceeded("kraken EAPI:Rate limit exceeded"), RateLimited),
        (ccxt.DDoSProtection("kraken EGeneral:Temporary lockout"), VenueBanned),
        (ccxt.RestrictedLocation("x"), RegionBlocked),
        (ccxt.BadSymbol("x"), VenueError),
        (ccxt.AuthenticationError("x"), VenueError),
        (ccxt.NotSupported("x"), VenueError),
        (KeyError("result"), VenueError),
    ],
)
def test_each_kind_of_exception_has_its_refusal(error: Exception, kind: type[Exception]) -> None:
    assert type(refusal_of_error("Somewhere", error)) is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    refusal = refusal_of_answer("Somewhere", 429, headers, "", has_answer=False)
    assert isinstance(refusal, RateLimited)
    assert refusal.retry_after_seconds == seconds


def test_an_answer_in_the_exchanges_own_codes_is_left_to_ccxt() -> None:
    assert refusal_of_answer("Binance", 400, {}, '{"code":-1121,"msg":"Invalid symbol."}', has_answer=True) is None
    assert refusal_of_answer("Binance", 200, {}, "[]", has_answer=True) is None


def test_a_venues_words_are_shown_without_markup_and_in_short() -> None:
    assert in_short("<html><h1>Bad\n gateway</h1></html>") == "Bad gateway"
    assert len(in_short("x" * 5000)) == 200
