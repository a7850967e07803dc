"""What stands in somebody else's page: framed by the tenant's origins only, and telling strangers little."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from starlette.applications import Starlette

from curbside.app import Application
from curbside.web.assets import Assets
from curbside.web.widget import as_json
from tests.serving import EHR, TENANT, browser


async def test_the_panel_may_be_framed_by_the_tenants_origins_only(curbside: Application) -> None:
    async with browser(curbside) as client:
        answer = await client.get("/panel", params={"tenant": TENANT})
    assert f"frame-ancestors {EHR};" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not answer.headers.get("set-cookie")


async def test_the_panel_of_nobody_is_not_there(curbside: Application) -> None:
    async with browser(curbside) as client:
        for tenant in ("nowhere", "", "../northwind"):
            assert (await client.get("/panel", params={"tenant": tenant})).status_code == 404


async def test_strangers_learn_phone_hours_and_incidents_and_no_more(curbside: Application) -> None:
    async with browser(curbside) as client:
        answer = await client.get(f"/v1/tenant/{TENANT}")
        missing = await client.get("/v1/tenant/nowhere")
    told = {
        "tenant",
        "origins",
        "name",
        "phone",
        "hours",
        "open",
        "opens_at",
        "incidents",
        "accent",
        "locale",
        "switches",
        "context_fields",
    }
    assert set(answer.json()) == told
    assert missing.status_code == 404


@pytest.mark.parametrize(("origin", "allowed"), [(EHR, EHR), ("https://evil.example", None), ("null", None)])
async def test_only_pages_of_the_tenant_may_read_it(curbside: Application, origin: str, allowed: str | None) -> None:
    async with browser(curbside, Origin=origin) as client:
        answer = await client.get(f"/v1/tenant/{TENANT}")
    assert answer.headers.get("access-control-allow-origin") == allowed
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


def test_nothing_written_into_the_page_can_end_its_script() -> None:
    attack = {"name": "</script><script>alert(1)</script><!--\u2028&"}
    written = as_json(attack)
    assert not re.search("[<>&\u2028]", written)
    assert json.loads(written) == attack


async def test_no_path_leads_out_of_the_built_files(curbside: Application) -> None:
    async with browser(curbside) as client:
        for path in ("/static/../config.py", "/static/%2e%2e%2fconfig.py", "/static/built/..%2f..%2fconfig.py"):
            assert (await client.get(path)).status_code == 404
        for path in ("/static/built/manifest.json", "/widget/..%2fdesk/widget.js", "/static/built"):
            assert (await client.get(path)).status_code == 404


async def test_the_launcher_is_read_by_any_page_and_asked_for_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    static = tmp_path_factory.mktemp("static")
    (static / "built").mkdir()
    (static / "built" / "widget.abc.js").write_text("1")
    (static / "built" / "widget.abc.js.br").write_bytes(b"small")
    manifest = {"widget.js": {"file": "widget.abc.js", "sri": "sha384-x", "bytes": 1, "brotli": 1}}
    (static / "built" / "manifest.json").write_text(json.dumps(manifest))
    transport = httpx.ASGITransport(Starlette(routes=Assets(static).routes()))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://x", headers={"accept-encoding": "gzip"}
    ) as client:
        current, pinned = await client.get("/widget.js"), await client.get("/widget/abc/widget.js")
        assert current.text == pinned.text == "1"
        assert current.headers["access-control-allow-origin"] == "*"
        assert "must-revalidate" in current.headers["cache-control"] and "immutable" in pinned.headers["cache-control"]
        again = await client.get("/widget.js", headers={"if-none-match": current.headers["etag"]})
        assert again.status_code == 304
        assert (await client.get("/widget/xyz/widget.js")).status_code == 404
        raw = client.build_request("GET", "/widget.js", headers={"accept-encoding": "br"})
        answer = await client.send(raw, stream=True)
        assert answer.headers["content-encoding"] == "br"
        await answer.aclose()
