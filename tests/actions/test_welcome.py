"""What a contact is told first of what they may count on."""

from __future__ import annotations

import dataclasses

import pytest

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.welcome import you
from curbside.store.identity import contact as stored
from curbside.store.scope import EVERY_TENANT
from tests import builders


@pytest.mark.parametrize(
    ("email", "server", "sender", "mailed"),
    [
        ("dana@mercy.example", True, "help@northwind.example", True),
        (None, True, "help@northwind.example", False),
        ("", True, "help@northwind.example", False),
        ("dana@mercy.example", False, "help@northwind.example", False),
        ("dana@mercy.example", True, "", False),
    ],
    ids=["all there", "no address", "an empty address", "no server", "no sender"],
)
async def test_a_contact_is_promised_mail_only_if_mail_will_leave(
    installation: Installation, email: str | None, server: bool, sender: str, mailed: bool
) -> None:
    made = await builders.contact(installation, email=email)
    directory = Directory(installation)
    await directory.start()
    person = await installation.db.read(EVERY_TENANT, lambda connection: stored(connection, made.tenant, made.id))
    assert person is not None
    here = dataclasses.replace(installation, sends_mail=server, mail_from=sender)
    assert you(person, here, directory)["mailed"] is mailed
