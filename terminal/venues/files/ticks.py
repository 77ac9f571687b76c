"""A file of trades, quotes or books becomes ticks: CSV or Parquet with a message a row, or the lines of JSON that a venue's stream was.

Beside the import of candles; nothing is stored.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Provenance
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import Timeframe
from terminal.venues.files.tick_table import TickTable, table_of_one
from terminal.venues.files.times import zone_named

_PRICES = ("price", "tradeprice", "px", "p", "last", "lastprice")
_SIZES = ("size", "amount", "quantity", "qty", "volume", "lastsize", "lastquantity", "q")
_SIDES = ("side", "takerside", "aggressorside", "aggressor", "direction")
_MAKERS = ("isbuyermaker", "buyermaker", "m")
_MARKS = ("markprice", "mark")
_DOUBTS = ("suspicious",)
_BUYS, _SELLS = ("buy", "b", "1", "bid", "buyer", "long"), ("sell", "s", "-1", "ask", "a", "seller", "short")
_LEVEL = re.compile(r"(?:best)?(bid|ask)s?(\d*)(price|px|)(\d*)")
_LEVEL_SIZE = re.compile(r"(?:best)?(bid|ask)s?(\d*)(size|sz|qty|quantity|amount|volume|vol)(\d*)")
_JSON = (".jsonl", ".ndjson", ".json", ".log")
DEPTH = 20


def read_ticks(
    path: Path | str,
    *,
    symbol: str | None = None,
    timeframe: Timeframe = Timeframe.M1,
    zone: str = "UTC",
    depth: int = DEPTH,
    instrument: Instrument | None = None,
) -> Ticks:
    """The messages of the file, in the order of time. `symbol` (or a whole `instrument`) names what is traded, else the file does.

    Where the file holds several symbols, in a column or in its messages, `symbol` picks one and must be given.

    A table has a time and price and size of a trade, or bid and ask with their sizes, or such columns numbered by level
    (`bid_price_1`, `bids[0].price`, `bid_px_00`); a row with both shows the quote, then the trade. Times without a zone are those of
    `zone`. Lines of JSON are Binance's streams (trade, bookTicker, depthUpdate after its snapshot), or whole books with `bids` and
    `asks`; of a book `depth` levels are kept. Raises BadInput in words.
    """
    where = Path(path)
    if not where.is_file():
        raise BadInput(f"There is no file {where}.", cure="Check its name.")
    bare = where.with_suffix("") if where.suffix.lower() == ".gz" else where
    if bare.suffix.lower() in _JSON:
        from terminal.venues.files.stream_log import read_stream

        return read_stream(where, symbol=symbol, timeframe=timeframe, depth=depth, instrument=instrument)
    table, held = table_of_one(where, bare.suffix.lower(), symbol or (instrument.symbol if instrument is not None else None))
    chosen = instrument or instrument_named(symbol or held or bare.stem)
    return _ticks_of(table, chosen, timeframe, zone_named(zone), depth)


def instrument_named(symbol: str) -> Instrument:
    """An instrument of a file: what stands behind a stroke in the symbol is the currency of its prices."""
    quote = symbol.partition("/")[2].partition(":")[0]
    return Instrument("file", symbol, quote=quote) if quote else Instrument("file", symbol)


def _ticks_of(table: TickTable, instrument: Instrument, timeframe: Timeframe, zone: str, depth: int) -> Ticks:
    time, price, size, mark = table.times(zone), table.find(_PRICES), table.find(_SIZES), table.find(_MARKS)
    levels, parts = _levels(table), []
    order = np.argsort(time, kind="stable")
    common = {"timeframe": timeframe, "provenance": Provenance(table.path.name)}
    if levels["bid"] and levels["ask"]:
        parts.append(_books(table, levels, instrument, time, order, depth, common))
    if price is not None and size is not None:
        prices, sizes = table.numbers(price)[order], table.numbers(size)[order]
        kept = ~np.isnan(prices) & ~_doubted(table)[order]
        common["provenance"] = Provenance(table.path.name, detail=_told(len(kept) - int(kept.sum())))
        parts.append(Ticks.of_trades(instrument, time[order][kept], prices[kept], sizes[kept], _sides(table)[order][kept], **common))
    elif mark is not None:
        parts.append(Ticks.of_marks(instrument, time[order], table.numbers(mark)[order], **common))
    if not parts:
        held = ", ".join(str(name) for name in table.columns.column_names)
        raise BadInput(f"{table.path.name} holds neither trades nor quotes: {held}.", cure="Give columns price and size, or bid, bid_size, ask and ask_size.")
    return parts[0] if len(parts) == 1 else Ticks.merged(*parts)


def _told(left_out: int) -> str:
    return f"{left_out:,} rows without a price or marked suspicious were left out" if left_out else ""


def _levels(table: TickTable) -> dict[str, dict[int, tuple[str, str]]]:
    """Of each side the columns of price and size by level, 0 where the file counts none."""
    found: dict[str, dict[int, list[str]]] = {"bid": {}, "ask": {}}
    for place, pattern in enumerate((_LEVEL, _LEVEL_SIZE)):
        for letters, name in table.names.items():
            match = pattern.fullmatch(letters)
            if match is not None:
                level = int(match[2] or match[4] or 0)
                found[match[1]].setdefault(level, ["", ""])[place] = name
    return {side: {level: (pair[0], pair[1]) for level, pair in sorted(levels.items()) if pair[0]} for side, levels in found.items()}


def _books(
    table: TickTable,
    levels: dict[str, dict[int, tuple[str, str]]],
    instrument: Instrument,
    time: NDArray[np.int64],
    order: NDArray[np.int64],
    depth: int,
    common: Any,
) -> Ticks:
    """The quotes or books of the table; raises BadInput where a price has no size beside it."""
    sides = []
    for side in ("bid", "ask"):
        shown = list(levels[side].values())[:depth]
        for price, size in shown:
            if not size:
                raise BadInput(
                    f"{table.path.name} has {price!r} without its size.", cure=f"Add a column such as {side}_size: fills need to know how much is there."
                )
        columns = [np.column_stack([table.numbers(price)[order], np.nan_to_num(table.numbers(size)[order])]) for price, size in shown]
        sides.append(np.stack(columns, axis=1))
    shows = ~np.isnan(sides[0][:, :, 0]).all(axis=1) | ~np.isnan(sides[1][:, :, 0]).all(axis=1)
    when, (bids, asks) = time[order][shows], (side[shows] for side in sides)
    if max(bids.shape[1], asks.shape[1]) > 1:
        return Ticks.of_books(instrument, when, bids, asks, **common)
    return Ticks.of_quotes(instrument, when, bids[:, 0, 0], bids[:, 0, 1], asks[:, 0, 0], asks[:, 0, 1], **common)


def _sides(table: TickTable) -> NDArray[np.int64]:
    """Who took: 1 a buyer, −1 a seller, 0 where the file does not say."""
    side, maker = table.find(_SIDES), table.find(_MAKERS)
    if side is not None:
        texts = table.texts(side)
        return np.array([1 if text in _BUYS else -1 if text in _SELLS else 0 for text in texts], np.int64)
    if maker is not None:
        return np.array([-1 if text in ("true", "1", "t", "yes") else 1 for text in table.texts(maker)], np.int64)
    return np.zeros(table.columns.num_rows, np.int64)


def _doubted(table: TickTable) -> NDArray[np.bool_]:
    """The rows that their source itself marks as suspicious."""
    name = table.find(_DOUBTS)
    if name is None:
        return np.zeros(table.columns.num_rows, bool)
    return np.array([text not in ("", "0", "false", "no") for text in table.texts(name)], bool)
