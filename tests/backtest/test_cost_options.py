"""The settings of costs: one declaration each, contradictions named, sizes and estimates by their definition. Nothing is compiled here."""

import math

import numpy as np
import pytest

from terminal.app.settings import Declared
from terminal.backtest.beforehand import kelly_shares, prepared, volatility_shares
from terminal.backtest.declared import DECLARED, DECLARED_FILLS, overruled
from terminal.backtest.detail import detail_share, finer_candles
from terminal.backtest.options import Options
from terminal.backtest.preparing import range_units, spread_units, volatility_units
from terminal.backtest.result import TRADE_TABLE
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass
from terminal.domain.parameters import declarations
from terminal.domain.rates import Funding
from terminal.domain.size import Size, SizeKind
from terminal.domain.timeframe import HOUR, Timeframe
from tests.backtest.builders import START, candles, instrument

EIGHT_HOURS = 8 * HOUR


def walk(rows: int, seed: int = 1, timeframe: Timeframe = Timeframe.H1) -> Candles:
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, rows)))
    first = np.concatenate((close[:1], close[:-1]))
    prices = np.stack((first, np.maximum(first, close) * 1.004, np.minimum(first, close) * 0.996, close), axis=1)
    return candles([tuple(row) for row in prices.tolist()], timeframe=timeframe)


@pytest.mark.parametrize("name", [*DECLARED, *DECLARED_FILLS])
def test_the_settings_default_is_that_of_a_run_and_every_face_reads_the_same_declaration(name: str) -> None:
    declared = declarations(Declared)[name]
    default = getattr(Options(), name)
    assert declared.default in (default, "" if default in (None, ()) else default)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"capital": 0}, "capital"),
        ({"capital": -5}, "capital"),
        ({"size": "0%"}, "above zero"),
        ({"commission": 0.6}, "commission"),
        ({"slippage": -0.1}, "slippage"),
        ({"slippage_model": "none", "slippage": 0.01}, "contradicts"),
        ({"per_unit": 0.005, "commission": 0.001}, "per_unit contradicts"),
        ({"per_unit": 0.005, "maker": 0.001}, "per_unit contradicts"),
        ({"tiers": "0:0.001/0.001", "taker": 0.001}, "tiers contradicts"),
        ({"tiers": "5:0.001/0.001"}, "tiers"),
        ({"tiers": "0:0.001/0.001, 0:0.002/0.002"}, "tiers"),
        ({"leverage": 0.5}, "leverage"),
        ({"leverage": 10, "maintenance": 0.1}, "not below the initial margin"),
        ({"liquidation_fee": 0.01}, "never liquidated"),
        ({"participation": 0}, "participation"),
        ({"participation": 1.5}, "participation"),
        ({"participation": math.nan}, "participation"),
        ({"borrow": -0.1}, "borrow"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(settings: dict, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Options.of(**settings)


def test_what_is_not_given_follows_from_the_model() -> None:
    assert (Options().commission, Options().slippage, Options().kept_margin) == (0.001, 0.0005, 0.0)
    assert Options(per_unit=0.005).commission == 0.0
    assert Options(slippage_model="atr").slippage == 0.1
    assert Options(slippage_model="half_spread").slippage is None
    assert Options(leverage=10).kept_margin == 0.05
    assert not Options().needs_desk
    assert not Options(path="detail").needs_desk
    for setting in ({"maker": 0.0}, {"participation": 0.1}, {"borrow": 0.01}, {"leverage": 2}, {"slippage_model": "atr"}):
        assert Options.of(**setting).needs_desk


def test_a_kind_of_fee_asked_for_drops_what_the_settings_say_of_another() -> None:
    settings = {"commission": 0.001, "slippage": 0.0005, "maker": "", "per_unit": ""}
    assert overruled(settings, {"per_unit": "0.005"}) == {"slippage": 0.0005, "per_unit": "0.005"}
    assert overruled(settings, {"slippage_model": "atr"}) == {"commission": 0.001, "slippage_model": "atr"}
    assert overruled(settings, {}) == {"commission": 0.001, "slippage": 0.0005}


def test_the_units_of_a_row_are_made_of_earlier_rows_only() -> None:
    whole = walk(200)
    for make in (range_units, volatility_units, spread_units):
        cut = make(whole.rows(0, 121))
        np.testing.assert_allclose(make(whole)[:121], cut, rtol=1e-12, err_msg=make.__name__)


def test_the_units_are_what_their_names_say() -> None:
    series = walk(60)
    high, low, close = series.high, series.low, series.close
    ranges = np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])
    smoothed = np.mean(ranges[:14])
    for value in ranges[14:40]:
        smoothed = (smoothed * 13 + value) / 14
    assert range_units(series)[41] == pytest.approx(smoothed)
    returns = np.diff(np.log(close))
    assert volatility_units(series)[41] == pytest.approx(np.std(returns[20:40], ddof=1))


