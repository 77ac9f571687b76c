"""The fault simulator finds nothing wrong with the engine, and finds what is wrong with a broken one: it has teeth."""

from collections.abc import Callable
from typing import Any

import pytest

from terminal.live import answers, lookups, protecting, state
from terminal.live.driver import Driver
from terminal.live.engine import Engine
from terminal.live.messages import LookedUp, Message, Send, SendInDoubt
from terminal.live.orders import LiveOrder, Status
from terminal.live.records import Doubted, ProvedAbsent
from terminal.proving.checker import check
from terminal.proving.faults import FAULTS, Struck
from terminal.proving.schedules import campaign, schedule
from terminal.proving.simulator import Simulation


def test_nothing_is_doubled_lost_or_guessed_under_any_faults() -> None:
    tally = campaign(1, 120)
    assert tally.failures == {}
    assert tally.orders > 1_000, "a simulation without orders proves nothing"
    assert set(tally.faults_by_kind) == set(FAULTS), "every fault struck"


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_alone_does_no_harm(fault: str) -> None:
    for seed in range(6):
        simulation = Simulation(7_000 + seed, Struck({fault: 0.3}))
        simulation.run()
        assert check(simulation).is_clean, (seed, check(simulation))


def test_a_schedule_is_the_same_each_time() -> None:
    assert schedule(5, 3).trace == schedule(5, 3).trace
    assert schedule(5, 3).trace != schedule(5, 4).trace


def failures(seeds: range = range(60)) -> str:
    """Everything that is found in these schedules, or what the engine stops on."""
    return " ".join(word for seed in seeds for words in schedule(11, seed).failures.values() for word in words)


def test_it_finds_an_engine_that_sends_again_what_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Send] = {}
    do = Engine.do

    def remember(self: Engine, effect: object) -> None:
        if isinstance(effect, Send):
            sent[effect.order.intent.id] = effect
        do(self, effect)  # type: ignore[arg-type]

    def again(self: answers.Answers, message: SendInDoubt) -> None:
        if self._engine.state.orders[message.order_id].status is Status.PENDING:
            self._engine.write(Doubted(message.order_id, message.why))
            self._engine.do(sent[message.order_id])

    monkeypatch.setattr(Engine, "do", remember)
    monkeypatch.setattr(answers.Answers, "in_doubt", again)
    assert "I02" in failures()


def test_it_finds_an_engine_that_takes_not_found_for_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    def believes(self: lookups.LookUps, order: LiveOrder, _message: LookedUp) -> None:
        if order.status is Status.UNKNOWN:
            self._engine.write(ProvedAbsent(order.intent.id, "not found once"))

    monkeypatch.setattr(lookups.LookUps, "_nothing", believes)
    assert "I03" in failures()


def test_it_finds_an_engine_that_acts_before_it_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    finish = Driver._finish

    def hasty(self: Driver, records: list[Any], effects: list[Any], now: int) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                self._carry_out(effect)
        finish(self, records, [effect for effect in effects if not isinstance(effect, Send)], now)

    monkeypatch.setattr(Driver, "_finish", hasty)
    found = failures(range(20))
    assert "not in the journal" in found


def test_it_finds_a_state_that_books_a_fill_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state.LiveState, "knows", lambda _self, _execution: False)
    original = state.LiveState._count

    def twice(self: state.LiveState, booked: state.Booked, sign: int) -> tuple[str, str]:
        original(self, booked, sign)
        return original(self, booked, sign)

    monkeypatch.setattr(state.LiveState, "_count", twice)
    assert "I05" in failures(range(5))


def test_it_finds_stops_that_stay_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protecting.Protection, "_drop_spare", lambda _self, _wanted: None)
    assert "I09" in failures(range(20))


def test_it_finds_stops_that_are_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protecting.Protection, "keep", lambda _self: None)
    assert "F14" in failures(range(10))


def test_a_fault_of_the_engine_is_a_finding_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    step: Callable[..., object] = Engine.step

    def broken(self: Engine, message: Message, now: int) -> object:
        if isinstance(message, LookedUp):
            raise KeyError("planted")
        return step(self, message, now)

    monkeypatch.setattr(Engine, "step", broken)
    assert "planted" in failures(range(10))
