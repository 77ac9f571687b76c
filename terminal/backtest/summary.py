"""From what the compiled loop left to a Result: the trade table, the benchmark, the measures, the settings and fingerprints.

Called once at the end of each run.
"""

import functools
import hashlib
import inspect
import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.breakdown import breakdown, cautions, cost_settings, told_detail
from terminal.backtest.evidence import Trials, judged
from terminal.backtest.holding import Holding
from terminal.backtest.options import Options
from terminal.backtest.result import SCHEMA, Result
from terminal.backtest.tabling import Notes, trade_table
from terminal.domain.candles import Candles, iso
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY
from terminal.stats import measures
from terminal.strategies.contract import Strategy
from terminal.strategies.loader import fingerprint


def result(
    strategy: Strategy,
    candles: Candles,
    options: Options,
    notes: Notes,
    first: int,
    book: NDArray[Any],
    equity: NDArray[np.float64],
    held: Holding,
    counts: Mapping[str, int],
    code: str | None,
) -> Result:
    """The finished run as a Result, judged as the only variant tried; `app.runs` judges it again with those it knows."""
    time, equity = candles.time[first:], equity[first:]
    table = trade_table(book, candles, notes, first)
    daily = measures.resample(time, equity, options.capital)
    held_to_end, multiplier = np.array([held.final()]), float(candles.instrument.multiplier)
    metrics = measures.measure(time, equity, options.capital, table, benchmark=held_to_end, daily=daily, multiplier=multiplier, risk_free=options.risk_free)
    metrics["calendar_days"] = (int(time[-1]) + candles.timeframe.nanoseconds - int(time[0])) / DAY
    metrics |= (
        breakdown(table, options, metrics["final_equity"]) | told_detail(options, [candles], [first]) | {name: float(count) for name, count in counts.items()}
    )
    is_simulated = candles.provenance.simulated
    metrics, verdict = judged(metrics, daily.returns, Trials(), is_simulated)
    instrument = candles.instrument
    for array in (equity, table):
        array.flags.writeable = False
    return Result(
        settings=settings_of(strategy, candles, options, first, daily.annual_days)
        | {"order": notes.order, "expires": notes.expires, "cautions": cautions(metrics, daily.deepest)},
        fingerprints=fingerprints_of(strategy, candles.fingerprint, code),
        metrics=metrics,
        verdict=verdict,
        candles_key=SeriesKey(instrument.venue, instrument.symbol, candles.timeframe),
        simulated=is_simulated,
        time=time,
        equity_values=equity,
        holding=held.curve,
        trade_table=table,
        reasons=notes.reasons,
        daily_returns=daily.returns,
        daily_days=daily.days,
    )


def settings_of(strategy: Strategy, candles: Candles, options: Options, first: int, annual_days: float) -> dict[str, Any]:
    """Every setting of the run and every convention behind its numbers, ready for JSON."""
    instrument = candles.instrument
    unknown = "not known: nothing was rounded"
    return {
        "schema": SCHEMA,
        "strategy": type(strategy).__name__,
        "parameters": dict(strategy.values),
        "venue": instrument.venue,
        "symbol": instrument.symbol,
        "timeframe": candles.timeframe.value,
        "calendar": instrument.calendar,
        "origin": "simulated" if candles.provenance.simulated else candles.provenance.source,
        "simulated": candles.provenance.simulated,
        "start": iso(int(candles.time[first])),
        "end": iso(int(candles.time[-1])),
        "candles": len(candles) - first,
        "warm_up_candles": first,
        "data_start": int(candles.time[0]),
        "asked_start": None if options.start is None else iso(options.start),
        "capital": options.capital,
        "currency": instrument.quote,
        "commission": options.commission,
        "slippage": options.slippage,
        "size": str(options.size),
        **cost_settings(options, candles),
        "path": options.path,
        "delay_bars": options.delay_bars,
        "fill_at": options.fill_at,
        "size_at": options.size_at,
        "fill_on_touch": options.fill_on_touch,
        "gap_improvement": options.gap_improvement,
        "lots": options.lots,
        "trigger": options.trigger,
        "unaffordable": options.unaffordable,
        "close_at_end": options.close_at_end,
        "pyramiding": options.pyramiding,
        "rebalance": options.rebalance,
        "drift": options.drift,
        "trailing_stop": "a fraction of the best price since entry, or a distance where given as Price",
        "tick": unknown if instrument.tick is None else str(instrument.tick),
        "lot": unknown if instrument.lot is None else str(instrument.lot),
        "minimum_notional": None if instrument.minimum_notional is None else str(instrument.minimum_notional),
        "multiplier": str(instrument.multiplier),
        "benchmark": "holding the instrument at the same costs",
        "risk_free": options.risk_free,
        "statistics": "simple returns of UTC days, the first counted from the capital, deviation with ddof 1",
        "annual_days": annual_days,
    }


def fingerprints_of(strategy: Strategy, data: str, code: str | None) -> dict[str, str]:
    """Hashes of data, code (`code` where the file's is known) and parameters, and the versions of what computed the result."""
    kind: type = type(strategy)
    parameters = json.dumps(dict(strategy.values), sort_keys=True, default=str)
    return {
        "data": data,
        "code": code if code is not None else code_fingerprint(kind),
        "parameters": hashlib.blake2b(parameters.encode(), digest_size=16).hexdigest(),
        **versions(),
    }


@functools.lru_cache(maxsize=256)
def code_fingerprint(strategy: type) -> str:
    """Hash of the text of a class that stands in a script or a notebook, of its compiled code where the text can't be found."""
    try:
        return fingerprint(inspect.getsource(strategy))
    except (OSError, TypeError):
        return hashlib.blake2b(_bytecode(strategy), digest_size=16).hexdigest()


def _bytecode(strategy: type) -> bytes:
    """What Python compiled of a class whose text can't be found, such as one typed into a prompt."""
    parts = [f"{name}{value.__code__.co_code!r}{value.__code__.co_consts!r}" for name, value in sorted(vars(strategy).items()) if inspect.isfunction(value)]
    return "|".join(parts).encode()


@functools.lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """The versions that a result depends on, by name."""
    found = {"python": platform.python_version()}
    for name in ("outcry", "numpy", "numba", "TA-Lib"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
