"""Which capabilities are on for whom: the most specific rule wins, and between equals the one that says off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

ANY = "*"
CAPABILITIES: Mapping[str, bool] = MappingProxyType(
    {
        "launcher": True,
        "chat": True,
        "files": True,
        "transcript": True,
        "search": True,
        "sound": True,
        "call": False,
        "camera": False,
        "screen": False,
        "recording": False,
        "phone_me": False,  # of its own: it is wanted most where calls are off, and needs people who phone
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Switch one capability for an organization, a role, a module, or any of them."""

    capability: str
    enabled: bool
    organization: str = ANY
    role: str = ANY
    module: str = ANY

    @property
    def weight(self) -> int:
        """Count what the rule names; more is more specific."""
        return sum(named != ANY for named in (self.organization, self.role, self.module))

    def fits(self, organization: str, role: str, module: str) -> bool:
        """Tell whether it is about somebody; a module's name is the EHR's, however it is spelled."""
        named = ((self.organization, organization), (self.role, role), (self.module.casefold(), module.casefold()))
        return all(rule in (ANY, actual) for rule, actual in named)


def modules(rules: Collection[Rule], organization: str, role: str) -> dict[str, dict[str, bool]]:
    """Return the switches in each module that a rule about this organization and role names, by its folded name."""
    named = {
        rule.module.casefold() for rule in rules if rule.module != ANY and rule.fits(organization, role, rule.module)
    }
    return {module: contact_switches(rules, organization, role, module) for module in sorted(named)}


def contact_switches(rules: Collection[Rule], organization: str, role: str, module: str = ANY) -> dict[str, bool]:
    """Return what a contact has: where the launcher is off nothing is on, for there is no button to it."""
    state = switches(rules, organization, role, module)
    return state if state["launcher"] else dict.fromkeys(state, False)


def reachable(rules: Collection[Rule], organization: str, role: str) -> bool:
    """Tell whether a contact has the launcher anywhere: in a module of its own, if not in all of them."""
    if switches(rules, organization, role)["launcher"]:
        return True
    return any(on["launcher"] for on in modules(rules, organization, role).values())


def switches(rules: Collection[Rule], organization: str = ANY, role: str = ANY, module: str = ANY) -> dict[str, bool]:
    """Return every capability, on or off, for somebody of `organization` and `role` who is in `module`."""
    state = dict(CAPABILITIES)
    if not rules:  # as with most tenants, and asked for each message
        return state
    fitting = [rule for rule in rules if rule.capability in state and rule.fits(organization, role, module)]
    # Least specific first, so that the last one written wins; among equals those that say off come last.
    for rule in sorted(fitting, key=lambda rule: (rule.weight, not rule.enabled)):
        state[rule.capability] = rule.enabled
    return state
