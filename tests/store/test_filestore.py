"""Sealed bytes in a folder: whole or not at all, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from curbside.store.filestore import FileStore
from tests.builders import new_id


def test_what_was_put_is_got_until_it_is_removed(tmp_path: Path) -> None:
    store, id = FileStore(tmp_path / "files"), new_id()
    store.put(id, b"sealed")
    assert FileStore(tmp_path / "files").get(id) == b"sealed"
    store.remove(id)
    store.remove(id)
    assert store.get(id) is None


@pytest.mark.parametrize("id", ["", "../../../etc/passwd", "a" * 21, "a" * 23, "a" * 21 + "/", "a" * 21 + "\n"])
def test_an_id_is_never_a_path(tmp_path: Path, id: str) -> None:
    for use in (FileStore(tmp_path).get, FileStore(tmp_path).remove):
        with pytest.raises(ValueError, match="id"):
            use(id)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    store = FileStore(tmp_path / "files")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(new_id(), b"sealed")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    store, id = FileStore(tmp_path / "files"), new_id()
    store.put(id, b"sealed")
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {0o700, 0o600}
