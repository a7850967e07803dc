"""In which team a conversation lands when somebody takes it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curbside.actions.directory import Directory
from curbside.domain.conversation import Conversation
from curbside.domain.people import Agent


def team_card(team: Any) -> Mapping[str, Any]:
    """Return what a timeline says of a team."""
    return {"id": team.id, "name": team.name, "level": team.level}


def team_with(agent: Agent, state: Conversation) -> str | None:
    """Return in which team somebody takes a conversation on: where it is, if they are there too or in no team."""
    if state.team in agent.teams or not agent.teams:
        return state.team
    return min(agent.teams)


def team_of(agent: Agent, directory: Directory) -> Mapping[str, Any] | None:
    """Return in which team an agent opens a conversation: the first of theirs that is still there."""
    teams = [directory.team(agent.tenant, id) for id in sorted(agent.teams)]
    return next((team_card(team) for team in teams if team is not None), None)
