"""`curbside serve` for production, `curbside demo` for a look."""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich.console import Console
from rich.table import Table
from starlette.types import ASGIApp

from curbside.actions.installation import new_id
from curbside.actions.passwords import Passwords
from curbside.app import Application, build
from curbside.commands import logs
from curbside.commands.opening import demonstration_key, fail, settings
from curbside.config import Settings
from curbside.demo import centre
from curbside.demo.ehr import EhrSettings, create_ehr
from curbside.demo.history import seed_conversations

FRAME_MAX = 64 * 1024
_GRACE_S = 10


def add_to(application: typer.Typer) -> None:
    application.command()(serve)
    application.command()(demo)


def serve() -> None:
    """Run in production. Refuses to start while a setting is missing or weak, and says which."""
    wanted = settings()
    problems = wanted.problems()
    if demonstration_key(wanted.data).exists():
        problems.append(
            f"{wanted.data} holds a demonstration, with passwords that everybody knows. Use another folder."
        )
    if problems:
        fail("Curbside cannot start:\n" + "\n".join(f"  - {each}" for each in problems))
    logs.configure(wanted.log_level)
    application = _built(wanted)
    asyncio.run(server(application.asgi, wanted.host, wanted.port).serve())


def demo(
    data: Annotated[Path | None, typer.Option(help="Folder for the demonstration's data.")] = None,
) -> None:
    """Run a demonstration: a tenant with made-up agents, and an EHR with the button in it. On loopback only."""
    given = {"data": data} if data is not None else {}
    wanted = settings(demo=True, **given)
    wanted = wanted.model_copy(update={"host": "127.0.0.1", "public_url": None, "desk_url": None})
    if wanted.root_key is None:
        wanted = wanted.model_copy(update={"root_key_file": _key_of_demonstration(wanted.data)})
    logs.configure("warning")
    asyncio.run(_demonstrate(wanted))


async def _demonstrate(wanted: Settings) -> None:
    application = _built(wanted)
    floor = application.floor
    keys = floor.installation.keys
    curbside = server(application.asgi, wanted.host, wanted.port)
    known = EhrSettings(wanted.public_origin, centre.TENANT, centre.ISSUER, centre.secret(keys), centre.AUDIENCE)
    hospital = server(create_ehr(known), wanted.host, wanted.ehr_port)
    serving = asyncio.gather(curbside.serve(), hospital.serve())
    if await curbside.is_up(serving):
        origins = [f"http://{host}:{wanted.ehr_port}" for host in ("localhost", "127.0.0.1")]
        passwords = Passwords(floor.installation)
        if await centre.settle(floor.installation, floor.directory, passwords, origins):
            await seed_conversations(floor.installation, floor.directory, floor.conversations, new_id)
        _say_where(wanted)
    await serving


class Server(uvicorn.Server):
    """A server that says when it is up: the application has started and the port is open."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.up.set()

    async def is_up(self, serving: asyncio.Future[Any]) -> bool:
        """Wait until the server is up, or has given up."""
        up = asyncio.ensure_future(self.up.wait())
        await asyncio.wait([up, serving], return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        return self.up.is_set()


def server(app: ASGIApp, host: str, port: int) -> Server:
    """Make a server with the limits that belong to this wire. Headers of proxies are read by us, not by it."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",
        loop="uvloop",
        ws="websockets-sansio",
        ws_max_size=FRAME_MAX,
        ws_per_message_deflate=False,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return Server(config)


def _built(wanted: Settings) -> Application:
    try:
        return build(wanted)
    except (ValueError, OSError) as error:
        fail(f"Curbside cannot start: {error}")


def _key_of_demonstration(data: Path) -> Path:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = demonstration_key(data)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return path


def _say_where(wanted: Settings) -> None:
    console = Console()
    console.print()
    console.print(f"  The EHR, with the button in it   [bold]http://localhost:{wanted.ehr_port}[/bold]")
    console.print(f"  The desk                         [bold]{wanted.desk_origin}/desk[/bold]")
    console.print(f"  Password of all of them          [bold]{centre.PASSWORD}[/bold]")
    console.print()
    table = Table("Agent", "E-mail", "Level", "Employer", "Teams", box=None, pad_edge=True)
    for each in centre.COLLEAGUES:
        role = "" if each.role == "agent" else f" ({each.role})"
        teams = ", ".join(centre.TEAMS[team].name for team in each.teams)
        table.add_row(each.name, each.email, f"L{each.level}{role}", centre.PARTNERS[each.partner].name, teams)
    console.print(table)
    console.print()
