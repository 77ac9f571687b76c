"""A file of funding rates becomes a series: CSV or Parquet with a time, a rate and, where there is one, the mark price of each settlement.

Beside the import of candles; nothing is stored.
"""

from pathlib import Path

import numpy as np

from terminal.domain.errors import BadInput
from terminal.domain.rates import Funding
from terminal.venues.files.small_table import SmallTable

_RATES = ("rate", "fundingrate", "lastfundingrate", "open")
"""Names of the rate, in the order of preference; files made like candles keep it in the column of the open."""
_MARKS = ("mark", "markprice")


def read_funding(path: Path) -> Funding:
    """The funding rates that the file holds; raises BadInput in words."""
    table = SmallTable.read(path, "funding file")
    moments = table.moments("a funding time")
    rates = table.demanded("the rate", _RATES, "Call its columns time, rate and mark.")
    marks = table.column(_MARKS)
    try:
        return Funding.from_arrays(moments, np.asarray(rates, np.float64), None if marks is None else np.asarray(marks, np.float64), path.name)
    except (TypeError, ValueError):
        raise BadInput(f"A funding rate in {path.name} is not a number.", cure="Give fractions, such as 0.0001.") from None
