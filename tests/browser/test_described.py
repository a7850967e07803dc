"""What docs/openapi.json promises of the HTTP endpoints, the running server keeps: schemathesis finds nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from curbside.demo.centre import PASSWORD, TENANT
from curbside.demo.people import BRANNOC, Person
from scripts.openapi import OPERATIONS, WRITTEN, described
from tests import builders, tokens
from tests.browser.demonstrations import Demo

pytestmark = pytest.mark.slow
# A stream answers as a socket does: that a token does not hold is said by its first line (docs/protocol.md §9).
# And what makes a file, an SDP or a frame a good one, no schema says: those may be refused, in words and with a code.
# Whatever a body is about, it may be too large.
CONFIG = """
[checks]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "413", "429", "5xx"]
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "413", "429", "5xx"]

[[operations]]
include-path = "/v1/stream"
checks.ignored_auth.enabled = false

[[operations]]
include-path-regex = "^/v1/(files|echo|frame)$"
checks.positive_data_acceptance.enabled = false
"""


# What would not end, and what ends the log-in that the rest is asked with, is asked for by itself.
_APART = "^/v1/(stream|logout)$"


@pytest.mark.parametrize("who", ["contact", "agent"])
def test_whatever_is_sent_is_answered_as_described(own_demo: Demo, tmp_path: Path, who: str) -> None:
    description = json.loads(WRITTEN.read_text())
    held = token(own_demo, who)
    said = schemathesis(own_demo, description, tmp_path, held, "--exclude-path-regex", _APART)
    assert said.returncode == 0, said.stdout[-6000:]
    assert f"{len(OPERATIONS) - 2} selected / {len(OPERATIONS)} total" in said.stdout
    for path, *more in (("/v1/stream", "--mode", "positive"), ("/v1/logout",)):
        said = schemathesis(own_demo, _ending(description), tmp_path, held, "--include-path", path, *more)
        assert said.returncode == 0, said.stdout[-6000:]


def test_a_description_that_promises_something_else_is_found_out(own_demo: Demo, tmp_path: Path) -> None:
    wrong = described()
    wrong["components"]["schemas"]["Ready"]["properties"]["ready"] = {"type": "string"}
    said = schemathesis(own_demo, wrong, tmp_path, token(own_demo, "contact"), "--include-path", "/readyz")
    assert said.returncode == 1 and "ready" in said.stdout


def _ending(description: dict[str, Any]) -> dict[str, Any]:
    """Ask for no stream that goes on for as long as it is read: a poll tells the same, and ends."""
    opening = description["components"]["schemas"]["Opening"]
    opening["properties"] |= {"poll": {"const": True}, "wait": {"const": False}}
    opening["required"] += ["poll", "wait"]
    return description


def schemathesis(
    demo: Demo, description: dict[str, Any], folder: Path, held: str, *more: str
) -> subprocess.CompletedProcess[str]:
    written = folder / "openapi.json"
    written.write_text(json.dumps(description))
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    options = ["--phases", "coverage,fuzzing", "--max-examples", "10", "--no-color", *more]
    head = f"Authorization: Bearer {held}"
    program = Path(sys.executable).with_name("st")
    command = [str(program), "--config-file", str(config), "run", str(written), "--url", demo.url, "-H", head]
    return subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, timeout=240, check=False)


def token(demo: Demo, who: str) -> str:
    with httpx.Client(base_url=demo.url, headers={"Origin": demo.url}) as client:
        if who == "agent":
            client.post("/desk/login", data={"email": "helen@northwind.example", "password": PASSWORD})
            answer = client.post("/desk/token")
        else:
            verifier = tokens.Verifier()
            nurse = Person("somebody", "Somebody", "Nurse", "4 West", BRANNOC, "en", "UTC", 1)
            jwt = demo.signer().identity(nurse, "sid-somebody", verifier.nonce)
            asked = {"tenant": TENANT, "jwt": jwt, "verifier": verifier.value, "device": builders.new_id()}
            answer = client.post("/v1/identify", json=asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])
