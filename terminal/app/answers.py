"""The types of answers, by one name each, for faces that annotate what they were answered. Imported for type checking only.

The rooms that make them are lower than the window may look; `app` passes their names on.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terminal.app.run_files import RunInfo
    from terminal.app.runs import Run
    from terminal.backtest.result import Result
    from terminal.market.download import Extraction
    from terminal.market.quality import QualityReport
    from terminal.market.store import Receipt, SeriesInfo
    from terminal.strategies.loader import StrategyEntry
    from terminal.venues.files import Reading

_HOME_OF = {
    "Extraction": "terminal.market.download",
    "QualityReport": "terminal.market.quality",
    "Reading": "terminal.venues.files",
    "Receipt": "terminal.market.store",
    "Result": "terminal.backtest.result",
    "Run": "terminal.app.runs",
    "RunInfo": "terminal.app.run_files",
    "SeriesInfo": "terminal.market.store",
    "StrategyEntry": "terminal.strategies.loader",
}

__all__ = ["Extraction", "QualityReport", "Reading", "Receipt", "Result", "Run", "RunInfo", "SeriesInfo", "StrategyEntry"]


def __getattr__(name: str) -> Any:
    """The type of that name, from the room that makes it."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'terminal.app.answers' has no attribute {name!r}")
    return getattr(import_module(home), name)
