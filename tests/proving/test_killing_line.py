"""The line between the killed engine and its venue: whole lines are read as they were written, cut ones never; the proxy strikes where it was told."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from terminal.domain.intents import Author, AuthorKind, OrderIntent
from terminal.domain.orders import OrderType, Side
from terminal.live.messages import LookUp
from terminal.proving.killing_proxy import Blow, Fate, Proxy
from terminal.proving.killing_wire import HOST, PlaceOrder, line_of, read_line
from terminal.proving.simulator import COINS

ME = Author(AuthorKind.HUMAN, "a person")
LETTERS = some.text(alphabet="abcdefghij0123456789-_", min_size=1, max_size=20)
AMOUNTS = some.decimals(min_value="0.0001", max_value="1e12", places=4)


@given(order_id=LETTERS, quantity=AMOUNTS, limit=AMOUNTS, approved=some.integers(0, 2**62))
def test_an_order_is_read_as_it_was_written_and_never_from_a_part_of_its_line(order_id: str, quantity: Decimal, limit: Decimal, approved: int) -> None:
    intent = OrderIntent(order_id, "sim", COINS[0], Side.LONG, OrderType.LIMIT, quantity, ME, 1, limit=limit)
    line = line_of(PlaceOrder(intent, approved))
    assert read_line(line) == PlaceOrder(intent, approved)
    assert line.count(b"\n") == 1
    for cut in (1, len(line) // 2, len(line) - 2):
        with pytest.raises(ValueError, match="no message"):
            read_line(line[:cut])


@given(some.binary(max_size=200))
def test_what_is_no_message_is_refused_by_one_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="no message"):
        read_line(data)


SENT = line_of(LookUp("one", "", "sim", "AAA/USDT")) * 20


async def through(fate: Fate) -> tuple[bytes, bytes, list[Blow]]:
    """What reaches the other end, what comes back (it answers the same bytes), and what struck."""
    arrived = bytearray()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1000):
                arrived.extend(data)
                writer.write(data)
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(echo, HOST, 0)
    proxy = Proxy(server.sockets[0].getsockname()[1], 1)
    proxy.next_fates = [fate]
    reader, writer = await asyncio.open_connection(HOST, await proxy.open())
    heard = bytearray()
    try:
        writer.write(SENT)
        async with asyncio.timeout(1.0 if fate.blow in (Blow.BLACKHOLE, Blow.DROP_REPLY) else 20):
            while len(heard) < len(SENT) and (data := await reader.read(1000)):
                heard.extend(data)
    except (ConnectionError, TimeoutError):
        pass
    writer.transport.abort()
    await proxy.close()
    server.close()
    return bytes(arrived), bytes(heard), proxy.blows


@pytest.mark.parametrize("at", [1, 77, len(SENT) - 1])
def test_a_reset_lets_exactly_so_many_bytes_through(at: int) -> None:
    arrived, _, blows = asyncio.run(through(Fate(Blow.RESET, at)))
    assert SENT.startswith(arrived)
    assert len(arrived) <= at
    assert blows == [Blow.RESET]


@pytest.mark.parametrize("blow", [Blow.NONE, Blow.SLICE, Blow.DELAY])
def test_slow_and_sliced_lines_carry_everything(blow: Blow) -> None:
    assert asyncio.run(through(Fate(blow))) == (SENT, SENT, [] if blow is Blow.NONE else [blow])


def test_a_dropped_reply_lets_everything_arrive_and_nothing_come_back() -> None:
    assert asyncio.run(through(Fate(Blow.DROP_REPLY, 1))) == (SENT, b"", [Blow.DROP_REPLY])


def test_a_black_hole_keeps_the_line_open_and_carries_nothing() -> None:
    assert asyncio.run(through(Fate(Blow.BLACKHOLE, 0))) == (b"", b"", [Blow.BLACKHOLE])
