"""The Python face for scripts and notebooks: candles from a file, a backtest in one call, the trial noted, the result savable.

`from terminal import backtest, read_candles`. The same simulation and the same ledger as the window and the command line.
"""

import functools
import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.app.commands import Beside
from terminal.app.memory import keep_freed_memory
from terminal.app.paths import Paths, prepare_compile_cache
from terminal.app.runs import Runs
from terminal.domain.candles import Candles
from terminal.domain.clock import system_clock
from terminal.domain.errors import BadInput, OutcryError
from terminal.domain.moments import parse_moment
from terminal.domain.ticks import Ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from terminal.backtest.result import Result
    from terminal.domain.size import Size
    from terminal.domain.timeframe import Timeframe
    from terminal.strategies.contract import Strategy


def read_candles(path: Path | str, *, symbol: str | None = None, timeframe: "Timeframe | str | None" = None, **corrections: str) -> Candles:
    """The candles of a CSV or Parquet file, its columns, times and number style detected; raises BadInput in words.

    `symbol` names the instrument, or picks it where the file holds several. Each of `corrections` overrules one guess, such as
    `zone="America/New_York"`; `venues.files.CORRECTIONS` lists them.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "spy.csv"
    ...     lines = ["date,open,high,low,close,volume", "2024-01-02,470,472,469,471,100", "2024-01-03,471,473,470,472,90", "2024-01-04,472,474,471,473,80"]
    ...     _ = path.write_text("\\n".join(lines))
    ...     candles = read_candles(path, timeframe="1d")
    >>> candles.close.tolist()
    [471.0, 472.0, 473.0]
    """
    from terminal.domain.timeframe import Timeframe
    from terminal.venues import files

    if not isinstance(path, str | os.PathLike):
        raise BadInput(f"`read_candles` was given {type(path).__name__}, not the name of a file.", cure="Write what it holds to a CSV or Parquet file first.")
    return files.read(
        path,
        symbol=symbol,
        timeframe=None if timeframe is None else Timeframe.parse(timeframe),
        corrections={name: str(value) for name, value in corrections.items()},
    )


def read_ticks(path: Path | str, *, symbol: str | None = None, timeframe: "Timeframe | str" = "1m", zone: str = "UTC", depth: int = 20) -> "Ticks":
    """The trades, quotes or books of a CSV or Parquet file, or of the log of a venue's stream (lines of JSON); raises BadInput in words.

    `symbol` names the instrument, or picks it where the file holds several; `zone` is that of times without one, `timeframe` the length
    of the candles made of them. Of a book `depth` levels are kept.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "trades.csv"
    ...     _ = path.write_text("time,price,size\\n2024-01-02T09:30:00.5Z,470.1,100\\n2024-01-02T09:30:01Z,470.2,50")
    ...     ticks = read_ticks(path)
    >>> ticks.words, ticks.candles.volume.tolist()
    ('2 trades', [150.0])
    """
    from terminal.domain.timeframe import Timeframe
    from terminal.venues.files.ticks import read_ticks as read

    if not isinstance(path, str | os.PathLike):
        raise BadInput(f"`read_ticks` was given {type(path).__name__}, not the name of a file.", cure="Make `Ticks.of_trades(...)` of arrays.")
    return read(path, symbol=symbol, timeframe=Timeframe.parse(timeframe), zone=zone, depth=depth)


