"""In production a password alone opens nothing; codes are used once, and cannot be guessed for long."""

from __future__ import annotations

import re
import time

import httpx
import pyotp
import pytest

from curbside.actions.tenant import Tenants
from curbside.app import Application
from curbside.domain.errors import Refused
from tests.serving import TENANT, browser, code, log_in


async def enrol(client: httpx.AsyncClient) -> tuple[str, httpx.Response]:
    """Set up the second factor as an agent would; return its secret and the last answer."""
    assert (await log_in(client)).headers["location"] == "/desk/login/code"
    page = (await client.get("/desk/login/code")).text
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    secret = found[1].replace(" ", "")
    return secret, await client.post("/desk/login/code", data={"code": pyotp.TOTP(secret).now()})


async def test_in_production_a_password_alone_opens_nothing(in_production: Application) -> None:
    async with browser(in_production) as client:
        assert (await log_in(client)).headers["location"] == "/desk/login/code"
        assert (await client.get("/desk")).headers["location"] == "/desk/login"
        assert code(await client.post("/desk/token")) == "ended"
        drawing = await client.get("/desk/login/code.svg")
        assert drawing.headers["content-type"] == "image/svg+xml"


async def test_no_tenant_can_do_without_the_second_factor(in_production: Application) -> None:
    tenants = Tenants(in_production.floor.installation, in_production.floor.directory)
    with pytest.raises(Refused, match="bad_body"):
        await tenants.change_settings(TENANT, {"second_factor_required": False})


async def test_a_second_factor_is_set_up_and_then_asked_for(in_production: Application) -> None:
    async with browser(in_production) as client:
        secret, answer = await enrol(client)
        assert answer.headers["location"] == "/desk"
        await client.post("/desk/logout")
        await log_in(client)
        page = await client.get("/desk/login/code")
        assert secret not in page.text.replace(" ", "")
        assert (await client.get("/desk/login/code.svg")).status_code == 404
        later = pyotp.TOTP(secret).at(int(time.time()) + 30)
        assert (await client.post("/desk/login/code", data={"code": later})).headers["location"] == "/desk"


async def test_a_code_is_used_once(in_production: Application) -> None:
    async with browser(in_production) as client:
        secret, _ = await enrol(client)
        used = pyotp.TOTP(secret).now()
        await client.post("/desk/logout")
        await log_in(client)
        assert (await client.post("/desk/login/code", data={"code": used})).status_code == 401


async def test_codes_cannot_be_guessed_for_long(in_production: Application) -> None:
    async with browser(in_production) as owner:
        await enrol(owner)
    async with browser(in_production, "10.6.6.6") as guesser:
        await log_in(guesser)
        statuses = [(await guesser.post("/desk/login/code", data={"code": f"{n:06d}"})).status_code for n in range(7)]
    assert statuses[:5] == [401] * 5 and statuses[-1] == 429
