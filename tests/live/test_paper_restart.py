"""A paper account that is left and taken up again: nothing is forgotten, nothing happens twice, and a file that fails says so."""

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from terminal.domain.errors import BadInput
from terminal.domain.intents import Execution
from terminal.domain.orders import OrderType, Side
from terminal.domain.timeframe import HOUR
from terminal.live.messages import Taken, Woken
from terminal.live.orders import Status
from terminal.live.paper import PaperVenue
from terminal.live.paper_file import PaperFile, PaperUnavailable
from terminal.live.paper_terms import PaperTerms
from tests.builders.paper import ACCOUNT, PaperRig, X, Y
from tests.live.test_paper_random import assert_agreed

LONG, SHORT = Side.LONG, Side.SHORT
CANDLES = (
    (100, 101, 99, 100),
    (100, 104, 99.5, 103),
    (103, 108, 102, 107),
    (107, 107.5, 104, 105),
    (105, 106, 98, 99),
    (99, 103, 97, 102),
    (102, 109, 101, 108),
)


def story(rig: PaperRig, row: int) -> None:
    """What is wished before candle `row`: every kind of order that remembers something."""
    if row == 1:
        rig.wish(LONG, "3", stop_loss="94")
        rig.wish(LONG, "2", OrderType.STOP_LIMIT, stop="104", limit="104.5")
        rig.wish(SHORT, "1", OrderType.LIMIT, limit="107.5")
    if row == 2:
        rig.leave(SHORT, "2", OrderType.TRAILING_STOP, stop="3")
        rig.wish(LONG, "9", OrderType.LIMIT, limit="98.5")
    if row == 4:
        rig.wish(SHORT, "1.5", OrderType.STOP, stop="98")


def lived(rig: PaperRig, restarts: frozenset[int] = frozenset()) -> PaperRig:
    """The rig after the story over all candles, begun again before those candles."""
    for row, prices in enumerate(CANDLES):
        story(rig, row)
        if row in restarts:
            rig.restart()
        rig.candle(*prices, volume=25)
    rig.settle(5)
    return rig


def known(rig: PaperRig) -> tuple[Any, ...]:
    """All that the account knows, orders under the venue's own numbers: ours begin anew with each program."""
    account = rig.venue._account
    fills = [replace(each, order_id="") for each in account.executions]
    lots = [(account.orders[lot.order_id].number, lot.side, lot.time, lot.quantity, lot.paid) for lot in account.broker.ledger.lots]
    working = [replace(each, order_id="") for each in rig.venue.working()]
    return fills, working, lots, rig.venue.balance(), rig.venue.equity(), rig.venue.positions()


@pytest.mark.parametrize("restarts", [frozenset({row}) for row in range(1, 7)] + [frozenset(range(7))])
def test_an_account_goes_on_after_a_restart_as_if_there_had_been_none(restarts: frozenset[int], tmp_path: Path) -> None:
    terms: dict[str, Any] = {"participation": Decimal("0.1"), "leverage": Decimal(2), "capital": Decimal(10_000)}
    straight = lived(PaperRig(**terms))
    rig = lived(PaperRig(file=PaperFile(tmp_path / "paper.db"), **terms), restarts)
    filled = [order.type.value for order in straight.venue._account.orders.values() if order.filled]
    assert filled == ["market", "stop_limit", "limit", "trailing_stop", "limit", "stop"]
    assert known(rig) == known(straight)
    assert_agreed(rig)


def test_another_process_finds_the_account_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "accounts" / "paper.db"
    rig = PaperRig(file=PaperFile(path))
    rig.candle(100, 101, 99, 100)
    rig.wish(LONG, "2", stop_loss="95")
    rig.candle(100, 101, 99, 100)
    before = known(rig)
    rig.file.close()
    rig.file = file = PaperFile(path)
    rig.restart()
    assert known(rig) == before
    assert path.stat().st_mode & 0o077 == 0
    rig.candle(100, 100, 90, 91)
    assert rig.held == 0
    assert_agreed(rig)
    file.close()


def test_what_quotes_moved_without_a_word_is_kept_and_quiet_quotes_are_not_written() -> None:
    rig = PaperRig(Y)
    rig.quote(99.5, 100, what=Y)
    rig.wish(LONG, "2", what=Y)
    trail = rig.leave(SHORT, "2", OrderType.TRAILING_STOP, what=Y, stop="3")
    for bid in (101, 105, 103):
        rig.quote(bid, bid + 0.5, what=Y)
    written = repr(rig.file.state())  # NaN among it equals nothing
    rig.quote(104, 104.5, what=Y)
    assert repr(rig.file.state()) == written
    rig.restart()
    rig.quote(102.5, 103, what=Y)
    assert rig.status(trail) is Status.WORKING
    rig.quote(102, 102.5, what=Y)
    assert rig.fills(trail) == [(2, 102)]
    assert_agreed(rig)


def test_killed_at_every_single_step_the_books_agree() -> None:
    number = 0
    while True:
        rig = PaperRig(deaths=(number,), leverage=Decimal(3))
        rig.candle(100, 101, 99, 100)
        rig.wish(LONG, "3", stop_loss="95")
        resting = rig.wish(SHORT, "1", OrderType.LIMIT, limit="110")
        rig.candle(100, 101, 99, 100)
        rig.change(resting, "2", "111")
        rig.leave(SHORT, "1")
        rig.candle(100, 101, 99, 100)
        rig.cancel(resting)
        rig.candle(100, 100, 90, 92)
        died = rig.runs > 1
        rig.settle()
        assert_agreed(rig)
        if not died:
            break
        number += 1
    assert number > 60


