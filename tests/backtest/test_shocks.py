"""Shocked candles stay possible, move by what the shock says, leave the rest alone and say that they are invented."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.backtest.doubts.shocks import REGIMES, SHOCKS, Regime, Shock, scenario
from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.instrument import Instrument
from tests.backtest.builders import instrument
from tests.builders.walk import walk

ROW = 500
SIX = {
    "crash": (-0.20, 5, 2.5),
    "flash crash": (-0.10, 1, 5.0),
    "volatility spike": (None, 20, 3.0),
    "liquidity crunch": (-0.15, 10, 4.0),
    "trend reversal": (-0.25, 20, 1.0),
    "gradual decline": (-0.30, 50, 1.0),
}


def on_ticks(candles: Candles, tick: str) -> Candles:
    what = Instrument("bench", "BTC/USDT", tick=Decimal(tick))
    prices = [np.maximum(np.round(getattr(candles, name)), 1.0) for name in ("open", "high", "low", "close")]
    return Candles(what, candles.timeframe, candles.time, *prices, candles.volume, candles.provenance)


def possible(candles: Candles) -> bool:
    top, bottom = np.maximum(candles.open, candles.close), np.minimum(candles.open, candles.close)
    return bool((candles.low > 0).all() and (candles.low <= bottom).all() and (candles.high >= top).all() and np.isfinite(candles.high).all())


def log_returns(candles: Candles) -> np.ndarray:
    return np.diff(np.log(candles.close))


def test_the_six_are_those_that_were_promised() -> None:
    assert {shock.name: (shock.move, shock.bars, shock.volatility) for shock in SHOCKS} == SIX
    assert {regime.name: (regime.drift, regime.volatility) for regime in REGIMES} == {
        "bull": (1.5, 0.8),
        "bear": (-0.5, 1.5),
        "crash market": (-0.3, 3.0),
        "low volatility": (1.0, 0.5),
    }


@pytest.mark.parametrize("shock", SHOCKS, ids=lambda shock: shock.name)
def test_a_shock_moves_the_price_by_what_it_says_and_by_nothing_before(shock: Shock) -> None:
    candles = walk(1500)
    shocked = shock.applied(candles, ROW)
    assert possible(shocked)
    for name in ("open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(getattr(shocked, name)[:ROW], getattr(candles, name)[:ROW])
    moved = shocked.close[ROW + shock.bars - 1] / shocked.close[ROW - 1] - 1
    expected = candles.close[ROW + shock.bars - 1] / candles.close[ROW - 1] - 1 if shock.move is None else shock.move
    assert moved == pytest.approx(expected, abs=1e-12)
    after = ROW + shock.length
    np.testing.assert_allclose(log_returns(shocked)[after:], log_returns(candles)[after:], atol=1e-12)
    if shock.move is None or (shock.recovery and shock.recovered == 1):
        np.testing.assert_array_equal(shocked.close[after:], candles.close[after:])
    else:
        assert shocked.close[-1] / candles.close[-1] == pytest.approx((1 + shock.move) * candles.close[ROW - 1] / candles.close[ROW + shock.bars - 1])


@pytest.mark.parametrize("shock", [shock for shock in SHOCKS if shock.bars >= 5], ids=lambda shock: shock.name)
def test_a_shock_multiplies_the_movement_about_its_mean_by_its_volatility(shock: Shock) -> None:
    candles = walk(1500)
    shocked = shock.applied(candles, ROW)
    inside = slice(ROW - 1, ROW - 1 + shock.bars)
    assert log_returns(shocked)[inside].std() == pytest.approx(shock.volatility * log_returns(candles)[inside].std())


def test_a_flash_crash_leaves_nothing_to_trade_on_its_way_and_is_won_back_soon() -> None:
    candles = walk(1500)
    shock = SHOCKS[1]
    shocked = shock.applied(candles, ROW)
    gap = candles.open[ROW] / candles.close[ROW - 1]
    assert shocked.open[ROW] / shocked.close[ROW - 1] == pytest.approx(0.9 * gap**5)
    assert shocked.close[ROW + 5] == pytest.approx(candles.close[ROW + 5])


def test_a_liquidity_crunch_takes_the_volume_with_it_until_it_recovers() -> None:
    candles = walk(1500)
    shock = SHOCKS[3]
    part = shock.applied(candles, ROW).volume[ROW : ROW + shock.length] / candles.volume[ROW : ROW + shock.length]
    assert part[: shock.bars] == pytest.approx(0.25)
    assert (np.diff(part[shock.bars :]) > 0).all()


def test_shocked_candles_say_that_they_are_invented_and_are_known_apart() -> None:
    candles = walk(300)
    crash = SHOCKS[0].applied(candles, 100)
    assert crash.provenance.simulated
    assert "shocked" in crash.provenance.source
    assert "−20.0 % over 5 candles" in crash.provenance.detail
    marks = {shock.applied(candles, row).fingerprint for shock in SHOCKS for row in (100, 101)}
    assert len(marks | {candles.fingerprint}) == 13
    assert crash.fingerprint == SHOCKS[0].applied(walk(300), 100).fingerprint
    assert not crash.close.flags.writeable


def test_shocked_prices_lie_on_the_ticks_of_their_instrument() -> None:
    candles = on_ticks(walk(400), "1")
    for each in (*SHOCKS, *REGIMES):
        shocked = each.applied(candles, each.strikes(candles, 0, 0.5))
        assert possible(shocked)
        np.testing.assert_array_equal(shocked.close, np.round(shocked.close))


@given(
    rows=st.integers(30, 120),
    seed=st.integers(0, 10_000),
    move=st.one_of(st.none(), st.floats(-0.95, 3.0)),
    bars=st.integers(1, 15),
    volatility=st.floats(0.1, 20.0),
    recovery=st.integers(0, 12),
    recovered=st.floats(0.0, 1.0),
    gap=st.booleans(),
    at=st.floats(0.0, 1.0),
)
@settings(max_examples=150)
def test_any_shock_leaves_candles_possible(
    rows: int, seed: int, move: float | None, bars: int, volatility: float, recovery: int, recovered: float, gap: bool, at: float
) -> None:
    candles = walk(rows, seed=seed)
    shock = Shock("any", move, bars, volatility, recovery, recovered, gap=gap)
    row = shock.strikes(candles, 0, at)
    shocked = shock.applied(candles, row)
    assert 1 <= row <= rows - shock.length
    assert possible(shocked)
    assert len(shocked) == rows
    if move is not None:
        assert shocked.close[row + bars - 1] / shocked.close[row - 1] - 1 == pytest.approx(move, abs=1e-9)


def test_a_regime_changes_the_mean_and_the_movement_of_all_candles() -> None:
    candles = walk(2000)
    usual = log_returns(candles)
    for regime in REGIMES:
        shocked = regime.applied(candles)
        assert possible(shocked)
        assert log_returns(shocked).mean() == pytest.approx(regime.drift * abs(usual.mean()))
        assert log_returns(shocked).std() == pytest.approx(regime.volatility * usual.std())


def test_a_bull_market_rises_even_where_the_candles_fell() -> None:
    falling = np.linspace(200.0, 100.0, 60)
    candles = Candles(instrument(), walk(60).timeframe, walk(60).time, falling, falling, falling, falling, np.ones(60), Provenance("test"))
    assert REGIMES[0].applied(candles).close[-1] > 200
    assert Regime("bear", -0.5, 1.5).applied(candles).close[-1] < 200


def test_shocks_are_called_by_name_or_written_out() -> None:
    assert scenario("Flash Crash") is SHOCKS[1]
    assert scenario("bear") is REGIMES[1]
    own = scenario("my fall: move=-40% bars=3, volatility=4 recovery=10 recovered=50% volume=20% gap=yes")
    assert own == Shock("my fall", -0.4, 3, 4.0, 10, 0.5, 0.2, True)
    assert scenario("move=−0.1").move == -0.1


@pytest.mark.parametrize(
    "text", ["cresh", "moves=-40%", "move=-100%", "move=x", "bars=0", "volatility=0", "volatility=100", "recovered=2", "gap=perhaps", "bars=2.5"]
)
def test_a_shock_that_cannot_be_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        scenario(text)
    assert refusal.value.cure
    assert not isinstance(refusal.value, UnknownName) or text in ("cresh", "moves=-40%")


def test_a_shock_longer_than_the_range_is_refused() -> None:
    with pytest.raises(BadInput, match="lasts 60 candles, there are 39"):
        SHOCKS[3].strikes(walk(40), 0, 0.5)
