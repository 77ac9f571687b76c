"""Repair: asks the same venue again, or a second one, for the candles that a stored series lacks.

What comes is filed under the series it repairs, with the second venue's name on the receipt.
"""

from dataclasses import replace

from terminal.domain.errors import BadInput
from terminal.domain.series import SeriesKey
from terminal.market.download import Extraction, Lanes, Means, find_instrument, require_timeframe, run_all, stoppable
from terminal.market.download_patience import Patience
from terminal.market.download_series import SeriesDownload
from terminal.market.ports import CandleSource
from terminal.market.store import CandleStore, SeriesInfo


async def repair(source: CandleSource, store: CandleStore, key: SeriesKey, *, means: Means) -> Extraction:
    """What `source` could fill of the gaps of `key`; its note says how many candles are still missing.

    Raises BadInput where nothing is stored under `key` or invented prices would fill a gap among real ones, and as `extract` does.
    """
    info = store.info(key)
    if info is None:
        raise BadInput(f"Nothing is stored of {key}.", cure="Extract it first.")
    if source.simulated and not info.provenance.simulated:
        raise BadInput(f"The gaps of {key} cannot be filled from {source.name}: its prices are invented.", cure="Choose a venue with real prices.")
    return await stoppable(_repair(source, store, info, means), means.cancelled)


async def _repair(source: CandleSource, store: CandleStore, info: SeriesInfo, means: Means) -> Extraction:
    key, ranges = info.key, info.gaps
    patience = Patience(means.sleep, means.rng)

    def say(words: str) -> None:
        means.report(0, info.missing_bars, words)

    require_timeframe(source.name, await patience.ask(source.timeframes, say), key.timeframe)
    instrument = find_instrument(source.name, await patience.ask(source.instruments, say), key.symbol)
    now = min(means.clock(), await patience.ask(source.now, say))
    lanes = Lanes(means.report)
    download = SeriesDownload(source, store, instrument, info.instrument, key.timeframe, ranges, now, patience, means.clock, lanes, means.stored)
    lanes.expect({key.symbol: download.total})
    (outcome,) = await run_all([download], 1)
    after = store.info(key)
    left = after.missing_bars if after is not None else 0
    note = f"{source.name} has no candles for the {left:,} still missing" if left else "no gap is left"
    start, end = (ranges[0][0], ranges[-1][1]) if ranges else (0, 0)
    return Extraction((replace(outcome, note=note),), start, end)