def test_a_volatility_size_is_the_target_over_the_yearly_deviation_of_thirty_candles() -> None:
    series = walk(100)
    shares = volatility_shares(series, 0.15, 1.0)
    yearly = np.std(np.diff(np.log(series.close))[30:60], ddof=1) * math.sqrt(365 * 24)
    assert shares[60] == pytest.approx(0.15 / yearly)
    assert not shares[:10].any()
    assert volatility_shares(series, 100.0, 2.0)[60] == 2.0


def test_a_kelly_size_waits_for_thirty_trades_and_stays_within_the_leverage() -> None:
    trades = np.zeros(40, TRADE_TABLE)
    trades["exit_row"], trades["reason"] = np.arange(40) * 2, 1
    trades["return"] = np.where(np.arange(40) % 3 == 0, -0.01, 0.01)
    shares = kelly_shares(trades, 5, 120, 0.25, 1.0)
    assert not shares[: 5 + 2 * 29].any()
    won = np.count_nonzero(trades["return"][:30] > 0) / 30
    assert shares[5 + 2 * 29] == pytest.approx(0.25 * (won - (1 - won)))
    trades["return"] = 0.01
    assert kelly_shares(trades, 0, 120, 1.0, 1.0).max() == 1.0
    with pytest.raises(BadInput, match="needs 30 closed trades"):
        kelly_shares(trades[:29], 0, 120, 0.25, 1.0)


@pytest.mark.parametrize(
    ("text", "kind", "value"), [("kelly", SizeKind.KELLY, 0.25), ("kelly 50%", SizeKind.KELLY, 0.5), ("volatility 15%", SizeKind.VOLATILITY, 0.15)]
)
def test_rolling_sizes_are_said_in_words(text: str, kind: SizeKind, value: float) -> None:
    assert Size.parse(text) == Size(kind, value) == Size.parse(str(Size(kind, value)))


def test_a_perpetual_without_its_funding_is_refused_and_named() -> None:
    series = candles([(1.0, 1.0, 1.0, 1.0)] * 4, instrument(asset_class=AssetClass.PERPETUAL))
    with pytest.raises(BadInput, match="BTC/USDT is a perpetual"):
        prepared(Options(), series, lambda options: options)
    assert prepared(Options(funding="off"), series, lambda options: options).funding == "off"


def test_a_hole_in_the_funding_is_named_wherever_it_lies() -> None:
    time = START + np.arange(30) * EIGHT_HOURS
    whole = Funding.of((time, np.full(30, 1e-4)), "X")
    whole.demand_cover(START, int(time[-1]))
    for gone, start, end in ((slice(10, 11), 0, 29), (slice(0, 2), 0, 29), (slice(28, 30), 0, 29)):
        kept = np.delete(time, gone)
        with pytest.raises(BadInput, match="The funding of X has no rate between 202"):
            Funding.of((kept, np.full(len(kept), 1e-4)), "X").demand_cover(int(time[start]) - HOUR, int(time[end]) + HOUR)
    kept = np.delete(time, 10)
    Funding.of((kept, np.full(29, 1e-4)), "X").demand_cover(int(time[12]), int(time[20]))


def test_going_from_eight_hours_to_four_is_no_hole() -> None:
    gaps = [EIGHT_HOURS] * 20 + [EIGHT_HOURS // 2] * 20 + [EIGHT_HOURS] * 20
    time = START + np.concatenate(([0], np.cumsum(gaps)))
    assert not Funding.of((time, np.zeros(len(time)))).holes().any()


def test_real_funding_rates_are_read_with_their_stamps_to_the_second(shared: object) -> None:
    from terminal.venues.files.rates import read_funding

    found = read_funding(shared / "data" / "crypto" / "freqtrade_xrp_usdt_usdt-8h-funding_rate.parquet")  # type: ignore[operator]
    assert len(found.time) == 91
    assert not (found.time % EIGHT_HOURS).any()
    assert not found.holes().any()


def test_finer_candles_are_used_only_where_together_they_are_the_candle() -> None:
    fine = walk(24 * 60, timeframe=Timeframe.M1)
    shape = (24, 60)
    columns = (fine.open.reshape(shape)[:, 0], fine.high.reshape(shape).max(1), fine.low.reshape(shape).min(1), fine.close.reshape(shape)[:, -1])
    hours = candles([tuple(row) for row in np.stack(columns, axis=1).tolist()])
    table, begins = finer_candles(fine, hours)  # type: ignore[misc]
    assert np.diff(begins).tolist() == [60] * 24
    assert table["close"].tolist() == fine.close.tolist()
    holed = fine.rows(0, 600)
    table, begins = finer_candles(holed, hours)  # type: ignore[misc]
    assert np.diff(begins).tolist() == [60] * 10 + [0] * 14
    assert detail_share(holed, hours, 0) == pytest.approx(10 / 24)
    columns[1][3] += 1.0
    other = candles([tuple(row) for row in np.stack(columns, axis=1).tolist()])
    table, begins = finer_candles(fine, other)  # type: ignore[misc]
    assert np.diff(begins).tolist() == [60] * 3 + [0] + [60] * 20
    assert table["open"].tolist() == np.delete(fine.open.reshape(shape), 3, axis=0).ravel().tolist()
    with pytest.raises(BadInput, match="not finer"):
        finer_candles(hours, hours)
