"""Turns what an exchange refuses, and what ccxt raises, into the domain's errors, so that the download knows what deserves another try.

Read between the bytes of an answer and the retry policy of `market.download`.
"""

import re
import socket
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from terminal.domain.errors import OutcryError, RateLimited, RegionBlocked, VenueBanned, VenueError, VenueUnreachable

_BLOCK_CURE = "Use a venue that serves your country, or import a file."
_NETWORK_CURE = "Check the network and try again; the demo market and file import work without one."
_BAN_CURE = "Wait until the ban ends before asking again; going on would lengthen it."
_REGION_WORDS = re.compile(
    r"restricted (location|country|region|jurisdiction)|your (country|region|location)|not available in|geo.?block|unavailable for legal",
    re.IGNORECASE,
)
_BAN_WORDS = re.compile(r"\bbanned\b|temporary lockout", re.IGNORECASE)
_READ = 4000  # of an answer that may hold megabytes
_MARKUP = re.compile(r"<[^>]+>")


def refusal_of_answer(name: str, status: int, headers: Mapping[str, str], body: str, *, has_answer: bool) -> OutcryError | None:
    """What an HTTP answer refuses, by its status and words; None where the exchange's own codes should speak (or all is well)."""
    if status < 400 and has_answer:
        return None
    text = in_short(body[:_READ])
    if status == 429:
        return RateLimited(f"{name} asks for fewer requests (HTTP 429).", retry_after_seconds=_retry_after(headers))
    if status == 418 or (status >= 400 and _BAN_WORDS.search(body)):
        until = _retry_after(headers)
        ends = f" The ban ends in {_span(until)}." if until else ""
        return VenueBanned(f"{name} has banned this address for asking too often (HTTP {status}).{ends}", cure=_BAN_CURE)
    if status == 451 or (status == 403 and _REGION_WORDS.search(body)):
        return RegionBlocked(f"{name} does not serve this country (HTTP {status}): {text}", cure=_BLOCK_CURE)
    if status >= 500 or status in {408, 425}:
        return VenueUnreachable(f"{name} is out of order just now (HTTP {status}).", cure="Try again in a while.")
    if not has_answer and status >= 400:
        return VenueError(f"{name} refused the request (HTTP {status}): {text}")
    if not has_answer and body.strip():
        return VenueUnreachable(f"{name} sent an answer that breaks off or is not JSON: {text}", cure="Try again in a while.")
    return None


def refusal_of_error(name: str, error: BaseException) -> OutcryError:
    """What an exception from ccxt means: its NetworkError family is temporary, its ExchangeError family is not."""
    import aiohttp
    import ccxt

    text = in_short(str(error))
    if isinstance(error, OutcryError):
        return error
    if isinstance(error, ccxt.RestrictedLocation):
        return RegionBlocked(f"{name} does not serve this country: {text}", cure=_BLOCK_CURE)
    if isinstance(error, ccxt.DDoSProtection | ccxt.RateLimitExceeded):
        if _BAN_WORDS.search(str(error)):
            return VenueBanned(f"{name} has banned this address for asking too often: {text}", cure=_BAN_CURE)
        return RateLimited(f"{name} asks for fewer requests: {text}")
    if isinstance(error, ccxt.RequestTimeout):
        return VenueUnreachable(f"{name} did not answer in time.", cure=_NETWORK_CURE)
    if isinstance(error, ccxt.OnMaintenance):
        return VenueUnreachable(f"{name} is under maintenance: {text}", cure="Try again later.")
    if isinstance(error.__cause__, aiohttp.ClientConnectorError | socket.gaierror):
        return VenueUnreachable(f"{name} cannot be reached: no network, or the venue is down.", cure=_NETWORK_CURE)
    if isinstance(error.__cause__, aiohttp.ClientError):
        return VenueUnreachable(f"The connection to {name} broke off in the middle of an answer.", cure=_NETWORK_CURE)
    if isinstance(error, ccxt.NetworkError):
        return VenueUnreachable(f"{name} could not answer: {text}", cure=_NETWORK_CURE)
    return VenueError(f"{name} refused the request: {text}")


def in_short(text: str) -> str:
    """`text` of a venue without markup, on one line, at most 200 characters."""
    plain = " ".join(_MARKUP.sub(" ", text).split())
    return plain if len(plain) <= 200 else plain[:199] + "…"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the Retry-After header, given as seconds or as a date beside the answer's own Date; None without a usable one."""
    plain = {name.lower(): value for name, value in headers.items()}
    given = plain.get("retry-after", "").strip()
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(given) - parsedate_to_datetime(plain.get("date", ""))).total_seconds())
    except (ValueError, TypeError):
        return None


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
