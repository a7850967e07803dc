"""The open conversations of this moment, in memory: counts, places in the queue, and how long people wait.

Derived from what was committed and rebuilt at the start; a hint missed costs a count that is late, never a message.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.people import Agent

_REMEMBERED = 20
_RECENT_MS = 2 * 60 * 60 * 1000


def queue_order(state: Conversation) -> tuple[bool, bool, bool, int, str]:
    """Order a queue: care blocked first, then those given back, then by urgency, then the longest waiting."""
    blocked = state.urgency == "care_blocked"
    return (not blocked, not state.front, state.urgency == "normal", state.waiting_since or 0, state.id)


class Claimed(NamedTuple):
    """A claim: when, after how long a wait, and how long the queue stood before it moved."""

    at: int
    wait: int
    pace: int


class Board:
    """Know every open conversation, by tenant."""

    def __init__(self) -> None:
        self._open: defaultdict[str, dict[str, Conversation]] = defaultdict(dict)
        self._claims: defaultdict[tuple[str, str | None], deque[Claimed]] = defaultdict(
            lambda: deque(maxlen=_REMEMBERED)
        )

    def clear(self) -> None:
        self._open.clear()

    def put(self, state: Conversation) -> None:
        """Take a conversation as it is now."""
        if state.status == "resolved":
            self._open[state.tenant].pop(state.id, None)
        else:
            self._open[state.tenant][state.id] = state

    def moved(self, before: Conversation | None, after: Conversation) -> None:
        """Take a change, and learn from a claim how long the queue is."""
        claimed = before is not None and before.status == "waiting" and after.status == "active"
        if claimed and before is not None and before.waiting_since is not None and not after.test:
            self._learn(self._claims[(after.tenant, after.team)], before.waiting_since, after.last_at)
        self.put(after)

    def _learn(self, claims: deque[Claimed], since: int, at: int) -> None:
        # Nobody was at work on this one before it came, nor before the last one was taken.
        began = max(since, claims[-1].at) if claims else since
        claims.append(Claimed(at, at - since, max(0, at - began)))

    def conversations(self, tenant: str) -> Iterable[Conversation]:
        return self._open[tenant].values()

    def open_of_contact(self, tenant: str, contact: str) -> set[str]:
        return {id for id, state in self._open[tenant].items() if state.contact == contact}

    def carried(self, tenant: str, agent: str) -> int:
        """Count what an agent is working on."""
        return sum(1 for state in self._open[tenant].values() if state.agent == agent and state.status == "active")

    def counts(self, agent: Agent) -> dict[str, int]:
        """Count each list of an agent's desk."""
        counts: Counter[str] = Counter(waiting=0, mine=0, all=0, promised=0, care_blocked=0)
        for state in self._open[agent.tenant].values():
            if may_see(agent, state):
                counts.update(lists_of(state, agent.id))
        return dict(counts)

    def waiting(self, tenant: str, team: str | None) -> list[Conversation]:
        """Return a team's queue, first in line first."""
        of_team = [s for s in self._open[tenant].values() if s.team == team and s.status == "waiting"]
        return sorted(of_team, key=queue_order)

    def queues(self, tenant: str) -> set[str | None]:
        """Return the teams in whose queues somebody waits."""
        return {state.team for state in self._open[tenant].values() if state.status == "waiting"}

    def usual_wait(self, tenant: str, team: str | None, now: int) -> int | None:
        """Return the median wait of the last claims in milliseconds; None when there were too few to say."""
        recent = [one.wait for one in self._claims[(tenant, team)] if now - one.at <= _RECENT_MS]
        return int(median(recent)) if len(recent) >= 3 else None

    def expected_wait(self, tenant: str, team: str | None, position: int, now: int) -> int | None:
        """Return how long place `position` will wait: the pace of the last claims, times the place.

        The pace is what a claim takes while somebody waits. An empty queue tells nothing of it.
        """
        paces = [one.pace for one in self._claims[(tenant, team)] if now - one.at <= _RECENT_MS]
        return int(median(paces) * position) if len(paces) >= 3 else None


def lists_of(state: Conversation, agent: str) -> list[str]:
    """Name the lists of an agent's desk that a conversation they may see stands in."""
    if state.status == "resolved":
        return ["resolved"]
    names = ["all", f"team:{state.team}"]
    if state.status == "waiting":
        names.append("waiting")
    if state.agent == agent:
        names.append("mine")
    if state.status == "pending" and state.until:
        names.append("promised")
    if state.urgency == "care_blocked":
        names.append("care_blocked")
    return names
