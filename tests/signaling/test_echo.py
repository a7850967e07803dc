"""The echo says back what it hears, lets strangers do nothing with it, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator

import pytest
from aioice import stun

from curbside_signaling import echo_peer
from curbside_signaling.echo import Echo, EchoRefused, Place
from tests.signaling.echoing import Peer, talking

HERE = Place("127.0.0.1", "127.0.0.1")
# As OpenSSL begins a handshake: a record of type 22 with a ClientHello in it.
HELLO = bytes.fromhex("16feff0000000000000000002c" + "010000200000000000000020" + "feff" + "00" * 40)


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    made = Echo(HERE)
    yield made
    await made.stop()
    assert made.count == 0


async def none_left(echo: Echo) -> None:
    """Wait until nothing is left of any echo, in it and in the process."""
    async with asyncio.timeout(15):
        while echo.count or any(thread.name.endswith("-decoder") for thread in threading.enumerate()):
            await asyncio.sleep(0.02)


async def ask(echo: Echo, offer: str) -> str:
    return await echo.answer(offer, by="dana", known=True)


async def test_picture_and_sound_come_back_and_a_hang_up_frees_it(echo: Echo) -> None:
    async with talking(lambda offer: ask(echo, offer)) as peer:
        assert await peer.hears()
        assert await peer.sees()
        assert echo.count == 1
    await none_left(echo)


async def test_its_time_is_up() -> None:
    echo = Echo(HERE, seconds=0.5)
    async with talking(lambda offer: ask(echo, offer)):
        assert echo.count == 1
        async with asyncio.timeout(5):
            while echo.count:
                await asyncio.sleep(0.02)


async def test_who_never_comes_is_let_go(monkeypatch: pytest.MonkeyPatch, echo: Echo) -> None:
    monkeypatch.setattr(echo_peer, "CONNECT_S", 0.3)
    peer = Peer()
    await ask(echo, await peer.offer())
    assert echo.count == 1
    await none_left(echo)
    await peer.connection.close()


async def test_who_is_silent_is_let_go(monkeypatch: pytest.MonkeyPatch, echo: Echo) -> None:
    async with talking(lambda offer: ask(echo, offer)) as peer:
        await peer.hears()
        monkeypatch.setattr(echo_peer, "SILENCE_S", 0.3)
        for sender in peer.connection.getSenders():  # vanished: not a word of it, only silence
            await sender.stop()
        for receiver in peer.connection.getReceivers():
            await receiver.stop()
        await none_left(echo)


@pytest.mark.parametrize("offer", ["", "v=0", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "x" * 20_000])
async def test_what_is_no_offer_is_refused_and_leaves_nothing(echo: Echo, offer: str) -> None:
    with pytest.raises(EchoRefused, match="bad_offer"):
        await ask(echo, offer)
    assert echo.count == 0


async def test_an_offer_cut_anywhere_leaves_nothing(echo: Echo) -> None:
    peer = Peer()
    lines = (await peer.offer()).split("\r\n")
    await peer.connection.close()
    for end in range(1, len(lines), 5):
        with pytest.raises(EchoRefused):
            await ask(echo, "\r\n".join(lines[:end]) + "\r\nm=video 9 UDP/TLS/RTP/SAVPF 200\r\n")
    assert echo.count == 0


async def test_there_are_so_many_at_once_and_strangers_take_half_of_them() -> None:
    echo = Echo(HERE, most=2)
    peers = [Peer() for _ in range(3)]
    offers = [await peer.offer() for peer in peers]
    await echo.answer(offers[0], by="10.0.0.1", known=False)
    with pytest.raises(EchoRefused, match="full"):
        await echo.answer(offers[1], by="10.0.0.2", known=False)
    await echo.answer(offers[1], by="dana", known=True)
    with pytest.raises(EchoRefused, match="full"):
        await echo.answer(offers[2], by="eve", known=True)
    await echo.stop()
    assert echo.count == 0
    for peer in peers:
        await peer.connection.close()


@pytest.mark.parametrize(("by", "known"), [("dana", True), ("10.0.0.1", False)])
async def test_nobody_takes_everybodys_places(echo: Echo, by: str, known: bool) -> None:
    peer = Peer()
    offer = await peer.offer()
    for _ in range(2):
        await echo.answer(offer, by=by, known=known)
    with pytest.raises(EchoRefused, match="full"):
        await echo.answer(offer, by=by, known=known)
    await echo.answer(offer, by="somebody else", known=known)
    await echo.stop()
    await echo.answer(offer, by=by, known=known)  # what is over counts no more
    await peer.connection.close()


async def test_as_many_as_there_are_ports_and_no_more() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        echo, peer = Echo(Place("127.0.0.1", "127.0.0.1", port, port)), Peer()
        with pytest.raises(EchoRefused, match="full"):
            await ask(echo, await peer.offer())
    answer = await ask(echo, await peer.offer())
    assert f" 127.0.0.1 {port} typ host" in answer
    await echo.stop()
    await peer.connection.close()


async def test_switched_off_there_is_none() -> None:
    with pytest.raises(EchoRefused, match="off"):
        await ask(Echo(None), "v=0")


def port_of(answer: str) -> int:
    (line,) = {line for line in answer.split("\r\n") if line.startswith("a=candidate:")}
    assert " typ host" in line and line.split()[4] == "127.0.0.1"
    return int(line.split()[5])


class Stranger:
    """Somebody else who sends to the echo's port, and what comes back to them."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)

    def sends(self, data: bytes, port: int) -> None:
        self.socket.sendto(data, ("127.0.0.1", port))

    def got(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.socket.recv(2048))
            except BlockingIOError:
                return found

    def close(self) -> None:
        self.socket.close()


