"""What the window imports before it shows must not drag a heavy library along."""

import subprocess
import sys

HEAVY = ("talib", "pandas", "numba", "scipy", "ccxt", "pyarrow", "PySide6")


def test_listing_strategies_and_describing_indicators_imports_nothing_heavy() -> None:
    code = (
        "import sys, pathlib\n"
        "import terminal.app.strategies, terminal.indicators.catalogue, terminal.stats.verdict, terminal.stats.measures\n"
        "from terminal.strategies.library import StrategyLibrary\n"
        "assert all(entry.error is None for entry in StrategyLibrary(pathlib.Path('nowhere')).entries())\n"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == ""
