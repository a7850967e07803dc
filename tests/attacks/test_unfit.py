"""A zero character, which one of the two databases cannot hold, is refused or left out: never tried for ever."""

from __future__ import annotations

from typing import Any

import pytest

from curbside.app import Application
from tests import builders, tokens
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import browser, code, identify, log_in
from tests.web.conftest import curbside_on_either

__all__ = ["curbside_on_either"]

ZERO = "a\x00b"
CLAIMS = ("sub", "sid", "jti", "email", "locale", "tz", "phone_ext", "fhirUser", "organization")


async def test_a_claim_that_no_row_can_hold_is_refused(curbside_on_either: Application) -> None:
    async with browser(curbside_on_either) as client:
        for claim in CLAIMS:
            verifier = tokens.Verifier()
            jwt = tokens.signed(tokens.claims(verifier, **{claim: ZERO}))
            answer = await identify(client, jwt, verifier)
            assert (answer.status_code, code(answer)) == (401, "bad_token"), claim


async def test_a_log_in_with_one_is_wrong_and_no_error_of_ours(curbside_on_either: Application) -> None:
    async with browser(curbside_on_either) as client:
        answer = await client.post("/desk/login", data={"email": ZERO, "password": ZERO})
        assert answer.status_code == 401
        assert (await client.post("/desk/password", data={"code": ZERO, "password": ZERO})).status_code == 410


@pytest.mark.parametrize(
    "more",
    [{"topic": ZERO}, {"external": {"ticket": ZERO}}, {"context": {"screen": ZERO}}],
    ids=["topic", "external", "context"],
)
async def test_a_conversation_begins_without_it_or_not_at_all(
    curbside_on_either: Application, more: dict[str, Any]
) -> None:
    async with browser(curbside_on_either) as client:
        dana = Wire(curbside_on_either, await contact_token(client))
    who = (await dana.welcomed())["you"]["id"]
    sue = Wire(curbside_on_either, await agent_token(curbside_on_either, "sue"))
    for wire, contact in ((dana, None), (sue, who)):
        answer = await wire.act("start", builders.new_id(), contact=contact, **more)
        assert answer["type"] == "ok" or not answer["retry"], answer
        wire.carrier.left()


async def test_what_is_asked_for_by_one_is_not_there(curbside_on_either: Application) -> None:
    async with browser(curbside_on_either) as client:
        token = await contact_token(client)
        for path in ("/v1/files/a%00b/link", "/v1/files/a%00b/x"):
            asked = client.post if path.endswith("link") else client.get
            answer = await asked(path, headers={"Authorization": f"Bearer {token}"})
            assert 400 <= answer.status_code < 500, path


async def test_no_form_keeps_one(curbside_on_either: Application) -> None:
    async with browser(curbside_on_either) as client:
        await log_in(client, "ada")
        for path, form in (
            ("switches/set", {"capability": "chat", "role": ZERO, "enabled": "true"}),
            ("embedding/save_issuer", {"iss": ZERO, "aud": "x", "alg": "HS256"}),
            ("agents/revoke", {"id": ZERO}),
            ("replies/save", {"title": "t", "shortcut": "s", "text": ZERO, "locale": "en"}),
        ):
            assert (await client.post(f"/desk/settings/{path}", data=form)).status_code == 422, path
