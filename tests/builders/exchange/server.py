"""The HTTP server of the local exchange: a thread of its own, a count of every request, faults by script, and a limiter that bans."""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Self

from aiohttp import web

from . import binance, kraken
from .faults import Fault, FaultKind, Script
from .market import Listing

_CANDLE_PATHS = ("/api/v3/klines", "/0/public/OHLC")


class LocalExchange:
    """A context manager: `with LocalExchange([listing]) as exchange:` serves at `exchange.address`, Binance and Kraken side by side.

    `now` is the exchange's clock in ms; without one it stands in the middle of the last candle, which is thus still forming.
    More than `most_per_second` requests in a second earn HTTP 429; twenty of those in a row, a ban.
    """

    def __init__(
        self, listings: Iterable[Listing], *, now: int | Callable[[], int] | None = None, port: int = 0, most_per_second: int = 10_000, latency: float = 0.0
    ) -> None:
        self.listings = {listing.symbol: listing for listing in listings}
        newest = max((int(one.rows[-1, 0]) + one.step // 2 for one in self.listings.values()), default=0)
        self._now = now if now is not None else newest
        self.script = Script()
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.abuses = 0
        self.latency = latency
        self.waiting = threading.Event()
        """Set once a request fell into a black hole."""
        self._port = port
        self._most_per_second = most_per_second
        self._recent: deque[float] = deque()
        self._ready = threading.Event()
        self._never = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="local-exchange", daemon=True)
        self.address = ""

    @property
    def now(self) -> int:
        return self._now() if callable(self._now) else self._now

    @now.setter
    def now(self, milliseconds: int) -> None:
        self._now = milliseconds

    @property
    def candle_requests(self) -> list[dict[str, str]]:
        """The queries of all candle requests so far."""
        return [query for path, query in self.requests if path in _CANDLE_PATHS]

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the local exchange did not start within 10 s")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", self._port, backlog=256)
        self._loop.run_until_complete(site.start())
        self._port = runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.requests.append((request.path, query))
        number = len(self.candle_requests) if request.path in _CANDLE_PATHS else None
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self._abuse() or self.script.fault_of(number)
        status, body = self._route(request.path, query)
        if fault is not None:
            return await self._fail(request, fault, body)
        return web.json_response(body, status=status)

    def _route(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        now = self.now
        match path:
            case "/api/v3/exchangeInfo":
                return binance.exchange_info(self.listings, now)
            case "/api/v3/time":
                return 200, {"serverTime": now}
            case "/api/v3/klines":
                return binance.klines(self.listings, query, now)
            case "/0/public/AssetPairs":
                return kraken.asset_pairs(self.listings)
            case "/0/public/Time":
                return kraken.server_time(now)
            case "/0/public/OHLC":
                return kraken.ohlc(self.listings, query, now)
            case _:
                return 404, {"code": 404, "msg": f"Nothing at {path}."}

    def _abuse(self) -> Fault | None:
        second = time.monotonic()
        self._recent.append(second)
        while self._recent and second - self._recent[0] > 1:
            self._recent.popleft()
        if len(self._recent) <= self._most_per_second:
            return None
        self.abuses += 1
        return Fault(FaultKind.BANNED, 120) if self.abuses > 20 else Fault(FaultKind.TOO_MANY, 1)

    async def _fail(self, request: web.Request, fault: Fault, body: Any) -> web.StreamResponse:
        wait = {} if fault.seconds is None else {"Retry-After": f"{fault.seconds:g}"}
        text = json.dumps(body)
        match fault.kind:
            case FaultKind.TOO_MANY:
                return web.json_response({"code": -1003, "msg": "Too many requests."}, status=429, headers=wait)
            case FaultKind.BANNED:
                return web.json_response({"code": -1003, "msg": "Way too much request weight used; IP banned until 1700000000000."}, status=418, headers=wait)
            case FaultKind.SERVER_ERROR:
                return web.Response(text="<html><h1>Bad gateway</h1></html>", status=fault.status, content_type="text/html")
            case FaultKind.TRUNCATED:
                return web.Response(text=text[: len(text) // 2], content_type="application/json")
            case FaultKind.GEO_BLOCK:
                return web.json_response({"code": 0, "msg": "Service unavailable from a restricted location."}, status=451)
            case FaultKind.GEO_WORDS:
                return web.Response(text="<html>The service is not available in your country.</html>", status=403, content_type="text/html")
            case FaultKind.NOT_FOUND:
                return web.Response(text="<html>Not found</html>", status=404, content_type="text/html")
            case FaultKind.BAD_ROWS:
                return web.json_response([[row[0], None, *row[2:]] if place % 2 else row for place, row in enumerate(body)])
            case FaultKind.BLACK_HOLE:
                self.waiting.set()
                await self._never.wait()
            case FaultKind.BROKEN_OFF:
                response = web.StreamResponse(headers={"Content-Length": str(len(text)), "Content-Type": "application/json"})
                await response.prepare(request)
                await response.write(text[: len(text) // 2].encode())
            case FaultKind.RESET:
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
