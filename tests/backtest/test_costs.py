"""What trading and holding costs, line by line: by hand where a hand can, and adding up exactly in random runs of both kinds of strategy."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from terminal.backtest.breakdown import CARRIED, TRADE_LINES
from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass
from terminal.domain.orders import ExitReason
from terminal.domain.rates import Funding
from terminal.domain.signals import Signals
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.strategies.contract import Strategy
from tests.backtest.builders import START, at, candles, instrument, run, strategy
from tests.builders.walk import walk

pytestmark = pytest.mark.timeout(900)  # the first of them may compile the desk
FLAT = (100.0, 100.0, 100.0, 100.0)
YEAR = 365 * 24
FREE = {"commission": 0.0, "slippage": 0.0}


def market(rows: int, seed: int) -> Candles:
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, rows)))
    first = np.concatenate((close[:1], close[:-1])) * np.exp(random.normal(0, 0.002, rows))
    high, low = np.maximum(first, close) * 1.004, np.minimum(first, close) * 0.996
    what, time = instrument("0.01", "0.001"), START + np.arange(rows) * HOUR
    return Candles(what, Timeframe.H1, time, *(np.round(each, 2) for each in (first, high, low, close)), random.uniform(50, 100, rows))


class Arrays(Strategy):
    """Enters and leaves at random, always with a stop, a target and sometimes a trail."""

    def signals(self, candles: Candles) -> Signals:
        random, rows = np.random.default_rng(3), len(candles)
        enter_long, exit_long, enter_short, exit_short = random.random((4, rows)) < 0.08
        trail = np.where(random.random(rows) < 0.3, 0.02, np.nan)
        return Signals(enter_long, exit_long, enter_short, exit_short, stop_loss=0.03, take_profit=0.04, trailing_stop=trail)


class Events(Strategy):
    """Does the like order by order."""

    def on_candle(self, candle: Any) -> None:
        if self.position.is_flat:
            act = self.buy if int(candle.close * 100) % 2 else self.sell
            act(stop_loss="3%", take_profit="4%")


FUNDING = (START // (8 * HOUR) * 8 * HOUR + np.arange(80) * 8 * HOUR, np.random.default_rng(5).normal(1e-4, 3e-4, 80))
COSTS: dict[str, dict[str, Any]] = {
    "one rate": {},
    "maker and taker": {"maker": 0.0001, "taker": 0.0005, "path": "ohlc"},
    "per share": {"per_unit": 0.005, "fee_minimum": 1.0, "fee_cap": 0.005},
    "tiers": {"tiers": "0:0.001/0.001, 50000:0.0002/0.0004"},
    "range slippage, capped": {"slippage_model": "atr", "participation": 0.1},
    "impact": {"slippage_model": "impact", "slippage": 0.5},
    "estimated spread": {"slippage_model": "half_spread"},
    "carried": {"funding": FUNDING, "borrow": 0.05, "interest": 0.03},
    "margined": {"leverage": 20, "size": "1900%", "liquidation_fee": 0.01, "funding": FUNDING, "borrow": 0.05},
}


def demand_exact(result: Result) -> None:
    table, metrics = result.trade_table, result.metrics
    left = table["gross"] - table["slippage"] - table["costs"] - table["carry"]
    assert left.tobytes() == table["profit"].tobytes()
    carried = table[CARRIED[0]] + table[CARRIED[1]] + table[CARRIED[2]] + table[CARRIED[3]]
    assert carried.tobytes() == table["carry"].tobytes()
    net = metrics["gross_profit"]
    for name in TRADE_LINES:
        net -= metrics[name]
    assert net + metrics["total_interest"] == metrics["net_profit"]
    assert metrics["net_profit"] == pytest.approx(metrics["final_equity"] - metrics["capital"], abs=1e-7)
    assert metrics["total_interest"] == 0 or result.settings["interest"]


@pytest.mark.parametrize("kind", [Arrays, Events])
@pytest.mark.parametrize("costs", list(COSTS))
def test_gross_less_each_cost_is_net_exactly(costs: str, kind: type[Strategy]) -> None:
    for seed in (1, 2, 3):
        result = backtest(kind, market(500, seed), **COSTS[costs])
        assert result.metrics["trades"] > 3
        demand_exact(result)
        if costs == "carried":
            assert result.metrics["total_funding"] != 0 < result.metrics["total_borrow"]
        if costs == "margined":
            assert result.metrics["total_liquidation"] > 0


def test_per_share_has_a_minimum_an_order_and_a_cap() -> None:
    """Lean's model of Interactive Brokers: 0.005 a share, at least 1, at most half a percent of the value."""
    fees = {"per_unit": 0.005, "fee_minimum": 1.0, "fee_cap": 0.005, "slippage": 0.0, "capital": 100_000}
    for quantity, fee in ((697, 3.485), (100, 1.0), (1, 0.5)):
        result = backtest(_hold(), candles([FLAT] * 4), size=quantity, **fees)
        assert result.trade_table["costs"].tolist() == [pytest.approx(fee)]


