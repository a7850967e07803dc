"""Who may see a conversation."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from curbside.domain.access import is_told_of, may_see
from curbside.domain.conversation import Conversation
from curbside.domain.people import Actor, Contact, System
from tests.domain.talk import CALL, DANA, EVE, MARCO, PRIYA, SAM, agent

QUEUED = Conversation("northwind", "c" * 22, "dana", "mercy", team="team-1", level=1, status="waiting")
UPPER = changed(QUEUED, team="team-2", level=2)


@pytest.mark.parametrize(
    ("who", "conversation", "sees"),
    [
        (DANA, QUEUED, True),
        (EVE, QUEUED, False),
        (replace(DANA, tenant="southwind"), QUEUED, False),
        (PRIYA, QUEUED, True),
        (PRIYA, UPPER, False),
        (PRIYA, changed(UPPER, agent="priya"), True),
        (MARCO, QUEUED, True),
        (MARCO, UPPER, True),
        (SAM, changed(UPPER, level=4), True),
        (agent("l1", level=1, role="supervisor", teams=frozenset()), UPPER, True),
        (CALL, QUEUED, True),
        (CALL, UPPER, False),
        (replace(CALL, level=4, role="supervisor"), UPPER, False),
        (replace(CALL, level=4, role="admin"), UPPER, False),
        (replace(CALL, id="other"), changed(UPPER, agent="call"), False),
        (CALL, changed(UPPER, agent="call"), True),
        (replace(PRIYA, tenant="southwind"), QUEUED, False),
        (replace(SAM, tenant="southwind", role="admin"), QUEUED, False),
        (System("northwind"), UPPER, True),
        (System("southwind"), UPPER, False),
    ],
)
def test_who_sees_what(who: Actor, conversation: Conversation, sees: bool) -> None:
    assert may_see(who, conversation) is sees


@given(st.text(), st.sampled_from(("waiting", "active", "pending", "resolved")))
def test_a_contact_sees_no_conversation_but_their_own(contact: str, status: str) -> None:
    theirs = changed(QUEUED, contact=contact, status=status)
    assert may_see(DANA, theirs) is (contact == "dana")


@given(st.text(min_size=1), st.sampled_from(("agent", "supervisor", "admin")), st.integers(1, 4))
def test_nobody_of_another_tenant_sees_anything(tenant: str, role: str, level: int) -> None:
    conversation = changed(QUEUED, tenant=tenant, agent="priya")
    people = (DANA, agent("priya", role=role, level=level), Contact("northwind", "dana", "", "", "", ""))
    if tenant != "northwind":
        assert not any(may_see(one, conversation) for one in people)


@pytest.mark.parametrize(
    ("partner", "teams", "told"),
    [
        ("call", ("other",), True),
        ("house", ("other",), False),
        ("third", ("other",), False),
        ("third", ("team-1",), True),
    ],
)
def test_a_partner_is_told_of_their_own_people_and_of_those_they_share_a_team_with(
    partner: str, teams: tuple[str, ...], told: bool
) -> None:
    asking = replace(CALL, partner="call", teams=frozenset({"team-1"}))
    colleague = replace(PRIYA, partner=partner, in_house=partner == "house", teams=frozenset(teams))
    assert is_told_of(asking, colleague) is told
    assert is_told_of(replace(asking, role="admin", level=4), colleague) is told
    assert is_told_of(replace(PRIYA, teams=frozenset()), colleague)
