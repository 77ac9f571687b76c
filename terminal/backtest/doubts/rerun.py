"""Runs a strategy again with other candles, parameters or settings: what every doubt about a result asks for.

Shared by stress, sensitivity, envelope, causality and review; records nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from terminal.backtest.handed_in import Arrays, options_from
from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.ticks import Ticks
from terminal.domain.work import CancelQuestion, never
from terminal.strategies.contract import Strategy

_NOT_SETTINGS = ("start", "finer", "rates", "series", "actions", "universe", "portions", "shares")
"""Options that a result's settings tell otherwise, or not at all."""
_NO_FUNDING = ("none", "left out")
"""How the words of a result begin where no funding rates were handed in."""


def rerun(
    strategy: Strategy | Sequence[Strategy],
    candles: Candles | Ticks | Sequence[Candles],
    options: Options,
    cancelled: CancelQuestion = never,
    code: str | None = None,
    **changes: Any,
) -> Result:
    """The result of `strategy` on `candles` by `options` with `changes` made to them; raises what `backtest` raises.

    `code` is the fingerprint of the strategy's file, where the result is to be filed as a trial.
    """
    chosen = replace(options, **changes) if changes else options
    return backtest(strategy, candles, code=code, cancelled=cancelled, **{item.name: getattr(chosen, item.name) for item in fields(Options)})


def options_of(settings: Mapping[str, Any], start: int | None, handed_in: Arrays | None = None) -> Options:
    """The options by which a kept run was made, read from its `settings` and what was `handed_in`; `start` in UTC ns, None = the first candle.

    Finer candles are left out. Raises BadInput where a run of an older version was handed data that it did not keep.
    """
    data = options_from(handed_in or {})
    if "funding" not in data and not str(settings.get("funding_series", "none")).startswith(_NO_FUNDING):
        raise _not_kept("The funding rates")
    if "actions" not in data and settings.get("actions"):
        raise _not_kept("The splits and dividends")
    if "universe" not in data and settings.get("universe") == "dated":
        raise _not_kept("The dated list")
    given = {}
    for item in fields(Options):
        value = settings.get(item.name)
        is_words = isinstance(value, str) and isinstance(item.default, int | float) and not isinstance(item.default, bool)  # such as "none"
        if value is not None and not is_words and item.name not in _NOT_SETTINGS:
            given[item.name] = value
    if "strategies" in settings:
        given["portions"] = tuple(each["share"] for each in settings["strategies"])
    return Options(**{**given, **data}, start=start)


def _not_kept(what: str) -> BadInput:
    return BadInput(
        f"{what} of this run were handed in and are not kept with it.", cure="Run the backtest again with them; newer runs keep what they are handed."
    )


def by_candles_alone(options: Options) -> Options:
    """`options` for candles that nothing finer belongs to: the pessimistic path where they were walked in detail."""
    return replace(options, path="pessimistic", finer=None) if options.path == "detail" else options


def first_row(candles: Candles, options: Options) -> int:
    """The row of the first candle that may decide."""
    return 0 if options.start is None else int(np.searchsorted(candles.time, options.start))
