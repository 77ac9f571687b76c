"""The compiled and the event path make the same trades and the same equity, byte for byte, whatever is decided."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backtest.parity import SIZES, Tally, compare, many_cases, random_candles, random_case

OPTIONS = st.fixed_dictionaries(
    {
        "commission": st.sampled_from((0.0, 0.001, 0.01)),
        "slippage": st.sampled_from((0.0, 0.0005, 0.01)),
        "size": st.sampled_from(SIZES),
        "path": st.sampled_from(("pessimistic", "optimistic", "ohlc")),
        "fill_at": st.sampled_from(("open", "close")),
        "size_at": st.sampled_from(("decision", "fill")),
        "fill_on_touch": st.booleans(),
        "close_at_end": st.booleans(),
    }
)


@settings(max_examples=100)
@given(rows=st.integers(2, 200), seed=st.integers(0, 2**32 - 1), tick=st.sampled_from((None, "0.01", "0.5")), options=OPTIONS)
def test_random_strategies_trade_alike_on_random_candles(rows: int, seed: int, tick: str | None, options: dict[str, object]) -> None:
    random = np.random.default_rng(seed)
    _, differences = compare(random_case(random, random_candles(random, rows, tick), **options))
    assert not differences


def test_random_strategies_trade_alike_on_real_candles(shared: Path) -> None:
    tally = Tally()
    for case in many_cases(40, 7, shared):
        tally.add(case)
    assert not tally.differences
    assert tally.trades > 1_000
    assert {"signal", "stop loss", "take profit", "trailing stop", "reversal"} <= set(tally.exits)
