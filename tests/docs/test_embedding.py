"""docs/embedding.md says what the launcher does, and its samples sign what the server believes."""

from __future__ import annotations

import re
import time
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


def test_the_python_sample_signs_what_the_server_believes() -> None:
    verifier = tokens.Verifier()
    who = believed(signed_by_the_sample(verifier.nonce), verifier)
    assert (who.sub, who.name, who.role) == ("dana", "Dana Ruiz", "RN")
    assert (who.organization, who.organization_name) == ("mercy", "Mercy Hospital")


def test_what_the_sample_signs_is_worthless_without_the_verifier() -> None:
    token = signed_by_the_sample(tokens.Verifier().nonce)
    with pytest.raises(Refused):
        believed(token, tokens.Verifier())


def signed_by_the_sample(nonce: str) -> str:
    """Run the page's own code, with what a vendor's backend has around it."""
    (code,) = re.findall(r"```python\n(.*?)```", section(EMBEDDING, 2), re.DOTALL)
    around: dict[str, Any] = {"ISSUER": tokens.ISS, "AUDIENCE": tokens.AUD, "SECRET": tokens.SECRET}
    exec(compile(code, "docs/embedding.md", "exec"), around)
    hospital = SimpleNamespace(id="mercy", name="Mercy Hospital")
    user = SimpleNamespace(id="dana", name="Dana Ruiz", role="RN", hospital=hospital)
    token: str = around["support_token"](user, SimpleNamespace(id="login-1"), nonce)
    return token


def believed(token: str, verifier: tokens.Verifier) -> Identity:
    peeked = peek(token)
    issuer = check_addressed(peeked, [Issuer(tokens.ISS, tokens.AUD, "HS256")])
    payload = verify(peeked, issuer, [key_of_secret(tokens.SECRET.encode())])
    return identity(payload, issuer, verifier.value, int(time.time() * 1000))
