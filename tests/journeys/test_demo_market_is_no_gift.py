"""The simulated market must not make the built-in strategies look good: hardly any run of any of them seems better than luck."""

from pathlib import Path

from terminal.backtest.run import backtest
from terminal.domain.timeframe import HOUR, SECOND, Timeframe
from terminal.strategies.library import StrategyLibrary
from terminal.venues.demo.market import DemoMarket

NOW = 1_790_000_000 * SECOND // HOUR * HOUR
SEEDS = range(500, 524)


def test_few_of_all_strategies_and_seeds_seem_better_than_luck(tmp_path: Path) -> None:
    entries = [entry for entry in StrategyLibrary(tmp_path).entries() if entry.strategy_class is not None]
    assert {"ema_trend", "ma_crossover", "mean_reversion", "donchian_breakout_adx"} <= {entry.name for entry in entries}
    found = {}
    for seed in SEEDS:
        market = DemoMarket(seed)
        for instrument in market.instruments():
            candles = market.candles(instrument.symbol, Timeframe.H1, NOW - 26_280 * HOUR, NOW)
            for entry in entries:
                assert entry.strategy_class is not None
                if entry.strategy_class.answers_events() and seed % 4:
                    continue  # a call for each candle takes a hundred times as long
                result = backtest(entry.strategy_class(), candles)
                found[entry.name, instrument.symbol, seed] = result.metrics["deflated_sharpe"]
    lucky = [run for run, value in found.items() if value is not None and value > 0.95]
    assert len(found) >= 4 * 3 * len(SEEDS)
    assert len(lucky) <= 0.08 * len(found), lucky
