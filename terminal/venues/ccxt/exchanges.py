"""Makes ccxt's own exchange objects, asynchronous and rate-limited, pointed at another address where one is set.

The first step of a download: the source asks what is made here, and every byte of an exchange passes through it.
"""

import gc
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from terminal.venues.ccxt.refusals import refusal_of_answer

_TIMEOUT_MS = 10_000
_SPOT_ONLY = {"binance": ("spot",)}  # ccxt would also load the futures, which have ids of their own: binanceusdm, binancecoinm


def exchange_ids() -> tuple[str, ...]:
    """Ids of the exchanges that ccxt supports, in alphabetical order; the first call imports ccxt (seconds)."""
    return tuple(sorted(_library().exchanges))


def make_exchange(exchange_id: str, address: str = "") -> Any:
    """A ccxt exchange of that id, to be used on one event loop; every request goes to `address` instead where it is not empty."""
    exchange = _watched(exchange_id)({"enableRateLimit": True, "timeout": _TIMEOUT_MS})
    exchange.has["fetchCurrencies"] = False  # markets carry what an instrument needs; currencies are a second, slow request
    if exchange_id in _SPOT_ONLY:
        exchange.options["fetchMarkets"] = {"types": list(_SPOT_ONLY[exchange_id])}
    exchange.options["fetchMargins"] = False
    exchange.timeout_on_exit = 0  # ccxt would dawdle a quarter of a second over each closing
    if address:
        exchange.urls["api"] = redirected(exchange.urls["api"], address)
    return exchange


def redirected(urls: Any, address: str) -> Any:
    """A ccxt tree of addresses with every one of them sent to `address`, paths kept; a half-rewritten tree would reach the real exchange."""
    if isinstance(urls, dict):
        return {name: redirected(part, address) for name, part in urls.items()}
    if isinstance(urls, list):
        return [redirected(part, address) for part in urls]
    if not isinstance(urls, str):
        return urls
    old, new = urlsplit(urls), urlsplit(address)
    scheme = new.scheme if not old.scheme.startswith("ws") else "wss" if new.scheme == "https" else "ws"
    return old._replace(scheme=scheme, netloc=new.netloc).geturl()


@lru_cache(maxsize=1)
def _library() -> ModuleType:
    """ccxt, imported without the collector: it would look through a hundred thousand new objects four times, and the window waits for each.

    They live as long as the program; frozen, no later collection looks through them either.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return import_module("ccxt.async_support")
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@lru_cache(maxsize=8)
def _watched(exchange_id: str) -> type[Any]:
    """The exchange's class, with answers that are refusals told apart while status and headers are still at hand."""
    original: type[Any] = getattr(_library(), exchange_id)

    class Watched(original):  # type: ignore[misc] # known only at run time
        def handle_errors(self, code: int, reason: str, url: str, method: str, headers: Any, body: Any, response: Any, *request: Any) -> Any:
            refusal = refusal_of_answer(str(self.name), code, headers or {}, body or "", has_answer=response is not None)
            if refusal is not None:
                raise refusal
            return super().handle_errors(code, reason, url, method, headers, body, response, *request)

        def handle_http_status_code(self, code: int, reason: str, url: str, method: str, body: str) -> None:
            """Nothing: `handle_errors` has judged the status, more finely than ccxt, which would retry a 404."""

    return Watched
