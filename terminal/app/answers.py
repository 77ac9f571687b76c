"""The types of answers, by one name each, for faces that annotate what they were answered. Imported for type checking only.

The rooms that make them are lower than the window may look; `app` passes their names on.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terminal.app.run_files import RunInfo
    from terminal.app.runs import Run
    from terminal.backtest.doubts.causality import Causality
    from terminal.backtest.doubts.comparison import Comparison
    from terminal.backtest.doubts.crises import CrisisReplay
    from terminal.backtest.doubts.envelope import Envelope
    from terminal.backtest.doubts.question import Doubt
    from terminal.backtest.doubts.review import Review
    from terminal.backtest.doubts.sensitivity import SensitivityReport
    from terminal.backtest.doubts.stress import StressReport
    from terminal.backtest.result import Result
    from terminal.market.download import Extraction
    from terminal.market.quality import QualityReport
    from terminal.market.store import Receipt, SeriesInfo
    from terminal.stats.monte_carlo import MonteCarlo
    from terminal.strategies.loader import StrategyEntry
    from terminal.venues.files import Reading

_HOME_OF = {
    "Causality": "terminal.backtest.doubts.causality",
    "Comparison": "terminal.backtest.doubts.comparison",
    "CrisisReplay": "terminal.backtest.doubts.crises",
    "Doubt": "terminal.backtest.doubts.question",
    "Envelope": "terminal.backtest.doubts.envelope",
    "Extraction": "terminal.market.download",
    "MonteCarlo": "terminal.stats.monte_carlo",
    "QualityReport": "terminal.market.quality",
    "Reading": "terminal.venues.files",
    "Receipt": "terminal.market.store",
    "Result": "terminal.backtest.result",
    "Review": "terminal.backtest.doubts.review",
    "Run": "terminal.app.runs",
    "RunInfo": "terminal.app.run_files",
    "SensitivityReport": "terminal.backtest.doubts.sensitivity",
    "SeriesInfo": "terminal.market.store",
    "StrategyEntry": "terminal.strategies.loader",
    "StressReport": "terminal.backtest.doubts.stress",
}

__all__ = [
    "Causality",
    "Comparison",
    "CrisisReplay",
    "Doubt",
    "Envelope",
    "Extraction",
    "MonteCarlo",
    "QualityReport",
    "Reading",
    "Receipt",
    "Result",
    "Review",
    "Run",
    "RunInfo",
    "SensitivityReport",
    "SeriesInfo",
    "StrategyEntry",
    "StressReport",
]


def __getattr__(name: str) -> Any:
    """The type of that name, from the room that makes it."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'terminal.app.answers' has no attribute {name!r}")
    return getattr(import_module(home), name)
