"""The books say the same for any order, repetition and correction of what a venue tells, and after being kept and read back (I05, I28)."""

import json
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import Execution
from terminal.domain.orders import Side
from terminal.ledger.books import Books
from terminal.ledger.exact import Method
from terminal.ledger.external import Declared, External, ExternalKind
from terminal.ledger.flows import Flow, FlowKind
from terminal.ledger.postings import entries, trial_balance
from terminal.ledger.reports import Effect
from tests.ledger.made import FUTURE, PERPETUAL, SPOT, STOCK, books, filled, flow, strategy_of

INSTRUMENTS = (SPOT, PERPETUAL, FUTURE, STOCK, replace(SPOT, venue="south"))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Execution], list[Execution]]:
    """What a venue tells (fills, and the corrections of some), and the fills that are true in the end."""
    told, true = [], []
    for number in range(draw(st.integers(1, 14))):
        instrument = draw(st.sampled_from(INSTRUMENTS))
        fill = Execution(
            f"{number:04}.01",
            draw(st.sampled_from(("main", "second"))),
            instrument,
            draw(st.sampled_from((Side.LONG, Side.SHORT))),
            draw(st.decimals("0.001", "9", places=3)),
            draw(st.decimals("0.0001", "500", places=4)),
            draw(st.decimals("-1", "3", places=5)),
            draw(st.sampled_from(("USDT", "USD", "BNB"))),
            draw(st.integers(0, 5)),
            draw(st.sampled_from(("", "a-1", "b-1"))),
        )
        told.append(fill)
        names_first = draw(st.booleans())
        for revision in range(2, 2 + draw(st.integers(0, 2))):
            corrected = told[-1].id if not names_first else f"{number:04}.01"
            quantity = draw(st.decimals("0.001", "9", places=3))
            told.append(replace(fill, id=f"{number:04}.{revision:02}", quantity=quantity, corrects=corrected))
        true.append(replace(told[-1], id=fill.id, corrects=""))
    return told, true


def figures(kept: Books) -> dict:
    """All that the books say, but not by which reports they came to it."""
    found: dict = {}
    for account in kept.accounts():
        found[account, "ledger"] = trial_balance(kept, account)
        for name in kept.strategies(account):
            found[account, name] = trial_balance(kept, account, name)
        for instrument in INSTRUMENTS:
            found[account, instrument] = (kept.position(account, instrument), kept.average_price(account, instrument))
        found[account, "entries"] = [replace(entry, id="") for entry in entries(kept, account)]
    return found


def told_to(method: Method, executions: list[Execution], looks: random.Random | None = None) -> Books:
    kept = books(method)
    for execution in executions:
        kept.add(execution)
        if looks is not None and looks.random() < 0.3:
            kept.digest()  # what was booked before has been reckoned once
    return kept


@settings(max_examples=150, deadline=None)
@given(history=histories(), method=st.sampled_from(list(Method)), seed=st.integers(0, 2**32))
def test_any_order_and_repetition_gives_the_books_of_the_clean_history(history: tuple, method: Method, seed: int) -> None:
    told, true = history
    clean, once = told_to(method, true), told_to(method, told)
    mixed = random.Random(seed)
    shuffled = told + mixed.choices(told, k=mixed.randrange(2 * len(told)))
    mixed.shuffle(shuffled)
    again = told_to(method, shuffled, mixed)
    assert figures(once) == figures(clean)
    assert figures(again) == figures(clean)
    assert again.digest() == once.digest()
    assert again.to_plain() == once.to_plain()
    assert again.executions.aside == ()


@settings(max_examples=60, deadline=None)
@given(history=histories(), seed=st.integers(0, 2**32))
def test_a_report_changes_the_digest_unless_it_is_known(history: tuple, seed: int) -> None:
    told, _ = history
    mixed, kept = random.Random(seed), books()
    strange = [replace(report, price=report.price + 1) for report in mixed.choices(told, k=3)]
    bare = [replace(report, fee=Decimal(0), order_id="", time=report.time + 1) for report in mixed.choices(told, k=3)]
    for report in mixed.choices([*told, *strange, *bare], k=3 * len(told)):
        before, was_known = kept.digest(), kept.executions.is_known(report)
        effect = kept.add(report)
        assert (kept.digest() == before) is was_known
        assert was_known or effect is not Effect.DUPLICATE


@settings(max_examples=60, deadline=None)
@given(history=histories(), method=st.sampled_from(list(Method)), seed=st.integers(0, 2**32))
def test_books_read_back_are_the_books_that_were_kept_and_go_on_alike(history: tuple, method: Method, seed: int) -> None:
    told, _ = history
    mixed = random.Random(seed)
    cut = mixed.randrange(len(told) + 1)
    kept = told_to(method, told[:cut], mixed)
    kept.book(flow("d", FlowKind.DEPOSIT, "0.10"))
    kept.book(flow("f", FlowKind.FUNDING, "-0.0300", strategy="a"))
    kept.declare(Declared("main", SPOT, "0000.01", External(ExternalKind.LIQUIDATION, (("b", Decimal("0.5")),))))
    plain = kept.to_plain()
    back = Books.from_plain(json.loads(json.dumps(plain)), strategy_of)
    for execution in told[cut:]:
        assert kept.add(execution) is back.add(execution)
    assert back.to_plain() == kept.to_plain()
    assert back.digest() == kept.digest()
    assert figures(back) == figures(kept)


