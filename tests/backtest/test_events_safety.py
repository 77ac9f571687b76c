"""Strangers' strategies: what is wrong is told with file, line, candle and value, and nothing runs on that should stop."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.domain.errors import Cancelled, StrategyError
from terminal.domain.signals import Signals
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide
from tests.backtest.eventful import acting, flat, lived

HERE = Path(__file__)


def failed(kind: type[Strategy], rows: int = 20) -> StrategyError:
    """What the run of `kind` is told."""
    with pytest.raises(StrategyError) as caught:
        lived(kind, flat(rows))
    assert caught.value.file == HERE
    assert caught.value.line is not None
    return caught.value


def test_an_exception_names_file_line_candle_and_row() -> None:
    def on_candle(self: Strategy, candle: Any) -> None:
        if self.now > lived_until:
            raise ZeroDivisionError("no")

    lived_until = int(flat(20).time[7])
    error = failed(acting(on_candle=on_candle))
    assert "ZeroDivisionError: no at 2021-01-01 07:00 (row 7)" in str(error)


def test_ten_thousand_orders_on_one_candle_are_stopped() -> None:
    def on_candle(self: Strategy, candle: Any) -> None:
        for _ in range(10_000):
            self.buy(quantity=0.001, limit=1.0)

    error = failed(acting(on_candle=on_candle))
    assert "more than 1,000 orders on one candle at 2021-01-01 00:00 (row 0)" in str(error)


def test_orders_that_pile_up_are_stopped() -> None:
    def on_candle(self: Strategy, candle: Any) -> None:
        for _ in range(900):
            self.buy(quantity=0.001, limit=1.0)

    assert "5,000 orders in the market" in str(failed(acting(on_candle=on_candle)))


def test_orders_asked_for_at_every_answer_are_stopped() -> None:
    kind = acting(on_candle=lambda self, candle: self.buy(quantity=1), on_order=lambda self, order: self.buy(quantity=0.01, limit=1.0))
    assert "more than 1,000 orders" in str(failed(kind))


def endless(self: Strategy, *_: Any) -> Any:
    """Loops for ever, and tries not to be stopped."""
    while True:
        try:
            sum(range(10))
        except Exception:  # noqa: BLE001 - what it does wrong is the test
            continue


@pytest.mark.parametrize("event", ["on_candle", "on_start", "prepare", "on_stop"])
def test_an_event_that_never_ends_is_stopped(event: str) -> None:
    answers: dict[str, Any] = {"on_candle": lambda self, candle: None, event: endless, "patience": 0.2}
    error = failed(acting(**answers))
    assert "was still running after" in str(error)
    assert "2021-01-01 " in str(error)
    assert "patience" in error.cure


def test_signals_that_never_end_are_stopped() -> None:
    with pytest.raises(StrategyError, match="still running"):
        decide(acting(signals=endless, patience=0.05)(), flat(5))


@pytest.mark.parametrize(
    "run",
    [
        lambda asked: lived(acting(on_candle=endless), flat(5), asked),
        lambda asked: decide(acting(signals=endless)(), flat(5), cancelled=asked),
    ],
)
def test_the_person_can_stop_a_strategy_that_never_ends_in_any_thread(run: Callable[[Callable[[], bool]], Any]) -> None:
    asked, ended = threading.Event(), []

    def work() -> None:
        try:
            run(asked.is_set)
        except Cancelled:
            ended.append("cancelled")

    thread = threading.Thread(target=work)
    thread.start()
    asked.set()
    thread.join(60)
    assert ended == ["cancelled"]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"limit": np.nan}, "`limit` is NaN"),
        ({"stop": float("inf")}, "`stop` is inf"),
        ({"stop_loss": np.nan}, "`stop_loss` is NaN"),
        ({"take_profit": -1.0}, "`take_profit` is -1"),
        ({"trail": np.nan}, "`trail` is NaN"),
        ({"quantity": np.nan}, "`quantity` is NaN"),
        ({"quantity": 0}, "`quantity` is 0"),
        ({"percent": -0.1}, "`percent` is -0.1"),
        ({"target": np.nan}, "`target` is NaN"),
        ({"limit": "cheap"}, "`limit` is 'cheap'"),
        ({"stop_loss": "2"}, "`stop_loss` is '2'"),
        ({"quantity": 1, "cash": 5}, "quantity=1 and cash=5"),
        ({"expires": "soon"}, "`expires` is 'soon'"),
        ({"force": "now"}, "`force` is 'now'"),
        ({"stoploss": 1.0}, "Did you mean stop_loss"),
        ({"post_only": True}, "`post_only` was given to an order without a limit"),
        ({"activation": 5.0}, "`activation` was given without `trail`"),
        ({"algo": 3}, "`algo` is 3"),
        ({"symbol": "ETH/USDT"}, "no candles of 'ETH/USDT'"),
    ],
)
def test_a_wrong_argument_is_refused_in_words_at_its_line(order: dict[str, Any], words: str) -> None:
    error = failed(acting(on_candle=lambda self, candle: self.buy(**order)))
    assert words in str(error)
    assert "(row 0)" in str(error)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"quantity": 1, "stop_loss": 101.0}, "wrong side"),
        ({"quantity": 1, "stop": 50.0}, "already through the market"),
        ({"quantity": 1e9}, "can't pay"),
        ({"risk": 0.01}, "neither stop nor trail"),
    ],
)
def test_what_makes_no_sense_to_the_market_is_refused_with_its_reason(order: dict[str, Any], why: str) -> None:
    refused: list[str] = []
    kind = acting(on_candle=lambda self, candle: self.buy(**order), on_order=lambda self, made: refused.append(made.refused))
    account = lived(kind, flat(3))
    assert any(why in words for words in refused)
    assert int(account.desk.totals["fills"][0]) == 0


def test_signals_share_nothing_with_the_event_path() -> None:
    kind = acting(signals=lambda self, candles: Signals(enter_long=True), on_fill=lambda self, fill: None)
    assert not kind.answers_events()
