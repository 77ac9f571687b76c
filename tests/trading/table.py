"""One account over invented candles, quotes and trades: the compiled rules asked directly, in the fewest words."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from terminal.domain.instrument import Instrument
from terminal.domain.orders import ExitReason
from terminal.trading import desk as tables
from terminal.trading.desk import BOOK, RULES, grid_of, grown, new_desk
from terminal.trading.marking import account_cash, account_value, held_quantity
from terminal.trading.matching import PATHS
from terminal.trading.placing import amend, cancel, new_ticket, place
from terminal.trading.quotes import live_book, live_mark, live_trade
from terminal.trading.walking import close_candle, live_candle

HOUR = 3_600_000_000_000
BUY, SELL = 1, -1
KINDS = {"market": tables.MARKET, "limit": tables.LIMIT, "stop": tables.STOP, "stop_limit": tables.STOP_LIMIT, "trail": tables.TRAIL}
FORCES = {"gtc": tables.GTC, "day": tables.DAY, "ioc": tables.IOC, "fok": tables.FOK}
STATES = {0: "accepted", 1: "filled", 2: "partial", 3: "cancelled", 4: "rejected", 5: "expired", 6: "triggered"}
Levels = Sequence[tuple[float, float]]


class Table:
    """An account with one instrument, one candle or message an hour. Settings are those of RULES and BOOK."""

    def __init__(self, cash: float = 10_000_000.0, *, tick: str | None = None, lot: str | None = None, path: str = "pessimistic", **settings: Any) -> None:
        rules, books = np.zeros(1, RULES), np.zeros(1, BOOK)
        rules["participation"], rules["leverage"], rules["path"] = np.inf, 1.0, PATHS[path]
        what = Instrument("test", "X", tick=None if tick is None else Decimal(tick), lot=None if lot is None else Decimal(lot))
        for name, value in (grid_of(what) | {"fee_cap": math.inf}).items():
            books[name] = value
        for name, value in settings.items():
            (rules if name in (RULES.names or ()) else books)[name] = value
        self.desk = new_desk(rules, books, cash)
        self.row = -1
        self.bids, self.asks = np.empty((0, 2)), np.empty((0, 2))

    def order(self, side: int, quantity: float = math.inf, *, kind: str = "", force: str = "gtc", hours: float = 0, **fields: Any) -> int:
        """Places an order and returns its id; `hours` is how long it lives from the last candle on."""
        if not kind:
            kind = "stop_limit" if {"price", "trigger"} <= set(fields) else "limit" if "price" in fields else "stop" if "trigger" in fields else ""
            kind = kind or ("trail" if "trail" in fields else "market")
        if hours:
            fields["expires"] = int((self.row + hours) * HOUR)
        fields.setdefault("reason", int(ExitReason.SIGNAL))
        ticket = new_ticket(side=side, kind=KINDS[kind], force=FORCES[force], quantity=quantity, from_row=self.row + 1, **({"size": quantity} | fields))
        self.desk = grown(self.desk)
        return int(place(self.desk, 0, ticket))

    def buy(self, quantity: float = math.inf, **fields: Any) -> int:
        return self.order(BUY, quantity, **fields)

    def sell(self, quantity: float = math.inf, **fields: Any) -> int:
        return self.order(SELL, quantity, **fields)

    def candle(self, open_: float, high: float, low: float, close: float, volume: float = 1e9) -> None:
        self.row += 1
        self.desk = grown(self.desk)
        live_candle(self.desk, 0, self.row, self.row * HOUR, float(open_), float(high), float(low), float(close), float(volume))

    def flat(self, price: float, volume: float = 1e9) -> None:
        """A candle of one price."""
        self.candle(price, price, price, price, volume)

    def at_close(self, close: float, volume: float = 1e9) -> None:
        close_candle(self.desk, 0, float(close), float(volume))

    def book(self, bids: Levels, asks: Levels) -> None:
        """A new book."""
        self.row += 1
        self.bids, self.asks = np.array(bids, float).reshape(-1, 2), np.array(asks, float).reshape(-1, 2)
        self.again()

    def again(self) -> None:
        """The same book is looked at once more: an order has come since."""
        self.desk = grown(self.desk, len(self.bids) + len(self.asks))
        self.desk.orders["from_row"] = 0
        live_book(self.desk, 0, self.row, self.row * HOUR, self.bids, self.asks)

    def quote(self, bid: float, ask: float, size: float = 1e9) -> None:
        self.book([(bid, size)], [(ask, size)])

    def trade(self, price: float, size: float = 1e9) -> None:
        self.row += 1
        self.desk = grown(self.desk, len(self.bids) + len(self.asks))
        live_trade(self.desk, 0, self.row, self.row * HOUR, float(price), float(size), self.bids, self.asks)

    def mark(self, price: float) -> None:
        self.row += 1
        live_mark(self.desk, 0, self.row, self.row * HOUR, float(price), self.bids, self.asks)

    def cancel(self, order: int) -> bool:
        return bool(cancel(self.desk, 0, order))

    def amend(self, order: int, quantity: float = math.nan, price: float = math.nan, trigger: float = math.nan) -> int:
        return int(amend(self.desk, 0, order, quantity, price, trigger))

    def fills(self, order: int | None = None) -> list[tuple[float, float]]:
        """(quantity, price) of each fill, of one order or of all in their order."""
        rows = self.desk.fills[: int(self.desk.totals["fills"][0])]
        return [(float(row["quantity"]), float(row["price"])) for row in rows if order is None or row["order"] == order]

    def fees(self, order: int) -> list[float]:
        rows = self.desk.fills[: int(self.desk.totals["fills"][0])]
        return [float(row["commission"]) for row in rows if row["order"] == order]

    def takers(self) -> list[bool]:
        return [bool(row["is_taker"]) for row in self.desk.fills[: int(self.desk.totals["fills"][0])]]

    def story(self, order: int) -> list[str]:
        """What happened to an order, in words."""
        return [STATES[int(row["kind"])] for row in self._events() if row["order"] == order]

    def state(self, order: int) -> str:
        return self.story(order)[-1]

    def cause(self, order: int) -> int:
        """Why it ended, as the table's code."""
        return int([row["cause"] for row in self._events() if row["order"] == order][-1])

    def _events(self) -> Any:
        return self.desk.events[: int(self.desk.totals["events"][0])]

    def waiting(self) -> list[int]:
        """The ids of orders that may still fill."""
        rows = self.desk.orders[0, : int(self.desk.books["working"][0])]
        return [int(row["id"]) for row in rows if row["state"] != tables.DONE]

    def row_of(self, order: int) -> Any:
        """The row of an order in the table."""
        rows = self.desk.orders[0, : int(self.desk.books["working"][0])]
        return rows[[int(row["id"]) for row in rows].index(order)]

    def children(self, entry: int) -> dict[str, Any]:
        """The protective orders on an entry's lot, by their reason in words."""
        rows = self.desk.orders[0, : int(self.desk.books["working"][0])]
        return {ExitReason(int(row["reason"])).words: row for row in rows if row["lot"] == entry and row["state"] != tables.DONE}

    @property
    def held(self) -> float:
        return float(held_quantity(self.desk, 0))

    @property
    def value(self) -> float:
        return float(account_value(self.desk))

    @property
    def free(self) -> float:
        return float(account_cash(self.desk))

    @property
    def trades(self) -> Any:
        return self.desk.trades[: int(self.desk.totals["trades"][0])]
