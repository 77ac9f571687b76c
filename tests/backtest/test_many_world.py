"""What reaches an account from outside: exchange rates, splits and dividends, lists with dates; strategies see no jump and no future."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.backtest.run import backtest
from terminal.domain.actions import Dividend, Split
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.signals import Price, Signals
from terminal.domain.timeframe import DAY, Timeframe
from terminal.domain.weights import Weights
from terminal.market.actions import adjusted, from_factors
from terminal.strategies.contract import Strategy
from tests.backtest.test_many import FREE, START, BuyOnce, flat, of

D1 = Timeframe.D1


def steps(symbol: str, *prices: float, **what: Any) -> Candles:
    """Daily candles that open where the day before closed, but for the first."""
    opens = (prices[0], *prices[:-1])
    rows = [(first, max(first, last), min(first, last), last) for first, last in zip(opens, prices, strict=True)]
    return of(symbol, rows, D1, **what)


def test_money_of_another_currency_is_worth_its_rate() -> None:
    """1,000 USD at 2 USD a euro buy a share of 500 EUR; it stays there while the euro rises to 3: worth 1,500 USD."""
    share = of("SAP", flat(500, 6), D1, quote="EUR", asset_class=AssetClass.EQUITY)
    rate = of("EUR/USD", [(2.0,) * 4] * 3 + [(3.0,) * 4] * 3, D1, quote="USD", asset_class=AssetClass.FOREX)
    result = backtest(BuyOnce, [share], currency="USD", rates={"EUR": rate}, capital=1000, **FREE)
    assert result.trade_table["quantity"].tolist() == [1.0]
    assert result.equity_values.tolist() == [1000, 1000, 1000, 1500, 1500, 1500]
    assert result.metrics["currency_gain"] == pytest.approx(500)
    assert result.settings["currency"] == "USD"


def test_of_a_margined_position_only_the_profit_is_in_its_currency() -> None:
    future = steps("BUND", 100, 100, 110, 110, quote="EUR", asset_class=AssetClass.FUTURE)
    result = backtest(BuyOnce, [future], currency="USD", rates={"EUR": ([START, START + 3 * DAY], [1.0, 2.0])}, capital=1000, size="quantity 5", **FREE)
    assert result.equity_values.tolist() == [1000, 1000, 1000 + 5 * 10 * 2, 1000 + 5 * 10 * 2]


def test_a_traded_pair_is_its_own_rate_and_a_missing_rate_is_an_error() -> None:
    share = of("SAP", flat(500, 4), D1, quote="EUR", asset_class=AssetClass.EQUITY)
    pair = of("EUR/USD", flat(2, 4), D1, quote="USD", asset_class=AssetClass.FOREX)
    traded = backtest(BuyOnce, [pair, share], size="quantity 1", capital=5000, **FREE)
    assert traded.metrics["trades"] + traded.metrics["open_trades"] == 2
    with pytest.raises(BadInput, match="SAP is quoted in EUR, the account is in USD, and no rate"):
        backtest(BuyOnce, [share], currency="USD")
    with pytest.raises(BadInput, match="begins after the first candle"):
        backtest(BuyOnce, [share], currency="USD", rates={"EUR": ([START + 9 * DAY], [1.0])})


def test_a_split_changes_nothing_but_the_count_of_shares() -> None:
    """Four for one before the open of day 3: lots, the stop and the target follow; the account does not move."""
    raw = of("A", [(400,) * 4] * 3 + [(100,) * 4] * 2 + [(100, 100, 79, 79)], D1)

    class Stopped(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_long=np.arange(len(candles)) == 0, stop_loss=0.2, take_profit=Price(600.0))

    result = backtest(Stopped, [raw], actions={"A": [Split(START + 3 * DAY, 4.0)]}, capital=4000, **FREE)
    assert result.equity_values[:5].tolist() == [4000] * 5
    trade = result.trade_table[0]
    assert (trade["quantity"], trade["entry_price"], trade["exit_price"]) == (40.0, 100.0, 80.0)
    assert result.equity_values[-1] == 3200


def test_indicators_see_no_jump_and_no_split_to_come() -> None:
    raw = of("A", [(400,) * 4] * 3 + [(100,) * 4] * 3, D1)
    seen: list[Candles] = []

    class Looks(Strategy):
        def signals(self, candles: Candles) -> Signals:
            seen.append(candles)
            return Signals()

    backtest(Looks, [raw], actions={"A": [Split(START + 3 * DAY, 4.0)]})
    assert seen[0].close.tolist() == [400.0] * 6
    assert adjusted(raw.rows(0, 3), [Split(START + 3 * DAY, 4.0)]).close.tolist() == [400.0] * 3


@pytest.mark.parametrize("side", [1, -1])
def test_a_dividend_belongs_to_who_held_before_the_ex_date_and_is_cash_on_the_pay_date(side: int) -> None:
    """10 shares, ex on day 3, paid on day 5: the account is owed it at once; who is short pays it."""

    class Holds(Strategy):
        def signals(self, candles: Candles) -> Signals:
            rows = np.arange(len(candles))
            return Signals(enter_long=(rows == 0) & (side > 0), enter_short=(rows == 0) & (side < 0), exit_long=rows == 3, exit_short=rows == 3)

    raw = of("A", [(100,) * 4] * 3 + [(98,) * 4] * 5, D1)
    result = backtest(Holds, [raw], actions={"A": [Dividend(START + 3 * DAY, 2.0, START + 5 * DAY)]}, capital=1000, **FREE)
    assert result.equity_values.tolist() == pytest.approx([1000] * 8)
    trade = result.trade_table[0]
    assert (trade["gross"], trade["dividends"], trade["profit"]) == pytest.approx((-20 * side, -20 * side, 0.0))
    late = backtest(Holds, [raw], actions={"A": [Dividend(START + 1 * DAY, 2.0)]}, capital=1000, **FREE)
    assert late.trade_table["dividends"].tolist() == [0.0]  # bought at the open of the ex-date


def test_an_instrument_is_traded_only_while_it_is_a_member() -> None:
    candles = [of(name, flat(100, 8), D1) for name in "AB"]
    universe = {"A": [(START, START + 3 * DAY)], "B": [(START + 3 * DAY, None)]}

    class Half(Strategy):
        def weights(self, candles: dict[str, Candles]) -> Weights:
            return Weights(dict.fromkeys(candles, 0.5), "daily")

    result = backtest(Half, candles, universe=universe, **FREE)
    spans = {row["symbol"]: (row["entry_time"].value, row["exit_time"].value) for _, row in result.trades.iterrows()}
    assert spans["A"] == (START + DAY, START + 4 * DAY)
    assert spans["B"][0] == START + 4 * DAY

    class Always(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_long=True)

    bought = {row["symbol"]: row["entry_time"].value for _, row in backtest(Always, candles, universe=universe, size="20%", **FREE).trades.iterrows()}
    assert bought == {"A": START + DAY, "B": START + 4 * DAY}
    with pytest.raises(BadInput, match="no dates of B"):
        backtest(Half, candles, universe={"A": [(START, None)]})


def test_a_long_list_without_dates_warns_of_survivorship() -> None:
    candles = [of(name, flat(100, 4), D1) for name in "ABCDE"]
    assert any("survivorship" in words for words in backtest(BuyOnce, candles, size="10%").settings["cautions"])
    dated = backtest(BuyOnce, candles, size="10%", universe={name: [(START, None)] for name in "ABCDE"})
    assert not any("survivorship" in words for words in dated.settings["cautions"])


def lean(shared: Path, symbol: str, first: str, last: str) -> tuple[Candles, np.ndarray]:
    """Raw daily candles of the shared data and the rows of its table of factors: date (UTC ns), price factor, split factor."""
    import pandas as pd

    table = pd.read_parquet(shared / "data/equities/lean_us_daily.parquet")
    own = table[table["symbol"].str.upper() == symbol].sort_values("time")
    own = own[(own["time"] >= pd.Timestamp(first)) & (own["time"] < pd.Timestamp(last))]
    time = own["time"].to_numpy("datetime64[ns]").astype(np.int64)
    columns = {name: own[name].to_numpy(float) for name in ("open", "high", "low", "close", "volume")}
    rows = pd.read_csv(shared / "data/equities/lean_us_daily_factors.csv")
    rows = rows[rows["symbol"] == symbol]
    dates = pd.to_datetime(rows["date"].astype(str)).to_numpy("datetime64[ns]").astype(np.int64)
    instrument = Instrument("lean", symbol, AssetClass.EQUITY, quote="USD", calendar="XNYS")
    return Candles(instrument, D1, time, **columns), np.stack((dates, rows["price_factor"], rows["split_factor"]), 1)


@pytest.mark.parametrize(("first", "last", "ratio"), [("2014-05-01", "2014-07-01", 7.0), ("2020-08-01", "2020-10-01", 4.0)])
def test_holding_apple_over_a_split_is_holding_its_adjusted_price(shared: Path, first: str, last: str, ratio: float) -> None:
    raw, table = lean(shared, "AAPL", first, last)
    actions = from_factors(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], raw)
    assert [action.ratio for action in actions if isinstance(action, Split)] == [ratio]
    assert [action.amount for action in actions if isinstance(action, Dividend)] == [pytest.approx(3.29 if ratio == 7 else 0.82, abs=0.03)]
    ours = backtest(BuyOnce, [raw], actions={"AAPL": actions}, capital=1e6, **FREE)
    factor = np.array([table[np.searchsorted(table[:, 0], time), 1] * table[np.searchsorted(table[:, 0], time), 2] for time in raw.time])
    change = ours.equity_values[-1] / ours.equity_values[1]
    only_splits = raw.close[-1] * np.prod([action.ratio for action in actions if isinstance(action, Split)]) / raw.close[1]
    total = raw.close[-1] * factor[-1] / (raw.close[1] * factor[1])
    assert only_splits < change == pytest.approx(total, rel=2e-3)  # its dividend is cash here, and a little more share there
    assert np.abs(np.diff(np.log(ours.equity_values))).max() < 0.09  # no jump


def test_leans_buy_and_hold_of_spy(shared: Path) -> None:
    """bt-lean-buyhold: 99.75 % of 100,000 in adjusted prices, 0.005 a share, at least 1."""
    raw, table = lean(shared, "SPY", "2013-10-08", "2013-10-18")
    row = np.searchsorted(table[:, 0], raw.time)
    factor = table[row, 1] * table[row, 2]
    prices = {name: getattr(raw, name) * factor for name in ("open", "high", "low", "close")}
    whole = Instrument("lean", "SPY", AssetClass.EQUITY, quote="USD", lot=Decimal(1), calendar="XNYS")
    candles = Candles(whole, D1, raw.time, **prices, volume=raw.volume)
    result = backtest(BuyOnce, [candles], capital=100_000, size="99.75%", per_unit=0.005, fee_minimum=1.0, slippage=0.0)
    trade = result.trade_table[0]
    assert (len(result.trade_table), trade["quantity"]) == (1, 697)
    assert trade["costs"] == pytest.approx(3.49, abs=0.01)
    assert result.metrics["final_equity"] == pytest.approx(104_486.22, abs=0.01)
    assert result.metrics["total_return"] == pytest.approx(0.04486, abs=1e-5)
    assert result.metrics["max_drawdown"] == pytest.approx(-0.008, abs=0.0005)