def test_a_least_fee_is_charged_once_an_order_however_often_it_fills() -> None:
    """pyalgotrade's case of an order of 10 that a quarter of the volume lets fill as 2, 5 and 3."""
    series = candles([(12.0, 12.0, 12.0, 12.0)] * 6)
    series = Candles(series.instrument, series.timeframe, series.time, series.open, series.high, series.low, series.close, [9.0, 8.0, 20.0, 12.0, 9.0, 9.0])
    settings = {"size": 10, "participation": 0.25, "slippage": 0.0}
    fixed = backtest(_once(), series, per_unit=0.0, fee_minimum=1.2, **settings)
    assert fixed.trade_table[["quantity", "costs"]].tolist() == [(10.0, pytest.approx(1.2))]
    rate = backtest(_once(), series, commission=0.1, **settings)
    assert rate.trade_table["costs"].tolist() == [pytest.approx(2.4 + 6.0 + 3.6)]


def test_a_maker_pays_less_than_a_taker() -> None:
    rows = [FLAT, FLAT, (100.0, 106.0, 100.0, 105.0), (105.0, 105.0, 105.0, 105.0)]
    result = run(rows, enter_long=at(4, 0), take_profit=0.05, options={"maker": 0.001, "taker": 0.01, "size": 10})
    assert result.trade_table["costs"].tolist() == [pytest.approx(10 * 100 * 0.01 + 10 * 105 * 0.001)]


def test_a_schedule_counts_what_was_traded_before() -> None:
    rows = [FLAT] * 8
    result = run(rows, enter_long=at(8, 0, 4), exit_long=at(8, 2, 6), options={"tiers": "0:0.01/0.01, 1500:0.001/0.001", "size": 10})
    assert result.trade_table["costs"].tolist() == [pytest.approx(10.0 + 10.0), pytest.approx(1.0 + 1.0)]


@pytest.mark.parametrize(
    ("settings", "price"),
    [
        ({"slippage_model": "none"}, 100.0),
        ({"slippage": 0.01}, 101.0),
        ({"slippage_model": "half_spread", "slippage": 0.01}, 100.5),
        ({"slippage_model": "atr", "slippage": 0.5}, 102.0),
    ],
)
def test_slippage_is_what_its_model_says(settings: dict[str, Any], price: float) -> None:
    wide = (100.0, 102.0, 98.0, 100.0)
    result = backtest(_hold(), candles([wide] * 4), commission=0.0, size=1, **settings)
    assert result.trade_table["entry_price"].tolist() == [pytest.approx(price)]


def test_impact_grows_with_the_root_of_the_size() -> None:
    series = market(60, 4)
    settings = {"slippage_model": "impact", "slippage": 1.0, "commission": 0.0, "capital": 1e6, "start": int(series.time[40])}
    paid = []
    for size in (4.0, 16.0):
        trade = backtest(_hold(), series, size=size, **settings).trade_table[0]
        paid.append(trade["entry_price"] / series.open[41] - 1)
    deviation = np.std(np.diff(np.log(series.close))[20:40], ddof=1)
    assert paid[0] == pytest.approx(deviation * np.sqrt(4 / series.volume[41]), abs=2e-4)
    assert paid[1] == pytest.approx(2 * paid[0], abs=2e-4)


def test_slippage_is_rounded_to_the_tick_against_you() -> None:
    result = run([FLAT] * 4, what=instrument("0.25"), enter_long=True, options={"slippage_model": "half_spread", "slippage": 0.002, "size": 1})
    assert result.trade_table["entry_price"].tolist() == [100.25]


def test_funding_is_paid_at_its_own_moments_by_who_holds_then() -> None:
    rows, times = [FLAT] * 30, START + np.arange(4) * 8 * HOUR
    settings = {"funding": (times, [0.001, 0.001, -0.002, 0.001]), "size": 2}
    long = run(rows, enter_long=at(30, 8), exit_long=at(30, 20), options=settings)
    assert long.trade_table["funding"].tolist() == [pytest.approx(-0.4)]  # entered at 9:00, left at 21:00
    short = run(rows, enter_short=at(30, 6), exit_short=at(30, 14), options=settings)
    assert short.trade_table["funding"].tolist() == [pytest.approx(-0.2)]
    assert long.settings["funding_series"].startswith("4 rates from 2021-01-01T00:00:00Z")
    with pytest.raises(BadInput, match="no rate between 2021-01-01T08:00:00Z and 2021-01-02T00:00:00Z"):
        run(rows, enter_long=True, options={"funding": (times[[0, 1, 3]], [0.001] * 3)})