def test_everything_is_kept_as_it_was_with_what_lies_aside_and_what_was_rounded() -> None:
    kept = books(Method.AVERAGE)
    first = filled("1", "1.50", "100", fee="-0.10", order="a-1", time=2**62)
    for execution in (first, replace(first, price=Decimal("1E+2")), replace(first, price=Decimal(7)), replace(first, id="2", price=Decimal("1e99"))):
        kept.add(execution)
    conversion = Flow("c", "main", FlowKind.CONVERSION, "EUR", Decimal("-5.0"), 1, SPOT, "", "USD", Decimal("5.5"))
    kept.book(conversion)
    kept.book(replace(conversion, amount=Decimal(-6)))
    plain = json.loads(json.dumps(kept.to_plain()))
    back = Books.from_plain(plain, lambda order: "never asked again")
    assert back.to_plain() == plain == kept.to_plain()
    assert [item.reason for item in back.executions.aside] == [item.reason for item in kept.executions.aside]
    assert len(back.executions.aside) == 2
    assert len(back.flows.aside) == 1
    assert str(next(iter(back.executions.reports())).quantity) == "1.50"
    assert back.position("main", SPOT, "a") == Decimal("1.5")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": 2}, "version 2"),
        ({"executions": [{"id": "1"}]}, "executions"),
        ({"executions": [[7, "1", "main", 1, "1", "1", "0", "", 0, "", "", ""]]}, "instrument 7"),
        ({"method": "best"}, "best"),
        ({"units": {"USD": "x"}}, "units"),
    ],
)
def test_kept_books_that_are_none_are_refused(change: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        Books.from_plain({**books().to_plain(), **change}, strategy_of)


def test_the_digest_tells_apart_what_differs() -> None:
    fill = filled("1", "1", "100", fee="0.1", order="a-1")
    others = [
        replace(fill, quantity=Decimal(2)),
        replace(fill, fee=Decimal("0.2")),
        replace(fill, fee_currency="BNB"),
        replace(fill, order_id="b-1"),
        replace(fill, venue_order_id="7"),
        replace(fill, time=1),
        replace(fill, account="second"),
        replace(fill, side=Side.SHORT),
        replace(fill, id="2"),
        replace(fill, corrects="0"),
        replace(fill, instrument=replace(SPOT, venue="south")),
        replace(fill, instrument=replace(SPOT, multiplier=Decimal(2))),
    ]
    digests = {told_to(Method.FIFO, [execution]).digest() for execution in (fill, *others)}
    assert len(digests) == 1 + len(others)
    with_doubt = told_to(Method.FIFO, [fill, others[0]])
    assert with_doubt.digest() not in digests


def test_two_reports_without_a_fee_agree_on_its_currency_in_any_order() -> None:
    one, other = filled("1", "1", "100", currency=""), filled("1", "1", "100", currency="USDT")
    assert told_to(Method.FIFO, [one, other]).to_plain() == told_to(Method.FIFO, [other, one]).to_plain()
    assert told_to(Method.FIFO, [one]).digest() != told_to(Method.FIFO, [one, other]).digest() == told_to(Method.FIFO, [other]).digest()


def test_the_digest_follows_what_is_completed_before_and_after_it_was_asked() -> None:
    bare, whole = filled("1", "1", "100"), filled("1", "1", "100", fee="0.1", order="a-1")
    kept, asked = told_to(Method.FIFO, [bare, whole]), books()
    for execution in (bare, whole):
        asked.add(execution)
        asked.digest()
    assert kept.digest() == asked.digest() == told_to(Method.FIFO, [whole]).digest()


def test_fills_of_weeks_ago_are_put_into_their_place_among_thousands() -> None:
    mixed = random.Random(7)
    told = [
        filled(str(n), f"{mixed.choice((-1, 1)) * mixed.randint(1, 999)}e-3", f"{mixed.randint(9_000, 11_000)}e-2", order="a-1", time=n) for n in range(3_000)
    ]
    late = {5, 700, 1_024, 1_500, 2_990}
    kept = told_to(Method.FIFO, [fill for n, fill in enumerate(told) if n not in late])
    for n in sorted(late, reverse=True):
        kept.realised("main", "USDT")
        assert kept.add(told[n]) is Effect.NEW
    assert figures(kept) == figures(told_to(Method.FIFO, told))


def test_a_correction_settles_what_lay_aside() -> None:
    fill = filled("1", "1", "100", order="a-1")
    kept = told_to(Method.FIFO, [fill, replace(fill, quantity=Decimal(3))])
    assert len(kept.executions.doubts) == 1
    kept.add(replace(fill, id="decided-1", quantity=Decimal(3), corrects="1"))
    assert kept.executions.doubts == ()
    assert len(kept.executions.aside) == 1
    assert kept.position("main", SPOT) == 3


def test_what_is_kept_is_the_same_for_equal_ids_in_any_order() -> None:
    fills = [filled("1", "1", "100", instrument=what, account=account) for what in INSTRUMENTS for account in ("main", "second")]
    flows = [replace(flow("1", kind, "1"), instrument=what) for kind in (FlowKind.FUNDING, FlowKind.INTEREST) for what in (None, *INSTRUMENTS)]
    kept, other = books(), books()
    for fill in fills:
        kept.add(fill)
    for fill in reversed(fills):
        other.add(fill)
    for one in flows:
        kept.book(one)
    for one in reversed(flows):
        other.book(one)
    plain = kept.to_plain()
    assert other.to_plain() == plain
    assert Books.from_plain(plain, strategy_of).digest() == other.digest() == kept.digest()
    assert len(plain["instruments"]) == len(INSTRUMENTS)


def test_an_instrument_whose_grid_changed_is_the_same_one() -> None:
    finer: Instrument = replace(SPOT, tick=Decimal("0.01"), lot=Decimal("0.001"))
    kept = told_to(Method.FIFO, [filled("1", "1", "100"), filled("2", "-1", "101", instrument=finer, time=1)])
    assert (kept.position("main", finer), kept.realised("main", "USDT")) == (0, 1)
    assert kept.equity("main", "USDT", {finer: Decimal(1)}) == 1