def test_a_fill_that_was_written_and_never_told_is_found_again_and_booked_once() -> None:
    rig = PaperRig(Y)
    rig.quote(99.5, 100, what=Y)
    rig._deaths = [3]  # decided, appended, synced, filled in the account's file: and then no word of it is told
    rig.wish(LONG, "2", what=Y)
    (name,) = rig.engine.state.orders
    assert rig.runs == 2
    assert rig.venue.positions()[Y.symbol] == 2
    rig.settle(5)
    assert rig.status(name) is Status.FILLED
    assert rig.fills(name) == [(2, 100)]
    assert not [message for message in rig.told if isinstance(message, Taken)]
    assert_agreed(rig)


def test_an_order_that_was_journalled_and_never_arrived_is_proved_absent() -> None:
    rig = PaperRig()
    rig.candle(100, 101, 99, 100)
    rig._deaths = [2]  # decided, appended, synced: and then not sent
    rig.wish(LONG, "2")
    (name,) = rig.engine.state.orders
    assert rig.status(name) is Status.UNKNOWN
    rig.settle(10)
    assert rig.status(name) is Status.ABSENT
    assert not rig.venue.working()
    assert_agreed(rig)


def test_a_file_that_can_not_be_written_leaves_orders_in_doubt_and_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    rig = PaperRig(file=PaperFile(path, wait_seconds=0))
    rig.candle(100, 101, 99, 100)
    resting = rig.wish(LONG, "1", OrderType.LIMIT, limit="98")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    doubtful = rig.wish(LONG, "1")
    assert rig.status(doubtful) is Status.UNKNOWN
    rig.cancel(resting)
    rig.change(resting, "2", "97")
    assert [order.order_id for order in rig.venue.working()] == [resting]
    prices = [Decimal(100), Decimal(101), Decimal(97), Decimal(98)]
    with pytest.raises(PaperUnavailable, match="locked"):
        rig.venue.candle(X, rig.now, rig.now + HOUR, prices, Decimal(1000))
    assert rig.held == 0
    other.execute("ROLLBACK")
    other.close()
    rig.candle(*(float(price) for price in prices))
    assert rig.held == 1
    rig.settle(30)
    assert (rig.status(doubtful), rig.status(resting)) == (Status.ABSENT, Status.FILLED)
    assert_agreed(rig)


def test_a_file_that_is_no_account_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    path.write_bytes(b"no database at all" * 400)
    with pytest.raises(PaperUnavailable, match=r"paper\.db can't be used"):
        PaperFile(path)
    path = tmp_path / "other.db"
    PaperFile(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO orders VALUES (1, '{}')")
    connection.close()
    file = PaperFile(path)
    with pytest.raises(PaperUnavailable, match="can't be read"):
        PaperVenue(ACCOUNT, [X], PaperTerms(), file, lambda: 0, lambda message: None)
    file.close()


@pytest.mark.parametrize("damaged", [{"broker": {}}, {"broker": None}, {"terms": {"capital": "many"}}, {"closed": 3}, {"instruments": [{"venue": 1}]}])
def test_a_state_that_nobody_wrote_is_refused_in_words(damaged: dict[str, Any]) -> None:
    rig = PaperRig()
    rig.candle(100, 101, 99, 100)
    rig.file.write(rig.file.state() | damaged, (), (), ())
    with pytest.raises(PaperUnavailable, match="is not what was written"):
        rig.start()


def test_an_account_keeps_its_terms_and_may_trade_more_than_before() -> None:
    rig = PaperRig(X)
    rig.candle(100, 101, 99, 100)
    rig.wish(LONG, "1")
    rig.candle(100, 101, 99, 100)
    with pytest.raises(BadInput, match="capital 1000000"):
        PaperVenue(ACCOUNT, [X], PaperTerms(), rig.file, lambda: rig.now, lambda message: None)
    rig.instruments = (Y,)
    rig.restart()
    assert rig.venue.positions() == {X.symbol: 1, Y.symbol: 0}
    rig.quote(99, 100, what=Y)
    rig.wish(LONG, "2", what=Y)
    assert rig.venue.positions() == {X.symbol: 1, Y.symbol: 2}
    assert_agreed_money(rig)


def assert_agreed_money(rig: PaperRig) -> None:
    ledger = rig.venue._account.broker.ledger
    assert rig.venue.balance() == rig.terms.capital - ledger.total("commission")


def test_a_new_account_beside_an_old_journal_never_gives_an_id_again() -> None:
    rig = PaperRig()
    rig.candle(100, 101, 99, 100)
    rig.wish(LONG, "1")
    rig.candle(100, 101, 99, 100)
    rig.file = file = PaperFile()
    rig.restart()
    rig.settle(10)
    assert (ACCOUNT, X.symbol) in rig.engine.state.frozen
    rig.feed(Woken())
    old = {each.id for each in rig.told if isinstance(each, Execution)}
    rig.leave(SHORT, "1")
    assert not old & {each.id for each in rig.venue._account.executions}
    assert rig.venue._account.epoch not in next(iter(old))
    file.close()
