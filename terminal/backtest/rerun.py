"""Runs a strategy again with other candles, parameters or settings: what every doubt about a result asks for.

Shared by stress, sensitivity, envelope, causality and review; records nothing.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.work import CancelQuestion, never
from terminal.strategies.contract import Strategy


def rerun(strategy: Strategy, candles: Candles, options: Options, cancelled: CancelQuestion = never, **changes: Any) -> Result:
    """The result of `strategy` on `candles` by `options` with `changes` made to them; raises what `backtest` raises."""
    chosen = replace(options, **changes) if changes else options
    return backtest(strategy, candles, cancelled=cancelled, **{item.name: getattr(chosen, item.name) for item in fields(Options)})


def options_of(settings: Mapping[str, Any], start: int | None) -> Options:
    """The options by which a kept run was made, read from its `settings`; `start` in UTC ns, None = the first candle."""
    given = {item.name: settings[item.name] for item in fields(Options) if item.name in settings and item.name != "start"}
    return Options(**given, start=start)


def first_row(candles: Candles, options: Options) -> int:
    """The row of the first candle that may decide."""
    return 0 if options.start is None else int(np.searchsorted(candles.time, options.start))
