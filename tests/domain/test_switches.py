"""The most specific rule wins, and between equals the one that says off."""

from __future__ import annotations

from itertools import permutations

import pytest

from curbside.domain.switches import CAPABILITIES, Rule, contact_switches, reachable, switches

ALL_OFF = Rule("chat", False)
FOR_MERCY = Rule("chat", True, organization="mercy")
FOR_NURSES_OF_MERCY = Rule("chat", False, organization="mercy", role="RN")


def test_without_rules_the_defaults_hold() -> None:
    assert switches([]) == dict(CAPABILITIES)
    assert not switches([])["camera"] and switches([])["chat"]


@pytest.mark.parametrize("rules", list(permutations([ALL_OFF, FOR_MERCY, FOR_NURSES_OF_MERCY])))
def test_the_most_specific_rule_wins_in_whatever_order(rules: tuple[Rule, ...]) -> None:
    assert not switches(rules)["chat"]
    assert not switches(rules, "lakeside", "RN")["chat"]
    assert switches(rules, "mercy", "MD")["chat"]
    assert not switches(rules, "mercy", "RN")["chat"]


@pytest.mark.parametrize(
    "rules", list(permutations([Rule("files", True, role="RN"), Rule("files", False, module="orders")]))
)
def test_between_equals_off_wins(rules: tuple[Rule, ...]) -> None:
    assert not switches(rules, "mercy", "RN", "orders")["files"]
    assert switches(rules, "mercy", "RN", "chart")["files"]


def test_a_rule_for_something_unknown_adds_nothing() -> None:
    assert switches([Rule("telepathy", True)]) == dict(CAPABILITIES)


def test_where_the_launcher_is_off_a_contact_has_nothing() -> None:
    rules = [Rule("launcher", False, role="RN"), Rule("chat", True, role="RN", module="orders")]
    assert not any(contact_switches(rules, "mercy", "RN", "orders").values())
    assert contact_switches(rules, "mercy", "MD")["chat"]


def test_a_contact_is_reached_where_the_launcher_is_on_in_one_module_at_least() -> None:
    rules = [Rule("launcher", False)]
    assert not reachable(rules, "mercy", "RN")
    assert reachable([*rules, Rule("launcher", True, module="orders")], "mercy", "RN")
    assert not reachable([*rules, Rule("launcher", True, module="orders", role="MD")], "mercy", "RN")
    assert reachable([Rule("launcher", False, module="orders")], "mercy", "RN")