def backtest(
    strategy: "Strategy | type[Strategy] | str | Sequence[Strategy | type[Strategy] | str]",
    candles: "Candles | Ticks | Sequence[Candles]",
    *,
    capital: float = 10_000.0,
    commission: float | None = None,
    slippage: float | None = None,
    size: "str | float | Size" = "100%",
    **options: Any,
) -> "Result":
    """What `strategy` (an object, its class, or the name or file of one) would have made of `candles`; lists of either share one account.

    In place of candles `ticks` (`read_ticks`) wake `on_tick` and `on_book`, and orders fill by what each message showed.
    The result has `metrics` (a mapping; rates are fractions), `trades` and `equity` (pandas), `verdict` and `save()`. Further
    options: path, delay_bars, fill_at, start (a date, or UTC ns), rates, actions, universe, portions …; `backtest.options.Options` explains them.
    The trial is noted in the ledger of this user; where that can't be written, a warning says so and the result is the same.
    Raises OutcryError in words.

    >>> import numpy as np
    >>> from terminal import Candles, Signals, Strategy
    >>> from terminal.domain.instrument import Instrument
    >>> from terminal.domain.timeframe import Timeframe
    >>> class Hold(Strategy):
    ...     def signals(self, candles):
    ...         return Signals(enter_long=True)
    >>> close = np.array([100.0, 100.0, 110.0])
    >>> time = np.arange(3) * Timeframe.D1.nanoseconds
    >>> days = Candles(Instrument("file", "SPY"), Timeframe.D1, time, close, close, close, close, np.ones(3))
    >>> result = backtest(Hold, days, commission=0, slippage=0)
    >>> round(result.metrics["total_return"], 6)
    0.1
    >>> result.trades[["side", "quantity", "reason"]].values.tolist()
    [['long', 100.0, 'open']]
    """
    keep_freed_memory()
    runs = _home()
    if not isinstance(candles, Candles | Ticks | list | tuple):
        raise BadInput(f"`backtest` was given {type(candles).__name__} as candles.", cure="Read them with `read_candles(path)`, or make `Candles(...)`.")
    start = options.get("start")
    if start is not None and not isinstance(start, int):
        options["start"] = parse_moment(str(start), "`start`")
    from terminal.backtest.handed_in import arrays_of
    from terminal.backtest.options import Options
    from terminal.backtest.run import backtest as simulate

    money: dict[str, Any] = {"capital": capital, "commission": commission, "slippage": slippage, "size": size}
    handed_in = arrays_of(Options.of(**money, **options), _symbols(candles))
    if isinstance(strategy, list | tuple):
        names, several, _ = zip(*map(_strategy, strategy), strict=True) if strategy else ((), (), ())
        result = simulate(several, candles, **money, **options)
        run = runs.record(result, names[0], origin="script", save=False, beside=[Beside(name) for name in names[1:]], handed_in=handed_in)
    else:
        name, chosen, code = _strategy(strategy)  # type: ignore[arg-type] # mypy keeps the sequence
        result = simulate(chosen, candles, code=code, **money, **options)
        run = runs.record(result, name, origin="script", save=False, handed_in=handed_in)
    if run.trouble is not None:
        warnings.warn(f"This run was not noted in the trial ledger. {run.trouble}", stacklevel=2)
        return replace(run.result, saver=functools.partial(_refuse, run.trouble))
    return run.result


def _symbols(candles: "Candles | Ticks | Sequence[Candles]") -> list[str]:
    """The instruments of what was given as candles; whatever is none is refused later, in words."""
    several = [candles] if isinstance(candles, Candles | Ticks) else candles
    return [each.instrument.symbol for each in several if isinstance(each, Candles | Ticks)]


def _strategy(given: "Strategy | type[Strategy] | str") -> "tuple[str, Strategy | type[Strategy], str | None]":
    """The name, the strategy, and the fingerprint of its file where it came from one."""
    if isinstance(given, str | Path):
        from terminal.strategies.library import StrategyLibrary

        entry = StrategyLibrary(Paths.of().strategies).find(given)
        return str(given), entry.demand_class(), entry.code_fingerprint
    from terminal.strategies.contract import Strategy

    kind = given if isinstance(given, type) else type(given)
    if not issubclass(kind, Strategy):
        raise BadInput(f"{given!r} is no strategy.", cure="Give a Strategy class, an object of one, or the name or file of one.")
    return kind.__name__, given, None


def _home() -> Runs:
    """The runs of this user's home, with numba's cache beside them, which numba must hear of before it is imported."""
    paths = Paths.of()
    prepare_compile_cache(paths)
    return _runs_in(paths.runs)


@functools.lru_cache(maxsize=4)
def _runs_in(folder: Path) -> Runs:
    return Runs(folder, system_clock)


def _refuse(error: OutcryError, result: "Result") -> str:  # noqa: ARG001 - a saver's form
    raise error
