"""Rules about the list of trades: how many, whether one of them carries the result, what costs take, how many parameters chose them."""

import numpy as np

from terminal.backtest.doubts.question import Case, Doubt, Rule, Severity, graded, not_asked
from terminal.domain.words import count, number, percent
from terminal.stats.verdict import LEAST_TRADES

_NO_PROFIT = "The run made no profit that one part of it could carry."


def too_few_trades(case: Case) -> Doubt:
    """Fewer closed trades than a verdict needs."""
    trades = int(case.result.metrics["trades"])
    severity = Severity.GRAVE if trades < LEAST_TRADES / 3 else Severity.SERIOUS if trades < LEAST_TRADES else Severity.SOUND
    told = "1 closed trade" if trades == 1 else f"{count(trades)} closed trades"
    compared = f"; below {LEAST_TRADES} nothing can be told from luck." if severity else "."
    return Doubt("too few trades", severity, told + compared, float(trades))


def one_trade_carries(case: Case) -> Doubt:
    """The best trade's share of the net profit."""
    profits = case.result.trade_table["profit"]
    net = float(profits.sum())
    if net <= 0 or len(profits) < 2:
        return not_asked("one trade carries it", _NO_PROFIT if net <= 0 else "There is only one trade.")
    share = float(profits.max()) / net
    rest = net - float(profits.max())
    words = f"The best of {count(len(profits))} trades made {percent(share, 0)} of the net profit; without it {_money(rest, case)} would remain."
    return Doubt("one trade carries it", graded(share, 1 / 3, 0.5, 1.0), words, share)


def open_trade_carries(case: Case) -> Doubt:
    """What trades still open at the end contribute, at a price nobody paid."""
    table = case.result.trade_table
    is_open, net = table["reason"] == 0, float(table["profit"].sum())
    if not is_open.any():
        return Doubt("an open trade carries it", Severity.SOUND, "No trade is open at the end.", 0.0)
    if net <= 0:
        return not_asked("an open trade carries it", _NO_PROFIT)
    share = float(table["profit"][is_open].sum()) / net
    words = f"What is still open at the last close makes {percent(share, 0)} of the net profit; nobody has paid that price yet."
    return Doubt("an open trade carries it", graded(share, 0.25, 0.5, 1.0), words, share)


def costs_eat_it(case: Case) -> Doubt:
    """Costs over the profit before them."""
    table = case.result.trade_table
    gross = float(table["gross"].sum())
    costs = gross - float(table["profit"].sum())
    if gross <= 0:
        return not_asked("costs eat it", "There is no profit before costs.")
    share = costs / gross
    rest = "nothing is left" if share >= 1 else f"{percent(1 - share, 0)} is left"
    return Doubt("costs eat it", graded(share, 0.3, 0.5, 1.0), f"Costs take {percent(share, 0)} of the profit before them; {rest}.", share)


def too_many_parameters(case: Case) -> Doubt:
    """Closed trades for each parameter that could have been fitted to them."""
    told = case.result.settings.get("strategies") or [{"parameters": case.result.settings.get("parameters") or {}}]
    parameters = sum(len(each["parameters"]) for each in told)
    trades = case.result.metrics["trades"]
    if parameters == 0:
        return Doubt("too many parameters", Severity.SOUND, f"The {'strategy has' if len(told) == 1 else 'strategies have'} no parameters.", 0.0)
    each = trades / parameters
    severity = Severity.GRAVE if each < 3 else Severity.SERIOUS if each < 10 else Severity.SLIGHT if each < 20 else Severity.SOUND
    words = f"{parameters} parameter{'' if parameters == 1 else 's'} for {count(trades)} trades: {number(each, 1 if each < 10 else 0)} trades a parameter"
    return Doubt("too many parameters", severity, f"{words}{'; ten at least, better twenty' if severity else ''}.", each)


def _money(value: float, case: Case) -> str:
    return f"{number(value, 2)} {case.result.settings.get('currency', '')}".rstrip()


def profits_by_month(days: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """Log growth of each calendar month that has days."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    starts = np.flatnonzero(np.concatenate(([True], months[1:] != months[:-1])))
    grown: np.ndarray = np.add.reduceat(np.log1p(np.maximum(returns, -0.999999)), starts)
    return grown


def one_month_carries(case: Case) -> Doubt:
    """The best month's share of the whole growth."""
    result = case.result
    if len(result.daily_returns) < 2:
        return not_asked("one month carries it", "There are not enough days.")
    grown = profits_by_month(result.daily_days, result.daily_returns)
    total = float(grown.sum())
    if total <= 0 or len(grown) < 6:
        return not_asked("one month carries it", _NO_PROFIT if total <= 0 else f"There are only {len(grown)} months.")
    share = float(grown.max()) / total
    rest = float(np.expm1(total - grown.max()))
    words = f"The best of {len(grown)} months made {percent(share, 0)} of the growth; without it the run made {percent(rest, signed=True)}."
    return Doubt("one month carries it", graded(share, 1 / 3, 0.5, 1.0), words, share)


RULES: tuple[Rule, ...] = (too_few_trades, one_trade_carries, one_month_carries, open_trade_carries, costs_eat_it, too_many_parameters)
