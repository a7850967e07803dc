"""`serve` never runs on accounts whose password everybody knows, and `demo` never makes them beside real ones."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from curbside.commands import application, logs, serving
from curbside.commands.backup import backup, restore
from curbside.config import Settings

KEY = base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CURBSIDE_{name.upper()}", raising=False)
    monkeypatch.setenv("CURBSIDE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CURBSIDE_PORT", "0")
    monkeypatch.setenv("CURBSIDE_EHR_PORT", "0")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been served: the commands stop just before that."""
    found: list[str] = []

    def note(work: Coroutine[Any, Any, None]) -> None:
        found.append(type(work).__name__)
        work.close()

    monkeypatch.setattr(serving, "_run", note)
    # It would write where this command's output went, for all tests that come after.
    monkeypatch.setattr(logs, "configure", lambda level: None)
    return found


def run(*words: str, **env: str) -> Result:
    return CliRunner().invoke(application, list(words), env={f"CURBSIDE_{name.upper()}": env[name] for name in env})


def run_in_production(*words: str, **env: str) -> Result:
    return run(*words, root_key=KEY, public_url="https://help.example", **env)


def test_serve_starts_on_a_database_of_its_own(served: list[str]) -> None:
    assert run_in_production("serve").exit_code == 0
    assert len(served) == 1


def test_serve_does_not_start_on_a_demonstration_whatever_became_of_its_key(served: list[str], tmp_path: Path) -> None:
    assert run("demo").exit_code == 0 and len(served) == 1
    (tmp_path / "data" / "demonstration.key").unlink()
    refused = run_in_production("serve")
    assert refused.exit_code == 2 and "holds a demonstration" in refused.output
    elsewhere = {"data": str(tmp_path / "other"), "database": f"sqlite:///{tmp_path}/data/curbside.db"}
    assert "holds a demonstration" in run_in_production("serve", **elsewhere).output
    assert len(served) == 1


@pytest.mark.parametrize("name", ["root_key", "root_key_file", "database"])
def test_the_demonstration_takes_no_key_and_no_database_of_production(
    served: list[str], tmp_path: Path, name: str
) -> None:
    given = {"root_key": KEY, "root_key_file": str(tmp_path / "key"), "database": f"sqlite:///{tmp_path}/other.db"}
    refused = run("demo", **{name: given[name]})
    assert refused.exit_code == 2 and f"CURBSIDE_{name.upper()}" in refused.output
    assert served == [] and list(tmp_path.iterdir()) == []


def test_the_demonstration_is_not_made_beside_tenants_of_ones_own(served: list[str], tmp_path: Path) -> None:
    assert run_in_production("tenant", "create", "mercy", "--name", "Mercy").exit_code == 0
    refused = run("demo")
    assert refused.exit_code == 2 and "tenants of your own" in refused.output
    assert not (tmp_path / "data" / "demonstration.key").exists(), "serve would take it for its own"
    assert run_in_production("serve").exit_code == 0 and len(served) == 1


def test_the_demonstration_goes_on_with_what_it_made(served: list[str]) -> None:
    assert run("demo").exit_code == 0
    assert run("demo").exit_code == 0
    assert len(served) == 2


def test_the_backup_of_a_demonstration_is_not_restored_into_what_is_none(served: list[str], tmp_path: Path) -> None:
    assert run("demo").exit_code == 0
    made, keys = tmp_path / "backup", tmp_path / "keys"
    backup(Settings(data=tmp_path / "data"), made, keys)
    assert run_in_production("tenant", "create", "mercy", "--name", "Mercy", data=str(tmp_path / "own")).exit_code == 0
    with pytest.raises(ValueError, match="demonstration"):
        restore(Settings(data=tmp_path / "own"), made, keys)
    restore(Settings(data=tmp_path / "data"), made, keys)
    assert "holds a demonstration" in run_in_production("serve").output
