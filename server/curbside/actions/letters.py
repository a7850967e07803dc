"""What mail says: a reference and the way back through the EHR, never a word of what was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from curbside.store.outbox import Outgoing

_FOLDER = Path(__file__).parent.parent / "templates" / "mail"
_LANGUAGES = ("en", "es")
_environment = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=select_autoescape(["html"]), undefined=StrictUndefined
)


def letter(mail: Outgoing, sender: str) -> EmailMessage:
    """Write a mail. Its id is made from the row's: who gets it twice can tell.

    Raises ValueError for an address that is none, or that tries to be more than one header.
    """
    words = _words(str(mail.facts["locale"]).lower().split("-")[0])
    reference = str(mail.facts["reference"])
    values = {"words": words, "reference": reference, "tenant": mail.facts["tenant"]}
    message = EmailMessage()
    message["From"] = _address(sender, str(mail.facts["tenant"]))
    message["To"] = _address(mail.recipient)
    message["Subject"] = words["subject"].format(reference=reference)
    domain = sender.rpartition("@")[2]
    unique = hashlib.sha256(f"{mail.tenant}|{mail.id}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{unique}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_environment.get_template(f"{mail.kind}.txt").render(values))
    message.add_alternative(_environment.get_template(f"{mail.kind}.html").render(values), subtype="html")
    return message


def _address(address: str, name: str = "") -> Address:
    shown = " ".join("".join(each for each in name if each.isprintable()).split())
    return Address(display_name=shown, addr_spec=address)


@cache
def _words(language: str) -> Mapping[str, str]:
    known = language if language in _LANGUAGES else _LANGUAGES[0]
    words: dict[str, str] = json.loads((_FOLDER / "words" / f"{known}.json").read_text())
    return words
