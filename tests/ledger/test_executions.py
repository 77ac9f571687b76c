"""Executions are netted: duplicates count once, corrections replace, contradictions are kept aside and told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal.domain.instrument import AssetClass
from terminal.domain.intents import Execution
from terminal.ledger.executions import Executions
from terminal.ledger.reports import Effect
from tests.ledger.made import FUTURE, PERPETUAL, SPOT, filled


def counted(executions: Executions) -> dict[str, Decimal]:
    return {fact.report.id: fact.report.quantity for fact in executions.facts()}


def test_the_same_fill_counts_once_however_it_is_written() -> None:
    executions = Executions()
    assert executions.add(filled("1", "1.0", "100")) is Effect.NEW
    assert executions.add(filled("1", "1.00", "100.000")) is Effect.DUPLICATE
    assert counted(executions) == {"1": Decimal(1)}


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    executions = Executions()
    assert executions.add(filled("0001.01", "1", "100")) is Effect.NEW
    assert executions.add(filled("0001.02", "2", "100", corrects="0001.01")) is Effect.CORRECTION
    assert executions.add(filled("0001.01", "1", "100")) is Effect.DUPLICATE
    assert counted(executions) == {"0001.02": Decimal(2)}


def test_a_correction_may_arrive_before_what_it_corrects() -> None:
    executions = Executions()
    assert executions.add(filled("0001.02", "2", "100", corrects="0001.01")) is Effect.NEW
    assert executions.add(filled("0001.01", "1", "100")) is Effect.CORRECTION
    assert counted(executions) == {"0001.02": Decimal(2)}


@pytest.mark.parametrize("third", ["0001.01", "0001.02"])
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_the_last_correction_counts_whether_it_names_the_first_or_the_one_before(third: str, order: tuple[int, ...]) -> None:
    reports = [filled("0001.01", "1", "100"), filled("0001.02", "2", "100", corrects="0001.01"), filled("0001.03", "3", "100", corrects=third)]
    executions = Executions()
    for number in order:
        executions.add(reports[number])
    assert counted(executions) == {"0001.03": Decimal(3)}


def test_a_correction_whose_chain_has_a_gap_still_replaces_the_first() -> None:
    executions = Executions()
    executions.add(filled("0001.01", "1", "100"))
    executions.add(filled("0001.03", "3", "100", corrects="0001.02"))
    executions.add(filled("0001.02", "2", "100", corrects="0001.01"))
    assert counted(executions) == {"0001.03": Decimal(3)}


def test_corrections_in_a_circle_leave_one_fill_in_any_order() -> None:
    pair = [filled("a", "1", "100", corrects="b"), filled("b", "2", "100", corrects="a")]
    for reports in (pair, pair[::-1]):
        executions = Executions()
        for report in reports:
            executions.add(report)
        assert counted(executions) == {"b": Decimal(2)}


@pytest.mark.parametrize("other", [{"quantity": Decimal(2)}, {"price": Decimal(101)}, {"fee": Decimal("0.2")}, {"order_id": "b-1"}, {"corrects": "8"}])
def test_the_same_id_with_other_content_is_kept_aside(other: dict) -> None:
    executions = Executions()
    first = filled("1", "1", "100", fee="0.1", order="a-1", corrects="7")
    executions.add(first)
    assert executions.add(replace(first, **other)) is Effect.CONFLICT
    assert executions.add(replace(first, **other)) is Effect.CONFLICT
    assert [item.report for item in executions.aside] == [replace(first, **other)]
    assert "other content" in executions.aside[0].reason
    assert [fact.report for fact in executions.facts()] == [first]


def test_a_stream_and_a_request_complete_each_other() -> None:
    streamed = filled("1", "1", "100", time=2_000, order="a-1")
    requested = replace(filled("1", "1", "100", fee="0.1", time=1_999), venue_order_id="77")
    whole = replace(streamed, time=1_999, fee=Decimal("0.1"), venue_order_id="77")
    for reports in ((streamed, requested), (requested, streamed)):
        executions = Executions()
        assert [executions.add(report) for report in reports] == [Effect.NEW, Effect.COMPLETED]
        assert [executions.add(report) for report in reports] == [Effect.DUPLICATE, Effect.DUPLICATE]
        assert [fact.report for fact in executions.facts()] == [whole]


def test_accounts_brokers_and_instruments_with_equal_ids_keep_apart() -> None:
    elsewhere = replace(SPOT, venue="south")
    reports = [filled("1", "1", "100"), filled("1", "2", "100", account="second"), filled("1", "3", "100", instrument=PERPETUAL)]
    reports.append(filled("1", "4", "100", instrument=elsewhere))
    executions = Executions()
    assert [executions.add(report) for report in reports] == [Effect.NEW] * 4
    executions.add(filled("2", "9", "100", corrects="1", account="second"))
    assert sorted(fact.report.quantity for fact in executions.facts()) == [1, 3, 4, 9]


def test_equal_ids_in_two_currencies_keep_apart_and_another_multiplier_is_a_contradiction() -> None:
    executions = Executions()
    executions.add(filled("1", "1", "100", instrument=FUTURE))
    assert executions.add(filled("1", "1", "100", instrument=replace(FUTURE, quote="EUR"))) is Effect.NEW
    assert executions.add(filled("1", "1", "100", instrument=replace(FUTURE, multiplier=Decimal(5)))) is Effect.CONFLICT
    assert executions.add(filled("1", "1", "100", instrument=replace(FUTURE, asset_class=AssetClass.EQUITY))) is Effect.CONFLICT
    assert executions.add(filled("1.2", "1", "100", instrument=replace(FUTURE, multiplier=Decimal(5)), corrects="1")) is Effect.CORRECTION
    assert sorted((fact.report.instrument.quote, fact.report.instrument.multiplier) for fact in executions.facts()) == [("EUR", 50), ("USD", 5)]


def test_a_new_grid_does_not_make_a_known_fill_new() -> None:
    executions = Executions()
    executions.add(filled("1", "1", "100"))
    assert executions.add(filled("1", "1", "100", instrument=replace(SPOT, tick=Decimal("0.5")))) is Effect.DUPLICATE


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (filled("1", "1", "100", corrects="1"), "corrects itself"),
        (filled("1", "1", "1e90"), "price of 1 has more than 60 digits"),
        (filled("1", "1e-70", "1"), "quantity of 1"),
        (filled("1", "1", "1", fee="0.1", currency=""), "no currency"),
        (filled("1", "1", "1", instrument=replace(SPOT, multiplier=Decimal("nan"))), "multiplier"),
    ],
)
def test_what_cannot_be_booked_is_kept_aside(report: Execution, why: str) -> None:
    executions = Executions()
    assert executions.add(report) is Effect.CONFLICT
    assert why in executions.aside[0].reason
    assert list(executions.facts()) == []


def test_what_would_change_nothing_is_known_and_all_else_is_not() -> None:
    executions = Executions()
    first = filled("1", "1", "100", order="a-1")
    strange = replace(first, price=Decimal(7))
    correction = replace(first, id="2", corrects="1")
    large = replace(first, id="3", price=Decimal("1e99"))
    for report in (first, replace(first, fee=Decimal("0.1")), strange, correction, large):
        assert not executions.is_known(report)
        executions.add(report)
        assert executions.is_known(report)
    assert executions.is_known(first)
    assert executions.is_known(replace(first, fee=Decimal("0.10"), time=5))
    assert not executions.is_known(replace(strange, price=Decimal(8)))
    assert not executions.is_known(replace(first, account="second"))


def test_fresh_objects_for_the_same_instrument_mean_the_same_one_however_many_there_are() -> None:
    executions = Executions()
    for number in range(5_000):
        executions.add(filled(str(number), "1", "100", instrument=replace(SPOT)))
    assert executions.add(filled("7", "1", "100", instrument=replace(SPOT))) is Effect.DUPLICATE
    assert len(executions) == 5_000
    same = Executions()
    for number in range(5_000):
        same.add(filled(str(number), "1", "100"))
    assert executions.digest() == same.digest()


def test_hostile_numbers_and_names_neither_stop_nor_mix_anything() -> None:
    executions = Executions()
    one, other = replace(SPOT, venue="a', 'b", symbol="c"), replace(SPOT, venue="a", symbol="b', 'c")
    assert [executions.add(filled("1", "1", "1", instrument=what)) for what in (one, other)] == [Effect.NEW] * 2
    assert executions.add(filled("2", "1", "1e999999")) is Effect.CONFLICT
    assert len(executions.digest()) == 128
