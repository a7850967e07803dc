"""Whom notes ask for who has done nothing in the conversation since: they find it in a list of their own, also later.

One line of text, `|staff:helen|house:kofi|`, as it stands in the conversation's row, so that SQL can look into it.
"""

from __future__ import annotations

from collections.abc import Iterable

from curbside.domain.audience import Audience

MENTIONS_MAX = 100  # of the latest: a row stays small, whoever is named in however many notes
_CLOSED = "|"


def mark(audience: Audience, agent: str) -> str:
    """Return how a mention of an agent in a note for an audience stands in the line."""
    return f"{_CLOSED}{audience.word}:{agent}{_CLOSED}"


def marks(reader: Audience, agent: str) -> list[str]:
    """Return each way in which an agent may be asked for that they may know of."""
    return [mark(audience, agent) for audience in (Audience.STAFF, Audience.HOUSE) if reader.sees(audience)]


def named(line: str, audience: Audience, agents: Iterable[str]) -> str:
    """Return the line after a note for an audience has named agents. Whoever is asked for more openly stays so."""
    before = _parts(line)
    fresh = [f"{audience.word}:{agent}" for agent in dict.fromkeys(agents)]
    openly = {part.partition(":")[2] for part in before if part.startswith(f"{Audience.STAFF.word}:")}
    fresh = [part for part in fresh if part not in before and part.partition(":")[2] not in openly]
    return _line([*before, *fresh][-MENTIONS_MAX:])


def answered(line: str, agent: str) -> str:
    """Return the line after an agent has done something in the conversation."""
    return _line([part for part in _parts(line) if part.partition(":")[2] != agent])


def asks_for(line: str, reader: Audience, agent: str) -> bool:
    """Tell whether a note that this reader may see asks for them."""
    return any(each in line for each in marks(reader, agent))


def _parts(line: str) -> list[str]:
    return [part for part in line.split(_CLOSED) if part]


def _line(parts: list[str]) -> str:
    return f"{_CLOSED}{_CLOSED.join(parts)}{_CLOSED}" if parts else ""
