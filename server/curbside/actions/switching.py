"""What contacts may do where a capability is off: asked of every verb, in the module a conversation was begun in.

Where somebody is now, only their browser says; where a conversation was begun stands in its row.
"""

from __future__ import annotations

from collections.abc import Mapping

from curbside.actions.directory import Directory
from curbside.domain import commands as ask
from curbside.domain.errors import Refused
from curbside.domain.people import Actor, Contact, Person
from curbside.domain.switches import ANY

OFF_MS = 5_000  # a panel that was shown out asks so often whether it may come back


def switches_of(directory: Directory, person: Person, module: str = "") -> Mapping[str, bool]:
    """Return every capability, on or off, for a person in a module; an agent's are those of the whole tenant."""
    if not isinstance(person, Contact):
        return directory.switches(person.tenant)
    return directory.contact_switches(person, module or ANY)


def check_reached(directory: Directory, tenant: str, organization: str, role: str) -> None:
    """Raise Refused(`switched_off`) over contacts who have the launcher nowhere: no log-in, no line, no request."""
    if not directory.reaches(tenant, organization, role):
        raise Refused("switched_off", retry=True, after_ms=OFF_MS)


def check(directory: Directory, actor: Actor, command: ask.Command, module: str) -> None:
    """Raise Refused(`switched_off`) unless a contact may do this; to take back what they wrote they always may."""
    if not isinstance(actor, Contact) or isinstance(command, ask.Delete | ask.PhoneWithdraw):
        return
    on = switches_of(directory, actor, module)
    if isinstance(command, ask.PhoneMe) and not on["phone_me"]:
        raise Refused("switched_off", detail={"capability": "phone_me"})
    if not on["chat"] or (isinstance(command, ask.Say) and command.body.files and not on["files"]):
        raise Refused("switched_off")
