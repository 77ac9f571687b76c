"""Draws ticks anew: every message keeps its place and its shape, its prices and sizes are multiplied.

Used by `shocks_struck` and by the look-ahead firewall; what it makes says that it is invented.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import BadInput
from terminal.domain.ticks import Ticks

Values = NDArray[np.float64]


def scaled(ticks: Ticks, prices: Values, sizes: Values, detail: str) -> Ticks:
    """`ticks` with the prices of each message times `prices` and its sizes times `sizes`, both of shape (n,); nothing is put on the grid."""
    columns: dict[str, Any] = {"price": ticks.price * prices, "size": ticks.size * sizes}
    for levels, rows in (("bids", ticks.bid_rows), ("asks", ticks.ask_rows)):
        factors = np.column_stack([np.repeat(each, np.diff(rows)) for each in (prices, sizes)])
        columns[levels] = getattr(ticks, levels) * factors
    return replace(ticks, **columns, provenance=Provenance(f"{ticks.provenance.source}, redrawn", simulated=True, detail=detail))


def like(ticks: Ticks, drawn: Candles) -> Ticks:
    """`ticks` moved so that the candles made of them open and close as `drawn` does; from its first to its last message each glides.

    Raises BadInput where nothing was traded or quoted.
    """
    made = ticks.candles
    if not len(made):
        raise BadInput("There are no prices in these ticks.", cure="Give trades or quotes.")
    opens, closes = np.log(drawn.open / made.open), np.log(drawn.close / made.close)
    first = np.searchsorted(ticks.time, made.time)
    last = np.searchsorted(ticks.time, made.time + made.timeframe.nanoseconds) - 1
    rows = np.maximum(np.searchsorted(made.time, ticks.time, side="right") - 1, 0)
    length = (last - first)[rows]
    way = np.where(length > 0, (np.arange(len(ticks)) - first[rows]) / np.maximum(length, 1), 1.0)
    way = np.clip(way, 0.0, 1.0)
    volumes = np.divide(drawn.volume, made.volume, out=np.ones(len(made)), where=made.volume > 0)
    return scaled(ticks, np.exp(opens[rows] * (1 - way) + closes[rows] * way), volumes[rows], drawn.provenance.detail)
