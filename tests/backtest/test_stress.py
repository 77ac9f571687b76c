"""The stress run: what a shock costs is simulated anew, half failed is marked, crises are replayed where candles cover them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.backtest.doubts.crises import CRISES, Crisis, market_return
from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.shocks import REGIMES, SHOCKS, Shock
from terminal.backtest.doubts.stress import matrix_words, stress
from terminal.backtest.options import Options
from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import BadInput, Cancelled
from terminal.domain.instrument import Instrument
from terminal.domain.signals import Signals
from terminal.domain.timeframe import DAY, Timeframe
from terminal.strategies.contract import Strategy
from tests.backtest.builders import strategy
from tests.builders.walk import walk

FREE = Options(commission=0.0, slippage=0.0)


class Held(Strategy):
    """Long from the first candle on, event by event."""

    def on_candle(self, candle: Any) -> None:
        if self.position.is_flat and not self.orders:
            self.buy()


class Flat(Strategy):
    def signals(self, candles: Candles) -> Signals:
        return Signals()


def days(first: str, closes: list[float]) -> Candles:
    close = np.array(closes)
    time = int(np.datetime64(first, "ns").astype(np.int64)) + np.arange(len(close)) * DAY
    return Candles(Instrument("test", "X"), Timeframe.D1, time, close, close, close, close, np.ones(len(close)), Provenance("test"))


def test_a_holder_loses_exactly_the_crash_and_one_who_is_flat_loses_nothing() -> None:
    candles = walk(600)
    report = stress({"held": strategy(enter_long=True), "flat": Flat()}, candles, FREE, crises=())
    plain = 1 + report.plain[0].total_return
    crash = report.cells[0][0]
    row = int(np.searchsorted(candles.time, report.struck[0]))
    assert 1 + crash.total_return == pytest.approx(plain * 0.8 * candles.close[row - 1] / candles.close[row + 4], rel=1e-6)
    assert crash.exposed
    assert crash.loss <= -0.2 + 1e-9
    assert all(cell.total_return == 0 and cell.survived and not cell.exposed for cell in report.cells[1])


def test_event_strategies_and_signals_meet_the_same_shock() -> None:
    candles = walk(400)
    report = stress({"signals": strategy(enter_long=True), "events": Held()}, candles, FREE, crises=())
    for one, other in zip(*report.cells, strict=True):
        assert one.total_return == pytest.approx(other.total_return)
        assert one.survived == other.survived


def test_a_cell_is_the_run_on_the_shocked_candles() -> None:
    candles, chosen = walk(800), strategy(enter_long=np.arange(800) % 40 == 0, exit_long=np.arange(800) % 40 == 20, stop_loss=0.01)
    shocks = (*SHOCKS, *REGIMES)
    report = stress([chosen], candles, Options(), shocks, at=0.3, crises=())
    for shock, cell, struck in zip(shocks, report.cells[0], report.struck, strict=True):
        row = int(np.searchsorted(candles.time, struck))
        metrics = rerun(chosen, shock.applied(candles, row), Options()).metrics
        assert (cell.total_return, cell.max_drawdown) == (metrics["total_return"], metrics["max_drawdown_at_candles"])


def test_half_of_the_account_lost_is_not_survived_and_half_of_the_shocks_failed_is_marked() -> None:
    mild, hard = Shock("mild", -0.2, 5), Shock("hard", -0.6, 3)
    candles = walk(400)
    held = {"held": strategy(enter_long=True)}
    both = stress(held, candles, FREE, (mild, hard), crises=())
    assert [cell.survived for cell in both.cells[0]] == [True, False]
    assert both.failed == (True,)
    assert "FAILS 1 of 2 shocks: hard" in both.findings[0]
    less = stress(held, candles, FREE, (mild, mild, hard), crises=())
    assert less.failed == (False,)
    assert "does not survive 1 of 3 shocks: hard" in less.findings[0]
    heads, rows = matrix_words(both)
    assert heads == ("strategy", "no shock", "mild", "hard")
    assert rows[0][0] == "held (fails)"
    assert rows[0][3].endswith("✗")


def test_profits_of_before_do_not_hide_that_half_was_lost() -> None:
    candles = days("2021-01-01", list(np.geomspace(100, 1000, 200)))
    cell = stress([strategy(enter_long=True)], candles, FREE, [Shock("hard", -0.7, 3)], at=0.9, crises=()).cells[0][0]
    assert cell.total_return > 1
    assert not cell.survived


def test_the_shock_strikes_where_it_is_told_to_and_within_what_is_traded() -> None:
    candles = walk(1000)
    options = Options(start=int(candles.time[400]))
    report = stress([strategy(enter_long=True)], candles, options, [SHOCKS[0]], at=0.0, crises=())
    assert report.struck == (int(candles.time[400]),)
    last = stress([strategy(enter_long=True)], candles, options, [SHOCKS[0]], at=1.0, crises=())
    assert last.struck == (int(candles.time[995]),)


def test_nothing_to_stress_and_a_wrong_place_are_refused_and_stopping_stops() -> None:
    candles = walk(300)
    with pytest.raises(BadInput, match="nothing to stress"):
        stress([], candles)
    with pytest.raises(BadInput, match="`at` is 2"):
        stress([strategy(enter_long=True)], candles, at=2)
    seen: list[float] = []
    with pytest.raises(Cancelled):
        stress([strategy(enter_long=True)], candles, report=lambda done, total, note="", lane="": seen.append(done), cancelled=lambda: len(seen) > 3)
    assert len(seen) == 4


def test_crises_of_history_fall_as_others_have_worked_out(shared: Path) -> None:
    import pandas as pd

    cases = json.loads((shared / "cases" / "ml_stress.json").read_text())["cases"]
    case = next(each for each in cases if each["id"] == "st-history")
    prices = pd.read_parquet(shared / "data" / "equities" / "lean_us_daily.parquet")
    factors = pd.read_csv(shared / "data" / "equities" / "lean_us_daily_factors.csv")
    windows = {name: Crisis(name, start, end) for name, start, end in case["inputs"]["windows"]}
    assert {(each.start, each.end) for each in windows.values()} <= {(each.start, each.end) for each in CRISES}
    for symbol in case["inputs"]["symbols"]:
        candles = adjusted(prices, factors, symbol)
        for name, crisis in windows.items():
            assert market_return(candles, crisis) == pytest.approx(case["expected"][name][symbol], abs=1e-6), (symbol, name)
    assert np.isnan(market_return(adjusted(prices, factors, "QQQ"), windows["Lehman month"]))


def adjusted(prices: Any, factors: Any, symbol: str) -> Candles:
    """Daily candles times the factors that hold up to each date."""
    own = prices[prices["symbol"] == symbol].sort_values("time")
    table = factors[factors["symbol"] == symbol].sort_values("date")
    dates = own["time"].dt.strftime("%Y%m%d").astype(int).to_numpy()
    place = np.searchsorted(table["date"].to_numpy(), dates)
    factor = (table["price_factor"] * table["split_factor"]).to_numpy()[place]
    columns = [own[name].to_numpy() * factor for name in ("open", "high", "low", "close")]
    time = own["time"].to_numpy().astype("datetime64[ns]").astype(np.int64)
    return Candles(Instrument("lean", symbol), Timeframe.D1, time, *columns, own["volume"].to_numpy())


def test_a_crisis_is_replayed_where_candles_cover_it_and_said_where_not(shared: Path) -> None:
    from terminal.app.research import read_candles

    candles = read_candles(shared / "data" / "crypto" / "binance_btcusdt_1h.parquet")
    report = stress({"held": strategy(enter_long=True)}, candles, FREE, [SHOCKS[0]])
    found = {crisis.name: row[0] for crisis, row in zip(CRISES, report.crises, strict=True)}
    march = found["March 2020"]
    assert march.covered
    assert march.market_return == pytest.approx(-0.325886, abs=1e-6)
    assert march.total_return == pytest.approx(march.market_return, abs=0.06)  # the holder buys an hour after midnight, the market counts from the close
    winter = found["crypto winter 2022"]
    assert winter.covered
    assert not winter.survived
    assert "Only a part of it: the candles end on 2022-10-11" in winter.words
    lehman = found["Lehman month 2008"]
    assert not lehman.covered
    assert lehman.survived is None
    assert np.isnan(lehman.total_return)
    assert "no candles between 2008-09-12 and 2008-10-10" in lehman.words


def test_a_hole_inside_a_crisis_is_not_bridged() -> None:
    march = CRISES[4]
    whole = days("2020-01-01", [100.0 - day / 2 for day in range(120)])
    assert market_return(whole, march) == pytest.approx((100 - 82 / 2) / (100 - 49 / 2) - 1)
    holed = Candles(
        whole.instrument, whole.timeframe, *(np.delete(getattr(whole, name), np.s_[55:75]) for name in ("time", "open", "high", "low", "close", "volume"))
    )
    report = stress([strategy(enter_long=True)], holed, FREE, [SHOCKS[0]], crises=(march,))
    assert "a hole after 2020-02-24" in report.crises[0][0].words
