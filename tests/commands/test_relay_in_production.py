"""The relay as docs/operations.md configures it: it reaches other relays and the world, and nobody's own network."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from curbside_signaling.ice import credentials
from tests.browser import hospital as networks
from tests.browser.hospital import CannotMake, Hospital

ASK = """
import asyncio, sys
from aioice import stun, turn

async def ask():
    server, username, password, *peers = sys.argv[1:]
    transport, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol, server_addr=(server, 3478), username=username, password=password)
    for number, peer in enumerate(peers):
        try:
            await transport._TurnTransport__inner_protocol.channel_bind(0x4000 + number, (peer, 9))
            print(peer, 'reached')
        except stun.TransactionFailed as failed:
            print(peer, failed.response.attributes['ERROR-CODE'][0])

asyncio.run(asyncio.wait_for(ask(), 20))
"""
PRIVATE = ("10.0.0.5", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    try:
        with networks.hospital() as made, networks.relay(made, tmp_path_factory.mktemp("relay")):
            yield made
    except CannotMake as why:
        pytest.skip(str(why))


def test_it_relays_to_the_world_and_not_to_private_addresses(hospital: Hospital) -> None:
    made = credentials(networks.SECRET.encode(), "anybody", (), int(time.time()))
    asked = (networks.RELAY, made.username, made.credential, *PRIVATE, networks.WORKSTATION)
    done = subprocess.run(
        [*hospital.within.inside, sys.executable, "-c", ASK, *asked], capture_output=True, text=True, check=False
    )
    said = dict(line.split() for line in done.stdout.splitlines())
    assert said == dict.fromkeys(PRIVATE, "403") | {networks.WORKSTATION: "reached"}, done.stderr[-500:]
