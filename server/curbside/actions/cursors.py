"""Gather how far people have read, and write it a few times a second: losable, so never one commit each."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from curbside.actions.installation import Installation
from curbside.domain.audience import Audience
from curbside.domain.errors import Refused
from curbside.store.cursor import move_cursor
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Transaction

_GATHER_S = 0.1
_log = structlog.get_logger(__name__)
Side = tuple[str, str, str, Audience]


class Cursors:
    """Move cursors forward, many in one transaction."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._moves: dict[Side, tuple[int, int]] = {}
        self._wake = asyncio.Event()

    def move(self, tenant: str, conversation: str, reader: str, audience: Audience, delivered: int, read: int) -> None:
        """Note that a side has stored and read up to these numbers of its audience."""
        side = (tenant, conversation, reader, audience)
        old = self._moves.get(side, (0, 0))
        self._moves[side] = (max(old[0], delivered), max(old[1], read))
        self._wake.set()

    async def keep_moving(self) -> None:
        """Write what was gathered, until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(_GATHER_S)
            self._wake.clear()
            moves, self._moves = self._moves, {}
            try:
                await self._installation.db.write(EVERY_TENANT, partial(_write, moves), apart=True)
            except Refused:
                _log.warning("cursors.unavailable", count=len(moves))
            except Exception:  # a cursor that is late moves with the next one; the loop goes on
                _log.exception("cursors.keep_moving")


def _write(moves: dict[Side, tuple[int, int]], transaction: Transaction) -> None:
    for (tenant, conversation, reader, audience), seqs in sorted(moves.items()):
        transaction.enter(tenant)
        move_cursor(transaction, tenant, conversation, reader, audience, seqs)
