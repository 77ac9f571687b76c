"""The reviewer: every rule is shown a run it must doubt and one it must pass, and the doubts are ranked."""

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.backtest.doubts import review_again, review_fills, review_time, review_trades
from terminal.backtest.doubts.question import Case, Doubt, Severity
from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.review import RULES, examine, review
from terminal.backtest.options import Options
from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import Cancelled
from terminal.domain.instrument import Instrument
from terminal.domain.parameters import Int
from terminal.domain.signals import Signals
from terminal.domain.timeframe import DAY, Timeframe
from terminal.strategies.contract import Strategy
from tests.backtest.builders import START, at, strategy

FREE = Options(commission=0.0, slippage=0.0)
ROOT = Path(__file__).resolve().parents[2]


def series(closes: Any, *, volume: Any = None, spread: float = 0.001, step: int = DAY) -> Candles:
    """Candles that open at the close before them."""
    close = np.asarray(closes, float)
    opens = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opens, close) * (1 + spread), np.minimum(opens, close) * (1 - spread)
    volumes = np.full(len(close), 1e6) if volume is None else np.asarray(volume, float)
    frame = Timeframe.D1 if step == DAY else Timeframe.H1
    return Candles(Instrument("test", "X"), frame, START + np.arange(len(close)) * step, opens, high, low, close, volumes, Provenance("test"))


def case(candles: Candles, options: Options = FREE, chosen: Strategy | None = None, **signals: Any) -> Case:
    """The run of these signals on `candles`, with all that a rule may look at."""
    used = chosen if chosen is not None else strategy(**signals)
    return Case(rerun(used, candles, options), candles, used, options)


def rising(rows: int = 400, rate: float = 0.002) -> Candles:
    return series(100 * (1 + rate) ** np.arange(rows))


def turns(rows: int, every: int, held: int) -> dict[str, Any]:
    """In on each `every`-th row, out `held` rows later."""
    phase = np.arange(rows) % every
    return {"enter_long": phase == 0, "exit_long": phase == held}


def many_wins() -> Case:
    """Forty like trades on a steady rise of 400 days."""
    return case(rising(), **turns(400, 10, 5))


class Six(Strategy):
    """Six parameters, few trades."""

    one = Int(1, low=1, high=9)
    two = Int(1, low=1, high=9)
    three = Int(1, low=1, high=9)
    four = Int(1, low=1, high=9)
    five = Int(1, low=1, high=9)
    six = Int(1, low=1, high=9)

    def signals(self, candles: Candles) -> Signals:
        return Signals(**turns(len(candles), 10, 5))


class Knows(Strategy):
    """Long before each rise."""

    def signals(self, candles: Candles) -> Signals:
        rises = np.append(candles.close[1:] > candles.close[:-1], False)
        return Signals(enter_long=rises, exit_long=~rises)


def one_jump(row: int = 203) -> Candles:
    close = 100 * 1.0001 ** np.arange(400)
    close[row:] *= 1.5
    return series(close)


def wavy(rows: int = 800, period: int = 8) -> Candles:
    """A wave with a little rise: whoever is one candle late buys high and sells low."""
    return series(100 + np.sin(np.arange(rows) * 2 * np.pi / period) * 3 + np.arange(rows) * 0.001)


def with_volume(volume: Any, **signals: Any) -> Case:
    return case(series(100 * 1.002 ** np.arange(400), volume=volume), **(signals or turns(400, 10, 5)))


