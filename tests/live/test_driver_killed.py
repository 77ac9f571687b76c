"""A kill that comes while an order is being written down keeps that order back: shut means shut, whatever was decided a moment before."""

import pytest

from terminal.live.journal_memory import MemoryJournal
from terminal.live.messages import Effect, Send
from terminal.live.orders import Status
from terminal.proving.faults import Struck
from terminal.proving.simulator import Simulation


def test_an_order_does_not_leave_once_a_kill_came_while_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(3, Struck({}))
    sync, note = MemoryJournal.sync, Simulation._note
    left: list[str] = []
    late: list[str] = []

    def slow(self: MemoryJournal) -> int:
        engine = simulation.engine
        is_entry = any(entry.kind == "submitted" and b'"reduce_only":false' in entry.body for _, entry in self.entries(self.head.seq - 1))
        if engine is not None and len(left) >= 5 and is_entry:
            engine.is_shut = True  # by another thread, while this one waits for the disk
        return sync(self)

    def watched(self: Simulation, what: Effect) -> None:
        engine = simulation.engine
        if isinstance(what, Send):
            left.append(what.order.intent.id)
            if engine is not None and engine.is_shut and not (what.order.intent.reduce_only or what.order.intent.is_protective):
                late.append(what.order.intent.id)
        note(self, what)

    monkeypatch.setattr(MemoryJournal, "sync", slow)
    monkeypatch.setattr(Simulation, "_note", watched)
    simulation.run()
    assert len(left) >= 5
    assert late == []
    engine = simulation.engine
    assert engine is not None
    kept_back = [order for order in engine.state.orders.values() if "trading was killed" in order.why]
    assert kept_back
    assert all(order.status is Status.REFUSED for order in kept_back)
    assert not {order.intent.id for order in kept_back} & set(left)
