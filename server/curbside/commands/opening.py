"""Open the installation for one command that runs beside, or without, the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import typer
from pydantic import ValidationError

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.app import build
from curbside.config import Settings
from curbside.domain.errors import Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """An installation with its directory, for as long as a command runs."""

    settings: Settings
    installation: Installation
    directory: Directory


def settings(**given: object) -> Settings:
    """Read the settings; a wrong one is named plainly."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        for each in error.errors():
            name = "CURBSIDE_" + "_".join(str(part) for part in each["loc"]).upper()
            typer.echo(f"{name}: {each['msg']}", err=True)
        raise typer.Exit(2) from None


def run(work: Callable[[Opened], Awaitable[T]]) -> T:
    """Run a command on the installation; a refusal becomes a sentence and a status."""

    async def opened() -> T:
        async with _opened(settings()) as installation:
            return await work(installation)

    try:
        return asyncio.run(opened())
    except Refused as refused:
        field = (refused.detail or {}).get("field")
        fail(f"{refused.message} ({refused.code}{': ' + field if field else ''})")


def fail(sentence: str) -> NoReturn:
    """Say what is wrong and stop."""
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Opened]:
    try:
        floor = build(with_root_key(settings)).floor
    except (ValueError, OSError) as error:
        fail(str(error))
    installation, directory = floor.installation, floor.directory
    installation.db.start()
    try:
        await directory.start()
        yield Opened(settings, installation, directory)
    finally:
        await installation.db.stop()


def with_root_key(settings: Settings) -> Settings:
    """Return settings that have a root key, in a demonstration's folder the one that was made for it."""
    made = demonstration_key(settings.data)
    if settings.root_key is None and settings.root_key_file is None and made.exists():
        settings = settings.model_copy(update={"root_key_file": made})
    return settings


def demonstration_key(data: Path) -> Path:
    """Name the file that holds a demonstration's root key."""
    return data / "demonstration.key"