def stale(rows: int = 400) -> Candles:
    close = 100 * 1.002 ** (np.arange(rows) // 2 * 2)
    return series(close, spread=0.0)


def wide(rows: int = 200) -> Candles:
    """Every candle goes two per cent both ways."""
    close = np.full(rows, 100.0)
    return series(close, spread=0.02)


def under_water(rows: int, share: float) -> Candles:
    """Rises, falls back once, and comes to its peak again after `share` of the run."""
    length = int(rows * share)
    lead = (rows - length) // 2
    valley = 100 - 20 * np.sin(np.linspace(0, np.pi, length))
    return series(np.concatenate((np.linspace(90, 100, lead), valley, np.linspace(100.1, 130, rows - length - lead))))


FIXTURES: dict[str, tuple[Callable[[Case], Doubt], Callable[[], Case], Callable[[], Case]]] = {
    "looks ahead": (review_again.looks_ahead, lambda: case(wavy(), chosen=Knows()), many_wins),
    "one bar of delay": (review_again.one_bar_of_delay, lambda: case(wavy(), chosen=Knows()), many_wins),
    "gain or loss depends on fills": (
        review_again.sign_depends_on_fills,
        lambda: case(wide(), enter_long=True, stop_loss=0.01, take_profit=0.01),
        many_wins,
    ),
    "stop and target in one candle": (
        review_again.stop_and_target_in_one_candle,
        lambda: case(wide(), enter_long=True, stop_loss=0.01, take_profit=0.01),
        lambda: case(rising(), **turns(400, 10, 8), stop_loss=0.05, take_profit=0.005),
    ),
    "too few trades": (review_trades.too_few_trades, lambda: case(rising(), **turns(400, 40, 5)), many_wins),
    "one trade carries it": (review_trades.one_trade_carries, lambda: case(one_jump(), **turns(400, 10, 5)), many_wins),
    "one month carries it": (review_trades.one_month_carries, lambda: case(one_jump(), **turns(400, 10, 5)), many_wins),
    "an open trade carries it": (
        review_trades.open_trade_carries,
        lambda: case(one_jump(390), enter_long=at(400, 5, 25, 300), exit_long=at(400, 15, 35)),
        many_wins,
    ),
    "costs eat it": (review_trades.costs_eat_it, lambda: case(rising(), Options(commission=0.004, slippage=0.0), **turns(400, 10, 5)), many_wins),
    "too many parameters": (review_trades.too_many_parameters, lambda: case(rising(), chosen=Six()), many_wins),
    "fills on zero volume": (
        review_fills.fills_without_volume,
        lambda: with_volume(np.where(np.arange(400) % 10 == 1, 0.0, 1e6)),
        lambda: with_volume(np.where(np.arange(400) % 10 == 3, 0.0, 1e6)),
    ),
    "fills on stale candles": (review_fills.fills_on_stale_candles, lambda: case(stale(), **turns(400, 10, 5)), many_wins),
    "size above liquidity": (review_fills.size_above_liquidity, lambda: with_volume(np.full(400, 50.0)), lambda: with_volume(np.full(400, 5_000.0))),
    "short sample": (review_time.short_sample, lambda: case(rising(60), enter_long=True), many_wins),
    "long flat drawdown": (
        review_time.long_flat_drawdown,
        lambda: case(under_water(400, 0.7), enter_long=True),
        lambda: case(under_water(400, 0.1), enter_long=True),
    ),
    "the benchmark does better": (
        review_time.benchmark_does_better,
        lambda: case(rising(), **turns(400, 100, 5)),
        lambda: case(series(100 * 0.999 ** np.arange(400)), enter_short=True),
    ),
}


@pytest.mark.parametrize("rule", FIXTURES)
def test_a_rule_doubts_the_run_it_was_made_for(rule: str) -> None:
    ask, doubtful, _ = FIXTURES[rule]
    found = ask(doubtful())
    assert found.rule == rule
    assert found.severity >= Severity.SERIOUS or rule in ("short sample", "the benchmark does better", "fills on stale candles"), found
    assert found.severity > Severity.SOUND, found
    assert re.search(r"\d|[Nn]o ", found.words)


@pytest.mark.parametrize("rule", FIXTURES)
def test_a_rule_passes_a_run_without_that_fault(rule: str) -> None:
    ask, _, sound = FIXTURES[rule]
    found = ask(sound())
    assert found.rule == rule
    assert found.severity is Severity.SOUND, found


def test_every_rule_has_its_two_fixtures() -> None:
    assert {ask for ask, _, _ in FIXTURES.values()} == set(RULES)


def test_the_review_ranks_its_doubts_worst_first_and_counts_them() -> None:
    told: list[str] = []
    found = examine(case(wavy(), chosen=Knows()), "some-run", report=lambda done, total, note="", lane="": told.append(note))
    severities = [doubt.severity for doubt in found.doubts]
    assert severities == sorted(severities, reverse=True)
    assert found.doubts[0].rule == "looks ahead"
    assert found.doubts[0].severity is Severity.GRAVE
    assert len(found.doubts) + len(found.sound) + len(found.not_asked) == len(RULES)
    assert re.match(r"\d+ grave, .* of \d+ rules asked", found.summary)
    assert told[0] == "looks ahead"
    assert found.verdict
    whole = case(wavy(), chosen=Knows())
    assert review(whole.result, whole.candles, whole.strategy, whole.options) == found.doubts


def test_without_candles_or_strategy_the_rules_that_need_them_say_so() -> None:
    found = examine(Case(many_wins().result))
    assert {doubt.rule for doubt in found.not_asked} >= {"looks ahead", "one bar of delay", "fills on zero volume", "size above liquidity"}
    assert all(doubt.words for doubt in found.not_asked)


def test_a_series_without_volume_is_not_called_illiquid() -> None:
    assert review_fills.fills_without_volume(with_volume(np.zeros(400))).severity is Severity.NOT_ASKED
    assert review_fills.size_above_liquidity(with_volume(np.zeros(400))).severity is Severity.NOT_ASKED


def test_a_run_without_trades_or_profit_is_reviewed_in_words() -> None:
    for asked in (case(rising()), case(series(100 * 0.998 ** np.arange(400)), **turns(400, 10, 5))):
        found = examine(asked)
        assert all(doubt.words.endswith(".") for doubt in (*found.doubts, *found.sound, *found.not_asked))


def test_rows_before_the_start_are_not_mistaken_for_those_of_the_run() -> None:
    volume = np.full(400, 1e6)
    volume[101:] = 0.0
    candles = series(100 * 1.002 ** np.arange(400), volume=volume)
    asked = case(candles, replace(FREE, start=int(candles.time[100])), **turns(400, 10, 5))
    found = review_fills.fills_without_volume(asked)
    assert found.figure == 1.0


def test_a_review_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        examine(replace(many_wins(), cancelled=lambda: True))


BANNED = re.compile(r"\bsafe(?:ly|ty)?\b|probability that the strategy|guarantee|proves? that", re.IGNORECASE)


def said(path: Path) -> list[str]:
    """Every text of a module that is no docstring, and every line of another file."""
    if path.suffix != ".py":
        return [re.sub(r"`[^`]*`|“[^”]*”", "", line) for line in path.read_text(encoding="utf-8").splitlines()]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes]


def test_no_text_about_a_result_promises_anything() -> None:
    places = [*(ROOT / "terminal" / "backtest").glob("*.py"), *(ROOT / "terminal" / "stats").glob("*.py"), ROOT / "docs" / "doubt.md"]
    places += [*(ROOT / "terminal" / "app" / "cli").glob("*.py"), *(ROOT / "terminal" / "ui" / "panels" / "results").glob("*.py")]
    found = [(path.name, text) for path in places for text in said(path) if BANNED.search(text)]
    assert not found
    assert BANNED.search("The strategy is safe.")
    assert BANNED.search("the probability that the strategy is real")
