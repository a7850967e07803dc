"""Sealed bytes in a folder: written whole and synced before any row speaks of them."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class FileStore:
    """Keep each file's sealed bytes under its id, for its owner's eyes only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)

    def put(self, id: str, sealed: bytes) -> None:
        """Store bytes under a new id. When this returns they are on disk; when it raises nothing is left behind."""
        path = self._path(id)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        partial = path.with_name(f".{secrets.token_hex(8)}.partial")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        _sync_folder(self.folder)

    def get(self, id: str) -> bytes | None:
        """Return what is stored under an id, or None."""
        try:
            return self._path(id).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, id: str) -> None:
        """Remove what is stored under an id, if it is there."""
        self._path(id).unlink(missing_ok=True)

    def old(self, older_than_s: float) -> Iterator[str]:
        """Name what was stored longer ago than that, so that orphans can be told from what is just arriving."""
        before = time.time() - older_than_s
        for path in self.folder.glob("??/*"):
            if path.stat().st_mtime < before:
                if path.name.endswith(".partial"):
                    path.unlink(missing_ok=True)
                elif _ID.fullmatch(path.name):
                    yield path.name

    def _path(self, id: str) -> Path:
        if _ID.fullmatch(id) is None:
            raise ValueError("not the id of a file")
        return self.folder / f"{id[:2].lower()}" / id


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
