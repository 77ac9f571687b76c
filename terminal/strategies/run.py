"""Asks a strategy for its decisions and checks them once; whatever goes wrong comes back as one error that names file and line.

Called by the backtest (and later by sessions) with candles in hand; what leaves here can be traded without a second look.
"""

import dis
import traceback
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, Cancelled, StrategyError
from terminal.domain.signals import CheckedSignals, Signals, WrongSignal, minute
from terminal.domain.work import CancelQuestion, never
from terminal.strategies.contract import Strategy
from terminal.strategies.loader import failure
from terminal.strategies.watching import Overdue, watched

LONGER = 6.0
"""How many times as long as an event `signals` and `prepare` may take."""
_ROW_NAMES = ("row", "index", "bar", "i", "t", "n", "k")


def decide(strategy: Strategy, candles: Candles, leverage: float = 1.0, cancelled: CancelQuestion = never) -> CheckedSignals:
    """The checked decisions of `strategy` at the close of each of `candles`, for an account of such `leverage`; raises StrategyError, Cancelled.

    Warm-up values are NaN, so comparisons and divisions with them are silent while the strategy runs.
    """
    path = _file(type(strategy).signals.__code__.co_filename)
    try:
        with np.errstate(invalid="ignore", divide="ignore"), watched(cancelled, lambda: None, LONGER * strategy.patience):
            answer = strategy.signals(candles)
    except Cancelled:
        raise
    except Overdue as error:
        raise overdue(error, strategy, "`signals`", path, LONGER) from None
    except (Exception, SystemExit) as error:  # a stranger's strategy may raise anything; it is isolated and named
        raise failure(error, path, where=_candle_words(error.__traceback__, path, candles)) from error
    if not isinstance(answer, Signals):
        cure = "End `signals` with `return Signals(...)`."
        raise StrategyError(f"`signals` returned {type(answer).__name__}, not Signals.", file=path, line=_return_line(strategy), cure=cure)
    try:
        checked = answer.checked(len(candles), candles.time, leverage=leverage)
        _demand_levels(checked, candles)
    except BadInput as error:
        raise StrategyError(error.message, file=path, line=_return_line(strategy), cure=error.cure) from error
    return checked


@lru_cache(maxsize=256)
def _file(name: str) -> Path:
    return Path(name)


def overdue(error: Overdue, strategy: Strategy, what: str, path: Path, times: float = 1.0, where: str = "") -> StrategyError:
    """The words for `what` that took more than `times` the strategy's patience, at the line where it was stopped."""
    words = f"{what} was still running after {strategy.patience * times:g} s{where}."
    cure = f"Look for a loop that never ends, or set `patience = {6 * strategy.patience:g}` (seconds) in the class."
    place = failure(error, path)
    return StrategyError(words, file=path, line=place.line, column=place.column, cure=cure)


def _demand_levels(signals: CheckedSignals, candles: Candles) -> None:
    """Refuses absolute stops and targets on the wrong side of the price that an entry expects: its own, or the close it is decided at."""
    if not (signals.stop_loss_is_price or signals.take_profit_is_price):
        return
    both = signals.enter_long & signals.enter_short
    expected = {"market": candles.close, "stop": signals.trigger}.get(signals.waits_for, signals.limit)
    longs, shorts = signals.enter_long & ~both, signals.enter_short & ~both
    if signals.is_target:
        longs, shorts = signals.turns() & (signals.target > 0), signals.turns() & (signals.target < 0)
    for name, side, entries, sign in (
        ("stop_loss", "long", longs, 1.0),
        ("stop_loss", "short", shorts, -1.0),
        ("take_profit", "long", longs, -1.0),
        ("take_profit", "short", shorts, 1.0),
    ):
        if not getattr(signals, f"{name}_is_price"):
            continue
        level: NDArray[np.float64] = getattr(signals, name)
        wrong = np.flatnonzero(entries & (sign * (level - expected) >= 0))
        if len(wrong):
            row = int(wrong[0])
            where = "above" if level[row] > expected[row] else "below" if level[row] < expected[row] else "at"
            compared = {"above": ">", "below": "<", "at": "="}[where]
            values = f"{level[row]:,.8g} {compared} {expected[row]:,.8g}"
            cure = "Stops lie below the entry of a long and above that of a short, targets on the other side."
            raise WrongSignal(f"`{name}` is {where} the entry of a {side}", row=row, time=int(candles.time[row]), value=values, cure=cure)


def _return_line(strategy: Strategy) -> int:
    """The line of the last `return` of `signals`, where the mistaken values left the strategy."""
    code = type(strategy).signals.__code__
    places = [step.positions for step in dis.get_instructions(code) if step.opname.startswith("RETURN")]
    return max((place.lineno for place in places if place is not None and place.lineno is not None), default=code.co_firstlineno)


def _candle_words(trace: TracebackType | None, path: Path, candles: Candles) -> str:
    """ " at 2021-05-19 12:00 (row 70,000)" where the failing line was walking over rows, else nothing."""
    frame: FrameType | None = None
    for step, _ in traceback.walk_tb(trace):
        if step.f_code.co_filename == str(path):
            frame = step
    if frame is None:
        return ""
    for name in _ROW_NAMES:
        row = frame.f_locals.get(name)
        if isinstance(row, int | np.integer) and not isinstance(row, bool) and 0 <= row < len(candles):
            return f" at {minute(int(candles.time[int(row)]))} ({name} = {int(row):,})"
    return ""
