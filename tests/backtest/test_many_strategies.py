"""Several strategies on one account: a virtual ledger each, the account their sum."""

import numpy as np
import pytest

from terminal.backtest.run import backtest
from terminal.domain.errors import BadInput
from tests.backtest.test_many import Anything, BuyOnce, market


def test_the_account_is_the_sum_of_the_ledgers() -> None:
    candles = [market("A", 300, 1), market("B", 300, 2)]
    both = backtest([Anything, BuyOnce], candles, portions=(0.6, 0.4), size="40%")
    alone = [backtest(kind, candles, capital=capital, size="40%") for kind, capital in ((Anything, 6000), (BuyOnce, 4000))]
    np.testing.assert_allclose(both.equity_values, alone[0].equity_values + alone[1].equity_values, rtol=1e-12)
    profits = {(row["strategy"], row["symbol"]): row["profit"] for row in both.symbols}
    expected = {(name, row["symbol"]): row["profit"] for name, one in zip(("Anything", "BuyOnce"), alone, strict=True) for row in one.symbols}
    assert profits == pytest.approx(expected)
    assert both.metrics["trades"] + both.metrics["open_trades"] == sum(len(one.trade_table) for one in alone)
    assert [told["share"] for told in both.settings["strategies"]] == [0.6, 0.4]


def test_shares_are_equal_unless_given_and_what_is_left_stays_cash() -> None:
    candles = [market("A", 50, 1)]
    twins = backtest([BuyOnce, BuyOnce], candles, commission=0.0, slippage=0.0)
    assert [row["strategy"] for row in twins.symbols] == ["BuyOnce 1", "BuyOnce 2"]
    whole = backtest(BuyOnce, candles, commission=0.0, slippage=0.0)
    np.testing.assert_allclose(twins.equity_values, whole.equity_values)
    half = backtest([BuyOnce], candles, portions=(0.5,), commission=0.0, slippage=0.0)
    np.testing.assert_allclose(half.equity_values, 5000 + whole.equity_values / 2)


@pytest.mark.parametrize(("portions", "words"), [((0.5,), "2 strategies and 1 portions"), ((0.9, 0.9), "0.9, 0.9"), ((0.5, -0.1), "0.5, -0.1")])
def test_shares_that_are_none_are_refused(portions: tuple[float, ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        backtest([BuyOnce, Anything], [market("A", 50, 1)], portions=portions)
