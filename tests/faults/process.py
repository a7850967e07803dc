"""The real thing in a process of its own, which may be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from curbside.commands.opening import demonstration_key
from curbside.config import Settings
from curbside.demo import centre
from curbside.demo.people import BRANNOC
from curbside.demo.people import Person as Somebody
from curbside.demo.tokens import Signer
from curbside.store.sealing import Keys
from tests import builders, tokens

ROOT = Path(__file__).parents[2]


class Process:
    """`curbside demo` with a folder and ports of its own."""

    def __init__(self, data: Path, port: int, ehr_port: int) -> None:
        self.data, self.port = data, port
        self.origin = f"http://127.0.0.1:{port}"
        self.socket = f"ws://127.0.0.1:{port}/v1/socket"
        paths = os.pathsep.join((str(ROOT / "server"), str(ROOT / "signaling")))
        self._around = {
            **os.environ,
            "PYTHONPATH": paths,
            "CURBSIDE_DATA": str(data),
            "CURBSIDE_PORT": str(port),
            "CURBSIDE_EHR_PORT": str(ehr_port),
        }
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> float:
        """Start it, wait until it serves, and return how many seconds that took."""
        began = time.monotonic()
        with (self.data.parent / "log").open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "curbside", "demo", env=self._around, cwd=self.data.parent, stdout=log, stderr=log
            )
        async with httpx.AsyncClient(base_url=self.origin) as client:
            while not await self._serves(client):
                assert self._running.returncode is None, (self.data.parent / "log").read_text()
                assert time.monotonic() - began < 60
                await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def _serves(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def kill(self) -> None:
        """End it without a word."""
        if self._running is not None and self._running.returncode is None:
            self._running.send_signal(signal.SIGKILL)
            await self._running.wait()

    async def token_of_contact(self, client: httpx.AsyncClient, id: str) -> str:
        """Identify somebody at the make-believe EHR."""
        keys = Keys(Settings(root_key_file=demonstration_key(self.data)).root_key_bytes())
        signer = Signer(centre.ISSUER, centre.AUDIENCE, centre.secret(keys))
        verifier = tokens.Verifier()
        who = Somebody(id, id.title(), "Nurse", "4 West", BRANNOC, "en", "UTC", 1)
        jwt = signer.identity(who, f"sid-{id}", verifier.nonce)
        asked = {"tenant": centre.TENANT, "jwt": jwt, "verifier": verifier.value, "device": builders.new_id()}
        answer = await client.post("/v1/identify", json=asked)
        return _token(answer)

    async def token_of_agent(self, client: httpx.AsyncClient, email: str) -> str:
        """Log an agent in, once the demonstration has put them there."""
        for _ in range(100):
            answer = await client.post("/desk/login", data={"email": email, "password": centre.PASSWORD})
            if answer.status_code == 303:
                return _token(await client.post("/desk/token"))
            await asyncio.sleep(0.1)
        raise AssertionError(answer.text)


def _token(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    found: Any = answer.json()["token"]
    return str(found)
