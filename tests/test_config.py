"""Settings from outside: each documented, secrets never weak in production, and what is missing named plainly."""

from __future__ import annotations

import base64
import secrets
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from curbside.commands import application
from curbside.config import Settings

DOCUMENT = Path(__file__).parent.parent / "docs" / "operations.md"
GOOD_KEY = base64.b64encode(secrets.token_bytes(32)).decode()
RIGHT = {"root_key": GOOD_KEY, "public_url": "https://help.example"}


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CURBSIDE_{name.upper()}", raising=False)
    monkeypatch.setenv("CURBSIDE_DATA", str(tmp_path))


def made(**given: Any) -> Settings:
    return Settings(**given)


def test_every_setting_is_documented_with_what_it_does() -> None:
    table = DOCUMENT.read_text()
    for name, field in Settings.model_fields.items():
        rows = [line for line in table.splitlines() if line.startswith(f"| `CURBSIDE_{name.upper()}` |")]
        assert len(rows) == 1, name
        assert field.description is not None and field.description in rows[0], name


def test_nothing_is_documented_that_is_no_setting() -> None:
    rows = [line.split("`")[1] for line in DOCUMENT.read_text().splitlines() if line.startswith("| `CURBSIDE_")]
    assert {row.removeprefix("CURBSIDE_").lower() for row in rows} == set(Settings.model_fields)


def test_right_settings_have_no_problems() -> None:
    assert made(**RIGHT).problems() == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"root_key": None}, "CURBSIDE_ROOT_KEY is missing"),
        ({"root_key": "changeme"}, "CURBSIDE_ROOT_KEY must be 32 bytes"),
        ({"root_key": "00" * 32}, "CURBSIDE_ROOT_KEY is too weak"),
        ({"root_key": base64.b64encode(b"secret" * 5 + b"ab").decode()}, "CURBSIDE_ROOT_KEY is too weak"),
        ({"public_url": None}, "CURBSIDE_PUBLIC_URL is missing"),
        ({"turn_urls": "turn:turn.example:3478"}, "CURBSIDE_TURN_SECRET is missing"),
        ({"turn_urls": "turns:turn.example:443", "turn_secret": "north"}, "CURBSIDE_TURN_SECRET is too weak"),
        ({"public_url": "http://help.example"}, "CURBSIDE_PUBLIC_URL must begin with https://"),
        ({"desk_url": "http://desk.example"}, "CURBSIDE_DESK_URL must begin with https://"),
        ({"metrics_token": "secret"}, "CURBSIDE_METRICS_TOKEN is too weak"),
        ({"demo": True}, "CURBSIDE_DEMO is set"),
    ],
    ids=str,
)
def test_what_is_missing_or_weak_is_named(wrong: dict[str, Any], named: str) -> None:
    assert any(problem.startswith(named) for problem in made(**{**RIGHT, **wrong}).problems())


@pytest.mark.parametrize(
    "wrong",
    [{"port": 70_000}, {"trusted_proxies": "not-an-address"}, {"public_url": "help.example"}, {"log_level": "loud"}],
    ids=str,
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        made(**wrong)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert GOOD_KEY not in repr(made(**RIGHT))


def test_the_ehr_of_the_demonstration_takes_the_next_port() -> None:
    assert (made().ehr_port, made(port=9000).ehr_port, made(port=9000, ehr_port=9100).ehr_port) == (8401, 9001, 9100)


def test_serve_says_what_is_missing_and_does_not_start() -> None:
    outcome = CliRunner().invoke(application, ["serve"])
    assert outcome.exit_code == 2
    assert "CURBSIDE_ROOT_KEY is missing" in outcome.output and "CURBSIDE_PUBLIC_URL is missing" in outcome.output


def test_a_tenant_and_its_first_administrator_are_made_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURBSIDE_ROOT_KEY", GOOD_KEY)
    monkeypatch.setenv("CURBSIDE_PUBLIC_URL", "https://help.example")
    run = CliRunner().invoke
    assert run(application, ["tenant", "create", "northwind", "--name", "Northwind"]).exit_code == 0
    again = run(application, ["tenant", "create", "northwind", "--name", "Northwind"])
    assert again.exit_code == 2 and "conflict" in again.output
    employed = ["admin", "create", "--tenant", "mercy", "--email", "a@example.org", "--name", "A"]
    assert "no tenant mercy" in run(application, employed).output
    made = ["admin", "create", "--tenant", "northwind", "--email", "ada@example.org", "--name", "Ada"]
    assert "https://help.example/desk/password?code=" in run(application, made).output
    assert run(application, ["origin", "add", "--tenant", "northwind", "https://ehr.example/"]).output.startswith(
        "https://ehr.example may"
    )
    issuer = ["issuer", "add", "--tenant", "northwind", "--iss", "https://ehr.example", "--alg", "HS256"]
    assert "not shown again" in run(application, issuer).output
    wrong = run(application, ["issuer", "add", "--tenant", "northwind", "--iss", "x", "--alg", "none"])
    assert wrong.exit_code == 2 and "alg" in wrong.output


def test_without_an_in_house_employer_no_administrator_is_made_and_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CURBSIDE_ROOT_KEY", GOOD_KEY)
    run = CliRunner().invoke
    assert run(application, ["tenant", "create", "northwind", "--name", "Northwind"]).exit_code == 0
    with sqlite3.connect(tmp_path / "curbside.db") as database:
        database.execute("UPDATE partner SET in_house = 0")
    database.close()
    made = run(application, ["admin", "create", "--tenant", "northwind", "--email", "a@example.org", "--name", "A"])
    assert made.exit_code == 2 and "no in-house employer" in made.output


def test_where_calls_are_relayed_is_a_list_of_such_addresses() -> None:
    found = made(turn_urls="stun:turn.example:3478, turns:turn.example:443?transport=tcp", turn_secret="s" * 40).relays
    assert found.urls == ("stun:turn.example:3478", "turns:turn.example:443?transport=tcp")
    assert "sss" not in repr(found)
    with pytest.raises(ValidationError, match="turn:"):
        made(turn_urls="https://turn.example")