async def test_a_strangers_hello_does_not_deny_the_true_peer(echo: Echo) -> None:
    stranger = Stranger()
    over = asyncio.Event()

    async def flood(port: int) -> None:
        while not over.is_set():
            stranger.sends(HELLO, port)
            await asyncio.sleep(0.001)

    flooding: list[asyncio.Task[None]] = []

    async def asking(offer: str) -> str:
        answer = await ask(echo, offer)
        flooding.append(asyncio.create_task(flood(port_of(answer))))
        await asyncio.sleep(0.05)
        return answer

    async with talking(asking) as peer:
        assert await peer.hears()
        over.set()
        assert await peer.sees()
    await asyncio.gather(*flooding)
    assert stranger.got() == []
    stranger.close()


async def test_nothing_is_sent_to_who_does_not_know_the_password(echo: Echo) -> None:
    async with talking(lambda offer: ask(echo, offer)) as peer:
        port = port_of(peer.connection.remoteDescription.sdp)
        stranger = Stranger()
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        stranger.sends(bytes(request), port)
        request.attributes["USERNAME"], request.attributes["PRIORITY"] = "guess:ed", 1
        stranger.sends(bytes(request), port)
        request.add_message_integrity(b"guessed guessed guessed")
        stranger.sends(bytes(request), port)
        stranger.sends(bytes(20), port)
        stranger.sends(b"", port)
        assert await peer.hears()
        assert stranger.got() == []
        stranger.close()


async def test_what_an_offer_says_of_addresses_is_not_believed(echo: Echo) -> None:
    victim = Stranger()
    port = victim.socket.getsockname()[1]
    peer = Peer()
    offer = await peer.offer()
    lines = [line for line in offer.split("\r\n") if not line.startswith("a=candidate:")]
    at = next(number for number, line in enumerate(lines) if line.startswith("a=mid:")) + 1
    lines[at:at] = [
        f"a=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host",
        "a=candidate:2 1 udp 1 x.local 9 typ host",
    ]
    await ask(echo, "\r\n".join(lines))
    await asyncio.sleep(0.3)
    assert victim.got() == []
    await peer.connection.close()
    victim.close()
