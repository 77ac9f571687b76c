"""A plan that is kept comes back as it was, and whatever else is found in its place is refused in words."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.app.commands import Beside, TickFile
from terminal.app.run_world import DECLARED_WORLD
from terminal.domain.errors import BadInput
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.run_plan import RunPlan, restored

words = st.text(min_size=1, max_size=12)
keys = st.builds(SeriesKey, words, words, st.sampled_from(list(Timeframe)))
files = st.builds(lambda name, symbol, frame, zone: TickFile(Path("/data") / name, symbol, frame, zone), words, words, st.sampled_from(list(Timeframe)), words)
worlds = st.dictionaries(st.sampled_from(sorted(DECLARED_WORLD)), words)
plans = st.builds(RunPlan, st.lists(keys, max_size=3).map(tuple), worlds, st.none() | files)
jsons = st.recursive(st.none() | st.booleans() | st.integers() | words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=3))


@given(plans)
def test_a_kept_plan_comes_back_as_it_was(plan: RunPlan) -> None:
    assert restored(json.loads(json.dumps(plan.state()))) == plan


@given(jsons)
def test_anything_else_is_refused(state: object) -> None:
    with pytest.raises(BadInput, match="could not be read again"):
        restored(state)


@given(plans, st.sampled_from(["series", "world", "ticks"]), jsons)
def test_a_part_that_was_changed_is_a_plan_still_or_refused(plan: RunPlan, part: str, found: object) -> None:
    try:
        made = restored({**plan.state(), part: found})
    except BadInput:
        return
    assert json.loads(json.dumps(made.state()))[part] == found


def test_what_the_next_run_trades_is_said_and_sent() -> None:
    hours, days = SeriesKey("demo", "BTC/USDT", Timeframe.H1), SeriesKey("demo", "SPY", Timeframe.D1)
    assert RunPlan().command("ema_trend", {}, None, "hand") is None
    assert RunPlan().traded(hours) == (hours,)
    plan = RunPlan().trading(hours, days).telling("beside", "mean_reversion:window=20").telling("currency", " EUR ")
    command = plan.command("ema_trend", {"fast": 5}, None, "hand")
    assert command is not None
    assert (command.candles, command.others, command.beside) == (hours, (days,), (Beside("mean_reversion", {"window": "20"}),))
    assert command.options == {"currency": "EUR"}
    assert plan.telling("currency", "").world == {"beside": "mean_reversion:window=20"}
    ticks = plan.over(TickFile(Path("/data/trades.csv")))
    command = ticks.command("ema_trend", {}, hours, "hand")
    assert command is not None
    assert (command.candles, command.others) == (TickFile(Path("/data/trades.csv")), ())
    assert (ticks.traded(hours), ticks.names(hours)) == ((), "the ticks of trades.csv")
    assert ticks.trading(hours).ticks is None
    assert ticks.over(None) == RunPlan((), ticks.world)
