"""Dana in a call, and a browser elsewhere that may carry her part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import update

from curbside.store.identity import TOKEN
from curbside.store.scope import EVERY_TENANT
from tests.attacks.wire import Wire
from tests.web.calling import Calling


@dataclass(slots=True)
class Elsewhere:
    """Dana in a call with Ann, and a browser that knows nobody."""

    dialled: Calling
    client: httpx.AsyncClient

    async def ask(self, wire: Wire | None = None, way: str = "window", **more: Any) -> httpx.Response:
        token = (wire or self.dialled.dana).token
        asked = {"call": self.dialled.call, "way": way, **more}
        return await self.client.post("/v1/call/code", json=asked, headers=bearer(token))

    async def code(self, way: str = "window") -> str:
        answer = await self.ask(way=way)
        assert answer.status_code == 200, answer.text
        url: str = answer.json()["url"]
        return url.partition("#c=")[2]

    async def take(self, given: str) -> httpx.Response:
        return await self.client.post("/v1/call/token", json={"code": given})

    async def renew(self, token: str) -> httpx.Response:
        return await self.client.post("/v1/call/token", headers=bearer(token))

    async def part(self, way: str = "window") -> dict[str, Any]:
        answer = await self.take(await self.code(way))
        assert answer.status_code == 200, answer.text
        part: dict[str, Any] = answer.json()
        return part

    async def window(self) -> Wire:
        return Wire(self.dialled.application, (await self.part())["token"])

    async def set_token(self, **values: Any) -> None:
        """Let time pass for every code and part."""
        changed = update(TOKEN).where(TOKEN.c.kind.in_(("code", "part"))).values(**values)
        db = self.dialled.application.floor.installation.db
        await db.write(EVERY_TENANT, lambda transaction: transaction.connection.execute(changed) and None)


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}