def test_the_funding_of_a_real_perpetual_is_quantity_times_close_times_rate(shared: Any) -> None:
    import pandas as pd

    from terminal.venues.files.rates import read_funding

    folder = shared / "data" / "crypto"
    table, funding = pd.read_parquet(folder / "freqtrade_xrp_usdt_usdt-1h-futures.parquet"), read_funding(_rates(folder))
    columns = [table[name].to_numpy() for name in ("open", "high", "low", "close", "volume")]
    time = table["time"].dt.tz_localize(None).to_numpy().astype("datetime64[ns]").astype(np.int64)
    series = Candles(instrument(asset_class=AssetClass.PERPETUAL), Timeframe.H1, time, *columns)
    with pytest.raises(BadInput, match="is a perpetual"):
        backtest(_hold(), series)
    start = int(funding.time[0])
    result = backtest(_hold(), series, funding=funding, start=start, **FREE)
    quantity, closes = result.trade_table["quantity"][0], dict(zip((time + HOUR).tolist(), columns[3], strict=True))
    due = [quantity * closes[moment] * rate for moment, rate in zip(funding.time.tolist()[1:], funding.rate[1:], strict=True) if moment in closes]
    assert len(due) > 8
    assert result.metrics["total_funding"] == pytest.approx(sum(due), rel=1e-12)
    demand_exact(result)


def _rates(folder: Any) -> Any:
    return folder / "freqtrade_xrp_usdt_usdt-8h-funding_rate.parquet"


