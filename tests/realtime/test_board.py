"""What a queue tells of itself: places, and waits that are honest."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from curbside.domain.conversation import Conversation
from curbside.realtime.board import Board

MINUTE = 60_000
NOW = 1_000 * MINUTE
ASKED = Conversation("northwind", "c", "dana", "mercy", status="waiting", team="team-1")


def learned(*claims: tuple[int, int], test: bool = False) -> Board:
    """A board that saw claims: when somebody began to wait, and when they were claimed."""
    board = Board()
    for n, (since, at) in enumerate(claims):
        before = replace(ASKED, id=f"c{n}", waiting_since=since, last_at=since, test=test)
        board.moved(None, before)
        board.moved(before, replace(before, status="active", agent="priya", waiting_since=None, last_at=at))
    return board


def test_a_queue_that_was_empty_in_between_promises_no_more_than_people_waited() -> None:
    board = learned(*((at, at + 15_000) for at in range(NOW - 80 * MINUTE, NOW, 20 * MINUTE)))
    assert board.expected_wait("northwind", "team-1", 1, NOW) == 15_000
    assert board.usual_wait("northwind", "team-1", NOW) == 15_000


def test_who_is_behind_others_waits_for_them_too() -> None:
    came = NOW - 30 * MINUTE
    board = learned(*((came, came + n * 2 * MINUTE) for n in range(1, 6)))
    assert [board.expected_wait("northwind", "team-1", n, NOW) for n in (1, 2, 3)] == [
        2 * MINUTE,
        4 * MINUTE,
        6 * MINUTE,
    ]


@pytest.mark.parametrize(
    "board",
    [
        learned(),
        learned(*((NOW - n, NOW) for n in (1, 2))),
        learned(*((NOW - 300 * MINUTE, NOW - 299 * MINUTE) for _ in range(9))),
        learned(*((NOW - n, NOW) for n in range(9)), test=True),
    ],
    ids=["nothing", "too few", "too long ago", "tests"],
)
def test_what_is_not_known_is_not_invented(board: Board) -> None:
    assert board.expected_wait("northwind", "team-1", 1, NOW) is None
    assert board.usual_wait("northwind", "team-1", NOW) is None


def test_each_team_has_a_pace_of_its_own() -> None:
    board = learned(*((NOW - MINUTE, NOW) for _ in range(5)))
    assert board.expected_wait("northwind", "team-2", 1, NOW) is None
    assert board.expected_wait("southwind", "team-1", 1, NOW) is None
