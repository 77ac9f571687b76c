"""The wire to an engine process: answers over a real socket, refuses strangers, survives nonsense, and says when nobody is there."""

import socket
import stat
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pytest

from terminal.app import link
from terminal.domain.errors import BadInput, OutcryError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the permissions are those of Unix")


def answer(what: str, arguments: Mapping[str, Any]) -> Any:
    if what == "refuse":
        raise BadInput("The quantity is -1.", cure="Give one above zero.")
    return {"what": what, **arguments}


@pytest.fixture
def board(tmp_path: Path) -> Any:
    made = link.Switchboard(tmp_path, answer)
    yield made
    made.close()


@pytest.mark.usefixtures("board")
def test_it_answers_whoever_holds_the_key(tmp_path: Path) -> None:
    assert link.ask(tmp_path, "status", {"a": 1}) == {"what": "status", "a": 1}


@pytest.mark.usefixtures("board")
def test_a_refusal_comes_with_its_words_and_cure(tmp_path: Path) -> None:
    with pytest.raises(OutcryError, match="quantity is -1") as caught:
        link.ask(tmp_path, "refuse")
    assert caught.value.cure == "Give one above zero."


@pytest.mark.usefixtures("board")
def test_socket_and_key_are_for_this_person_alone(tmp_path: Path) -> None:
    for name in ("engine.sock", "engine.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o077 == 0, name


@pytest.mark.usefixtures("board")
def test_a_stranger_without_the_key_learns_nothing_and_harms_nobody(tmp_path: Path) -> None:
    with pytest.raises((AuthenticationError, EOFError, OSError)), Client(str(tmp_path / "engine.sock"), "AF_UNIX", authkey=b"guess") as line:
        line.recv_bytes()
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(str(tmp_path / "engine.sock"))
        raw.sendall(b"\xff" * 64)
    assert link.ask(tmp_path, "status") == {"what": "status"}


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("frame", [b"", b"[]", b"{", b'{"version":2,"ask":"status"}', b'{"version":1,"ask":7}', b"\x80\x04K\x01."])
def test_nonsense_is_answered_or_dropped_and_the_next_caller_is_served(tmp_path: Path, frame: bytes) -> None:
    key = (tmp_path / "engine.key").read_bytes()
    with Client(str(tmp_path / "engine.sock"), "AF_UNIX", authkey=key) as line:
        line.send_bytes(frame)
        with suppress(EOFError, ConnectionResetError):
            assert b"another version" in line.recv_bytes()
    assert link.ask(tmp_path, "status") == {"what": "status"}


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(link.EngineAbsent, match="No engine runs"):
        link.ask(tmp_path, "status")
    board = link.Switchboard(tmp_path, answer)
    board.close()
    with pytest.raises(link.EngineAbsent):
        link.ask(tmp_path, "status", seconds=0.2)


def test_a_socket_left_by_a_killed_engine_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "engine.sock"))
    board = link.Switchboard(tmp_path, answer)
    try:
        assert link.ask(tmp_path, "status") == {"what": "status"}
    finally:
        board.close()


def test_a_long_path_finds_a_short_one(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 90)
    board = link.Switchboard(folder, answer)
    try:
        assert link.ask(folder, "status") == {"what": "status"}
    finally:
        board.close()


@pytest.mark.usefixtures("board")
def test_many_callers_are_served_one_after_the_other(tmp_path: Path) -> None:
    found: list[Any] = []
    threads = [threading.Thread(target=lambda number=number: found.append(link.ask(tmp_path, "n", {"number": number})["number"])) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(8))
