"""Limits are keyed on identity: each person has their own, each tenant its share, and every refusal says until when."""

from __future__ import annotations

from curbside.domain.people import Contact
from curbside.realtime.allowance import Allowance, Allowances


def person(id: str, tenant: str = "northwind") -> Contact:
    return Contact(tenant, id, id, "RN", "mercy", "Mercy Hospital")


def send(allowance: Allowance, now: int) -> str:
    """Send one command, and return what it was refused for."""
    wait = allowance.take(now)
    assert wait is not None
    refused = allowance.refusal(wait, now)
    return "" if refused is None else refused.code


def test_one_who_is_too_fast_is_told_so_and_nobody_else() -> None:
    allowances = Allowances()
    dana, eve = allowances.of(person("dana"), 0), allowances.of(person("eve"), 0)
    assert [send(dana, 0) for _ in range(61)] == [""] * 60 + ["too_fast"]
    assert send(eve, 0) == ""
    assert send(allowances.of(person("dana"), 0), 0) == "too_fast"


def test_a_tenant_that_is_busy_takes_nothing_from_another() -> None:
    allowances = Allowances(tenant_rate=10)
    many = [allowances.of(person(f"p{n}"), 0) for n in range(21)]
    assert [send(one, 0) for one in many] == [""] * 20 + ["busy"]
    assert send(allowances.of(person("dana", "southwind"), 0), 0) == ""
    assert send(many[0], 200) == ""  # two more have become free by now


def test_everybody_together_have_an_end() -> None:
    allowances = Allowances(process_rate=10)
    many = [allowances.of(person("dana", f"tenant-{n}"), 0) for n in range(21)]
    assert [send(one, 0) for one in many] == [""] * 20 + ["busy"]


def test_who_is_turned_away_together_does_not_come_back_together() -> None:
    allowances = Allowances(tenant_rate=10)
    many = [allowances.of(person(f"p{n}"), 0) for n in range(40)]
    refused = [one.refusal(0, 0) for one in many]
    waits = [each.after_ms for each in refused if each is not None]
    assert len(waits) == 20
    assert waits == sorted(set(waits))  # type: ignore[type-var]
    assert all(each is None or (each.retry and each.after_ms) for each in refused)
    # Those who are turned away take nothing from those who are not: a second later ten may pass again.
    assert [one.refusal(0, 1_000) is None for one in many[:11]] == [True] * 10 + [False]


def test_what_is_no_command_costs_the_tenant_nothing() -> None:
    allowances = Allowances(tenant_rate=1)
    dana = allowances.of(person("dana"), 0)
    for _ in range(50):
        assert dana.take(0) == 0
    assert send(dana, 0) == ""
