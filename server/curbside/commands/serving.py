"""`curbside serve` for production, `curbside demo` for a look."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import secrets
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from pydantic import SecretStr
from rich.console import Console

from curbside.actions.installation import new_id
from curbside.actions.passwords import Passwords
from curbside.app import Application, build
from curbside.commands import logs
from curbside.commands.opening import demonstration_key, fail, settings
from curbside.config import Settings
from curbside.demo import centre, janus, relay
from curbside.demo.ehr import EhrSettings, create_ehr
from curbside.demo.history import seed_conversations
from curbside.demo.janus import mixing
from curbside.demo.relay import relaying
from curbside.web.server import Server, configure


def add_to(application: typer.Typer) -> None:
    """Add what serves: production, and the demonstration."""
    application.command()(serve)
    application.command()(demo)


def serve() -> None:
    """Run in production. Refuses to start while a setting is missing or weak, and says which."""
    wanted = settings()
    problems = wanted.problems()
    if problems:
        fail("Curbside cannot start:\n" + "\n".join(f"  - {each}" for each in problems))
    logs.configure(wanted.log_level)
    _check_free(wanted.host, wanted.port)
    application = _built(wanted)
    if application.floor.installation.demonstration:
        fail(
            f"Curbside cannot start: the database of {wanted.data} holds a demonstration, with passwords that "
            "everybody knows. Use another folder and another database."
        )
    _run(_served(application, wanted).serve())


def demo(
    data: Annotated[Path | None, typer.Option(help="Folder for the demonstration's data.")] = None,
) -> None:
    """Run a demonstration: a tenant with made-up agents, and an EHR with the button in it. On loopback only."""
    given = {"data": data} if data is not None else {}
    wanted = settings(demo=True, **given)
    _check_nothing_of_production(wanted)
    wanted = wanted.model_copy(update={"host": "127.0.0.1", "public_url": None, "desk_url": None})
    if wanted.echo is None:
        wanted = wanted.model_copy(update={"echo": wanted.host, "echo_ports": "0"})
    _check_free(wanted.host, wanted.port)
    _check_free(wanted.host, wanted.ehr_port)
    logs.configure("warning")
    wanted.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        contextlib.nullcontext() if wanted.turn_urls else relaying(wanted.data) as turn,
        contextlib.nullcontext() if wanted.janus else mixing(wanted.data) as media,
    ):
        known: dict[str, object] = {}
        if turn is not None:
            known |= {"turn_urls": turn.urls, "turn_secret": SecretStr(turn.secret)}
        if media is not None:
            known |= {"janus": media.url, "janus_secret": SecretStr(media.secret)}
        wanted = wanted.model_copy(update=known)
        _run(_demonstrate(wanted, _built_for_demonstration(wanted)))


def _check_nothing_of_production(wanted: Settings) -> None:
    """Stop where a key or a database is set: accounts whose password everybody knows must not come near either."""
    given = [name for name in ("root_key", "root_key_file", "database") if getattr(wanted, name) is not None]
    if given:
        names = ", ".join(f"CURBSIDE_{name.upper()}" for name in given)
        fail(f"The demonstration makes a key and a database of its own. Unset {names}, or start `curbside serve`.")


async def _demonstrate(wanted: Settings, application: Application) -> None:
    floor = application.floor
    keys = floor.installation.keys
    curbside = _served(application, wanted)
    known = EhrSettings(wanted.public_origin, centre.TENANT, centre.ISSUER, centre.secret(keys), centre.AUDIENCE)
    hospital = Server(configure(create_ehr(known), wanted.host, wanted.ehr_port), set())
    serving = asyncio.ensure_future(_together(curbside, hospital))
    if await curbside.is_up(serving):
        origins = [f"http://{host}:{wanted.ehr_port}" for host in ("localhost", "127.0.0.1")]
        passwords = Passwords(floor.installation)
        if await centre.settle(floor.installation, floor.directory, passwords, origins):
            await seed_conversations(floor.installation, floor.directory, floor.conversations, new_id)
        _say_where(wanted)
    await serving


async def _together(*servers: Server) -> None:
    """Serve until one of them stops: a signal reaches only the one that listened for it last."""
    tasks = [asyncio.ensure_future(each.serve()) for each in servers]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for each in servers:
        each.should_exit = True
    await asyncio.gather(*tasks)


def _run(serving: Coroutine[Any, Any, None]) -> None:
    # What is loaded by now stays for good: the collector need not look through it again and again while messages make
    # and drop objects by the thousand, nearly none of them in cycles. It was a tenth of what a message cost.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving)


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"Curbside cannot listen at {host}, port {port}: {error.strerror}. Set CURBSIDE_PORT to another one.")


def _served(application: Application, wanted: Settings) -> Server:
    return Server(configure(application, wanted.host, wanted.port), application.carriers)


def _built(wanted: Settings) -> Application:
    try:
        return build(wanted)
    except (ValueError, OSError) as error:
        fail(f"Curbside cannot start: {error}")


def _built_for_demonstration(wanted: Settings) -> Application:
    """Build with the demonstration's own key. It is kept once the database has agreed: a refusal leaves no trace."""
    wanted.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = demonstration_key(wanted.data)
    if path.exists():
        return _built(wanted.model_copy(update={"root_key_file": path}))
    made = base64.b64encode(secrets.token_bytes(32)).decode()
    application = _built(wanted.model_copy(update={"root_key": SecretStr(made)}))
    path.touch(mode=0o600)
    path.write_text(made)
    return application


def _say_where(wanted: Settings) -> None:
    console = Console(width=110, soft_wrap=True)
    console.print()
    console.print(f"  The EHR, with the button in it   [bold]http://localhost:{wanted.ehr_port}[/bold]")
    console.print(f"  The desk                         [bold]{wanted.desk_origin}/desk[/bold]")
    console.print(f"  Password of all of them          [bold]{centre.PASSWORD}[/bold]")
    if not wanted.turn_urls:
        console.print(f"  {relay.HOW_TO_INSTALL}")
    if not wanted.janus:
        console.print(f"  {janus.HOW_TO_INSTALL}")
    console.print()
    for each in centre.COLLEAGUES:
        role = "" if each.role == "agent" else f", {each.role}"
        employer = centre.PARTNERS[each.partner].name
        console.print(f"  {each.email:<28} {each.name:<18} L{each.level}{role}, {employer}", highlight=False)
    console.print()
