"""The options of a run as a face asked for them: over the person's settings, files read, finer candles found in the store.

Called by the handlers that run backtests.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.app.commands import ListSeries, LoadCandles
from terminal.app.run_world import with_world
from terminal.backtest.declared import DECLARED, DECLARED_FILLS, DECLARED_MEASURES, overruled
from terminal.domain.errors import BadInput
from terminal.domain.series import SeriesKey
from terminal.domain.work import CancelQuestion, silent

if TYPE_CHECKING:
    from terminal.app.terminal import Terminal
    from terminal.domain.candles import Candles
    from terminal.domain.ticks import Ticks

MONEY = ("capital", "commission", "slippage", "size", *DECLARED, *DECLARED_FILLS, *DECLARED_MEASURES)
"""Settings of the program that are options of a run."""


def money_of(terminal: "Terminal", given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The options of a run that the person's settings name, those `given` for this run over them."""
    return overruled({name: terminal.settings[name] for name in MONEY}, given or {})


def options_for(terminal: "Terminal", given: Mapping[str, Any], candles: "Sequence[Candles]", cancelled: CancelQuestion) -> dict[str, Any]:
    """The options for `candles`: `given` over the settings, a funding file read, the finer candles for "detail" looked for in the store."""
    options = with_world(money_of(terminal, given))
    funding, finer = options.get("funding"), options.get("finer")
    if isinstance(funding, str | Path) and str(funding) != "off":
        from terminal.venues.files.rates import read_funding

        options["funding"] = read_funding(Path(funding).expanduser())
    if isinstance(finer, str | Path):
        options["finer"] = read_finer(Path(finer).expanduser())
    elif options.get("path") == "detail" and finer is None:
        found = [series for each in candles if (series := finer_of(terminal, each, cancelled)) is not None]
        if found:
            options["finer"] = found
    if options.get("finer") is not None and options.get("path") != "detail":
        raise BadInput("Finer candles are given, but the path inside a candle is not theirs.", cure="Choose the path detail.")
    return options


def read_finer(path: Path) -> "Candles | Ticks":
    """The finer candles of a file, or its trades; raises BadInput for one that holds neither."""
    from terminal.app.research import read_candles, read_ticks

    try:
        return read_candles(path)
    except BadInput as no_candles:
        try:
            return read_ticks(path)
        except BadInput:
            raise no_candles from None


def finer_of(terminal: "Terminal", candles: "Candles", cancelled: CancelQuestion) -> "Candles | None":
    """The finest stored candles of the same instrument within the time of `candles`, None where the store has none finer."""
    key = SeriesKey(candles.instrument.venue, candles.instrument.symbol, candles.timeframe)
    stored = [info.key.timeframe for info in terminal.execute(ListSeries(), silent, cancelled) if (info.key.venue, info.key.symbol) == (key.venue, key.symbol)]
    start, end = int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.nanoseconds
    for timeframe in sorted(stored, key=lambda each: each.nanoseconds):
        if timeframe.nanoseconds >= candles.timeframe.nanoseconds:
            return None
        found: Candles = terminal.execute(LoadCandles(SeriesKey(key.venue, key.symbol, timeframe), start, end), silent, cancelled)
        if len(found):
            return found
    return None