def test_a_short_pays_for_what_it_borrows_by_the_time_it_holds() -> None:
    rows = [FLAT] * (YEAR // 10 + 1)
    result = run(rows, enter_short=at(len(rows), 0), options={"borrow": 0.1, "size": 10})
    assert result.metrics["total_borrow"] == pytest.approx(10 * 100 * 0.1 / 10, rel=1e-9)
    assert run(rows, enter_long=at(len(rows), 0), options={"borrow": 0.1, "size": 10}).metrics["total_borrow"] == 0


def test_idle_money_earns_interest_and_bound_money_none() -> None:
    rows = [FLAT] * 240
    idle = run(rows, options={"interest": 0.05})
    assert idle.metrics["total_interest"] == pytest.approx(10_000 * ((1 + 0.05 / YEAR) ** 240 - 1), rel=1e-9)
    assert run(rows, enter_long=True, options={"interest": 0.05}).metrics["total_interest"] < idle.metrics["total_interest"] / 100
    demand_exact(idle)


def test_a_margined_position_is_liquidated_inside_the_candle_with_its_fee() -> None:
    rows = [FLAT, FLAT, (100.0, 100.5, 90.0, 95.0), (95.0, 95.0, 95.0, 95.0)]
    settings = {"leverage": 10, "maintenance": 0.05, "liquidation_fee": 0.01, "size": 50, "capital": 1000}
    result = run(rows, enter_long=at(4, 0), options=settings)
    assert result.metrics["liquidations"] == 0  # 1,000 − 50 × (100 − p) = 0.05 × 50 × p at p = 84.21, which 90 does not reach
    rows[2] = (100.0, 100.5, 84.0, 95.0)
    result = run(rows, enter_long=at(4, 0), options=settings)
    level = (50 * 100 - 1000) / (50 - 0.05 * 50)
    trade = result.trade_table[0]
    assert trade["exit_price"] == pytest.approx(level)
    assert (trade["reason"], result.metrics["liquidations"]) == (ExitReason.LIQUIDATION, 1)
    assert trade["liquidation"] == pytest.approx(50 * level * 0.01)
    assert any("liquidated" in words for words in result.settings["cautions"])
    demand_exact(result)
    rows[2] = (80.0, 81.0, 79.0, 80.0)
    assert run(rows, enter_long=at(4, 0), options=settings).trade_table["exit_price"].tolist() == [80.0]  # a gap is yours too


def test_a_margined_short_is_liquidated_above_and_an_unmargined_one_says_that_it_lost_more_than_all() -> None:
    rows = [FLAT, FLAT, (100.0, 130.0, 100.0, 130.0), (230.0, 230.0, 230.0, 230.0)]
    liquidated = run(rows, enter_short=at(4, 0), options={"leverage": 5, "maintenance": 0.1, "size": 40, "capital": 1000})
    assert liquidated.trade_table["exit_price"].tolist() == [pytest.approx((1000 + 4000) / (40 * 1.1))]
    unmargined = run(rows, enter_short=at(4, 0), options={"size": "100%"})
    assert unmargined.equity_values[-1] < 0
    assert any("below zero" in words for words in unmargined.settings["cautions"])


def test_finer_candles_and_trades_say_which_of_stop_and_target_came_first() -> None:
    hours = candles([FLAT, FLAT, (100.0, 106.0, 94.0, 100.0), FLAT])
    minutes = np.full((240, 4), 100.0)
    minutes[125] = (100.0, 106.0, 100.0, 100.0)
    minutes[150] = (100.0, 100.0, 94.0, 100.0)
    finer = candles([tuple(row) for row in minutes.tolist()], timeframe=Timeframe.M1)
    settings = FREE | {"size": 1}
    strategy = _once(stop_loss=0.05, take_profit=0.05)
    assert backtest(strategy, hours, **settings).trade_table["reason"].tolist() == [ExitReason.STOP_LOSS]
    detailed = backtest(strategy, hours, path="detail", finer=finer, **settings)
    assert detailed.trade_table["reason"].tolist() == [ExitReason.TAKE_PROFIT]
    assert detailed.metrics["detail_share"] == 1.0
    second = Timeframe.M1.nanoseconds // 60
    prints = [(hour * 3600, 100.0) for hour in range(4)] + [(7300, 106.0), (9000, 94.0), (10_000, 100.0)]
    at, prices = zip(*sorted(prints), strict=True)
    trades = Ticks.of_trades(hours.instrument, hours.time[0] + np.array(at) * second, prices, np.ones(len(at)))
    by_trades = backtest(strategy, hours, path="detail", finer=trades, **settings)
    assert by_trades.metrics["detail_share"] == 1.0
    assert by_trades.trade_table.tobytes() == detailed.trade_table.tobytes()
    partly = backtest(strategy, hours, path="detail", finer=finer.rows(0, 120), **settings)
    assert (partly.trade_table["reason"][0], partly.metrics["detail_share"]) == (ExitReason.STOP_LOSS, 0.5)


def test_a_size_that_rounds_to_nothing_is_said() -> None:
    result = run([FLAT] * 4, what=instrument(lot="1000"), enter_long=at(4, 0), options={"size": "1%"})
    assert (len(result.trade_table), result.metrics["too_small"]) == (0, 1)
    assert any("below one lot" in words for words in result.settings["cautions"])


@pytest.mark.parametrize("kind", [Arrays, Events])
def test_rolling_sizes_trade_by_their_share_of_equity(kind: type[Strategy]) -> None:
    series = market(1500, 9)
    result = backtest(kind, series, size="volatility 20%", **FREE)
    first = result.trade_table[0]
    assert 0 < first["quantity"] * first["entry_price"] < 0.6 * 10_000
    kelly = backtest(kind, series, size="kelly 25%", **FREE)
    assert len(kelly.trade_table) < len(result.trade_table)
    assert kelly.settings["size"] == "kelly 25%"
    with pytest.raises(BadInput, match="Kelly's share needs 30 closed trades"):
        backtest(kind, series.rows(0, 60), size="kelly", **FREE)


def _hold() -> Strategy:
    return _once(every=True)


def _once(every: bool = False, **signals: Any) -> Strategy:
    class Fixed(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_long=True if every else at(len(candles), 0), **signals)

    return Fixed()


@pytest.mark.parametrize("options", [{"participation": 0.1}, {"slippage_model": "impact"}])
def test_a_volume_that_is_asked_for_must_be_known(options: dict[str, Any]) -> None:
    known = walk(50)
    volume = known.volume.copy()
    volume[7] = np.nan
    unknown = replace(known, volume=volume)
    with pytest.raises(BadInput, match=r"The volume of BTC/USDT is nan at 2020-09-13T07:00:00Z \(row 7\)"):
        backtest(strategy(enter_long=np.arange(50) == 3), unknown, **options)
    assert backtest(strategy(enter_long=np.arange(50) == 3), unknown).metrics["open_trades"] == 1


def test_a_funding_series_made_by_hand_is_checked_like_any_other() -> None:
    made = Funding(np.arange(2) * 3_600_000_000_000, np.array([0.001, np.nan]), np.full(2, np.nan), "X")
    with pytest.raises(BadInput, match="funding rate of X"):
        backtest(strategy(enter_long=np.arange(50) == 3), walk(50), funding=made)
