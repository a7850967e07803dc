"""docs/embedding.md says what the launcher does, and its samples sign what the server believes."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from curbside.domain.errors import Refused
from curbside.domain.signing import Issuer, key_of_secret
from curbside.domain.token import Identity, check_addressed, identity, peek, verify
from tests import tokens
from tests.docs.reading import ROOT, page, section

EMBEDDING = page("docs/embedding.md")
TYPES = page("widget/types/curbside.d.ts")
WIDGET = "\n".join(path.read_text() for path in sorted((ROOT / "widget" / "src").rglob("*.ts*")))
API = section(EMBEDDING, 4)
# What stands after the table of claims: the snippet of the page before it is in JavaScript too.
SAMPLES = section(EMBEDDING, 2).partition("<summary>Python")[2]
USER: dict[str, Any] = {
    "id": "dana",
    "name": "Dana Ruíz",
    "role": "RN",
    "hospital": {"id": "mercy", "name": "Mercy Hospital"},
}


def table(text: str, header: str) -> list[str]:
    """The first column of the table whose header row begins like that, as it is written."""
    rows = text[text.index(header) :].split("\n\n")[0].splitlines()[2:]
    return [row.split("|")[1] for row in rows]


def declared(kind: str) -> str:
    """The text of a declaration of the types."""
    found = re.search(rf"export (?:interface|type) {kind}\b.*?(?:^}}|;$)", TYPES, re.MULTILINE | re.DOTALL)
    assert found is not None, kind
    return found[0]


def test_every_verb_is_documented_and_declared_and_no_other() -> None:
    documented = re.findall(r"`(\w+)\(", " ".join(table(API, "| verb |")))
    in_types = TYPES[TYPES.index("interface CurbsideVerbs") :].split("\n}")[0]
    made = WIDGET[WIDGET.index("export const verbs = {") :].split("\n};")[0]
    assert sorted(documented) == sorted(re.findall(r"^  (\w+)\(", in_types, re.MULTILINE))
    assert sorted(documented) == sorted(re.findall(r"^  (\w+)[(:,]", made, re.MULTILINE))


def test_every_event_is_documented_and_declared_and_told_and_no_other() -> None:
    documented = set(re.findall(r"`([\w:]+)`", " ".join(table(API, "| event |"))))
    assert documented == set(re.findall(r'\| "([\w:]+)"', declared("CurbsideEvent")))
    told = set(re.findall(r'"((?:conversation|message):[a-z]+)"', WIDGET))
    assert documented == told | set(re.findall(r'\bemit\("([\w:]+)"', WIDGET))


def test_every_attribute_of_the_snippet_is_documented_and_no_other() -> None:
    documented = re.findall(r"`data-(\w+)`", " ".join(table(EMBEDDING, "| attribute |")))
    settings = WIDGET[WIDGET.index("export interface Settings {\n  tenant: string;") :].split("\n}")[0]
    read = set(re.findall(r"^  (\w+)\??:", settings, re.MULTILINE)) - {"origin"}
    assert set(documented) == read


def test_every_setting_of_boot_is_documented_and_no_other() -> None:
    (said,) = re.findall(r"`boot\(\{(.*?)\}\)`", API)
    settings = TYPES[TYPES.index("interface CurbsideBoot") :].split("\n}")[0]
    assert sorted(said.split(", ")) == sorted(re.findall(r"^  (\w+)\?:", settings, re.MULTILINE))


def sample(language: str) -> str:
    """The page's own code in a language."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", SAMPLES, re.DOTALL)
    return str(code)


def signed_in_python(nonce: str) -> str:
    """Run the page's code with what a vendor's backend has around it."""
    around: dict[str, Any] = {"ISSUER": tokens.ISS, "AUDIENCE": tokens.AUD, "SECRET": tokens.SECRET}
    exec(compile(sample("python"), "docs/embedding.md", "exec"), around)
    user = SimpleNamespace(**{**USER, "hospital": SimpleNamespace(**USER["hospital"])})
    token: str = around["support_token"](user, SimpleNamespace(id="login-1"), nonce)
    return token


def signed_in_node(nonce: str) -> str:
    """The same in Node."""
    constants = {"ISSUER": tokens.ISS, "AUDIENCE": tokens.AUD, "SECRET": tokens.SECRET}
    around = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in constants.items())
    given = ", ".join(json.dumps(each) for each in (USER, {"id": "login-1"}, nonce))
    program = f"{sample('js')}\n{around}process.stdout.write(supportToken({given}));"
    command = ["node", "--input-type=module", "--eval", program]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout


@pytest.mark.parametrize("sign", [signed_in_python, signed_in_node])
def test_a_sample_signs_what_the_server_believes(sign: Callable[[str], str]) -> None:
    verifier = tokens.Verifier()
    token = sign(verifier.nonce)
    who = believed(token, verifier)
    assert (who.sub, who.sid, who.name, who.role) == ("dana", "login-1", "Dana Ruíz", "RN")
    assert (who.organization, who.organization_name) == ("mercy", "Mercy Hospital")
    with pytest.raises(Refused):  # to whoever has not the verifier it is worth nothing
        believed(token, tokens.Verifier())


def believed(token: str, verifier: tokens.Verifier) -> Identity:
    peeked = peek(token)
    issuer = check_addressed(peeked, [Issuer(tokens.ISS, tokens.AUD, "HS256")])
    payload = verify(peeked, issuer, [key_of_secret(tokens.SECRET.encode())])
    return identity(payload, issuer, verifier.value, int(time.time() * 1000))
