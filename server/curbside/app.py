"""The composition root: every part is made here, and every route is visible."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from curbside.actions.clocks import clocks
from curbside.actions.files import Files
from curbside.actions.floor import Floor
from curbside.actions.identity import Identities, keep_swept
from curbside.actions.indexing import Indexer
from curbside.actions.installation import Installation, new_id
from curbside.actions.jwks import Jwks
from curbside.actions.login import Logins
from curbside.actions.mail import MAIL_ANSWER, Mail, MailServer
from curbside.actions.passwords import Passwords
from curbside.actions.restored import watch_epoch
from curbside.actions.revocations import NAME, Revocations
from curbside.actions.search import Search
from curbside.actions.tenant import Tenants
from curbside.actions.timers import run_timers
from curbside.config import Settings
from curbside.realtime.allowance import Allowances
from curbside.store.database import Database
from curbside.store.engines import engines, private
from curbside.store.files import UNLINK
from curbside.store.filestore import FileStore
from curbside.store.installation import become_demonstration, ensure_installation, is_demonstration
from curbside.store.migrations import upgrade
from curbside.store.moving import is_moving
from curbside.store.scope import EVERY_TENANT, EXEMPT, enter, is_exempt
from curbside.store.sealing import Keys
from curbside.web.assets import Assets
from curbside.web.carrier import Carrier
from curbside.web.carrying import CarryingRoutes
from curbside.web.check import Check
from curbside.web.cookies import Cookies
from curbside.web.desk import Desk
from curbside.web.figures import Figures
from curbside.web.files import FileRoutes
from curbside.web.health import Health
from curbside.web.identify import Identify
from curbside.web.limits import Addresses
from curbside.web.pages import Pages
from curbside.web.requests import Requests
from curbside.web.search import SearchRoutes
from curbside.web.settings import SettingsPages
from curbside.web.socket import Sockets, keep_ticking
from curbside.web.stream import Stream
from curbside.web.widget import Widget
from curbside_signaling.echo import Echo


@dataclass(slots=True)
class Application:
    """One process's worth of Curbside. `asgi` serves; its lifespan starts and stops everything else."""

    settings: Settings
    floor: Floor
    carriers: set[Carrier] = field(default_factory=set)
    echo: Echo = field(init=False)
    files: Files = field(init=False)
    mail: Mail = field(init=False)
    indexer: Indexer = field(init=False)
    figures: Figures = field(init=False, default_factory=Figures)
    logins: Logins = field(init=False)
    passwords: Passwords = field(init=False)
    sockets: Sockets = field(init=False)
    asgi: Starlette = field(init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request. WebSockets do not come here: web.server hands them to `sockets`."""
        await self.asgi(scope, receive, send)

    def __post_init__(self) -> None:
        folder = FileStore(self.settings.data / "files")
        self.files = Files(self.floor.installation, self.floor.directory, folder)
        self.indexer = Indexer(self.floor.installation)
        self.mail = Mail(
            self.floor.installation, self.floor.directory, _mail_server(self.settings), self.settings.mail_from
        )
        self.echo = Echo(self.settings.echoes)
        self.figures.watch("echoes", "Echoes of equipment checks, now.", lambda: self.echo.count)
        self.figures.watch("connections", "Open sockets and streams.", lambda: len(self.carriers))
        around = [Middleware(Requests, self.figures)]
        self.asgi = Starlette(routes=self._routes(), middleware=around, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        floor = self.floor
        await floor.start()
        firings = {
            **clocks(floor.installation, floor.conversations, floor.agents, floor.calls, floor.hub.is_here),
            UNLINK: self.files.unlink,
            MAIL_ANSWER: self.mail.answer_due,
        }
        floor.spawn(run_timers(floor.installation, firings))
        floor.spawn(keep_ticking(self.carriers))
        floor.spawn(self.logins.keep_swept())
        floor.spawn(keep_swept(floor.installation))
        floor.spawn(self.files.keep_swept())
        floor.spawn(self.mail.run())
        floor.spawn(self.indexer.keep_indexed())
        floor.spawn(Revocations(floor.installation, self.settings.data / NAME).keep_written())
        floor.spawn(watch_epoch(floor.installation, floor.epoch, self._restored))
        yield
        await self.echo.stop()
        await floor.stop()

    async def _restored(self, epoch: str) -> None:
        # Every token was ended by the restore: panels identify again, desks log in again, then all fetch anew.
        await self.floor.restored(epoch)
        self.indexer.begin_again()
        for carrier in list(self.carriers):
            carrier.close("expired", "now")

    def _routes(self) -> list[BaseRoute]:
        settings, floor = self.settings, self.floor
        installation, directory = floor.installation, floor.directory
        origin, desk_origin = settings.public_origin, settings.desk_origin
        assets = Assets()
        pages = Pages(assets, secure=settings.secure)
        addresses = Addresses(settings.trusted_proxies)
        passwords = self.passwords = Passwords(installation)
        logins = self.logins = Logins(installation, directory, passwords)
        floor.on_active = logins.note
        identities = Identities(installation, directory, Jwks(installation, private=settings.demo))
        stream = Stream(floor, self.carriers, addresses)
        self.sockets = Sockets(floor, {origin, desk_origin}, self.carriers, addresses)
        cookies = Cookies(secure=settings.secure)
        desk = Desk(logins, passwords, pages, assets, addresses, cookies, desk_origin, floor.agents.gone)
        token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
        return [
            Route("/v1/stream", stream.stream, methods=["POST"]),
            Route("/v1/frame", stream.frame, methods=["POST"]),
            *Identify(identities, addresses).routes(),
            *FileRoutes(installation, directory, self.files).routes,
            *SearchRoutes(installation, directory, Search(installation, directory)).routes,
            *CarryingRoutes(installation, directory, pages, assets, addresses, origin).routes(),
            *Widget(installation, directory, pages, assets, addresses, origin).routes(),
            *Check(installation, directory, pages, assets, addresses, settings.relays, self.echo, origin).routes(),
            *desk.routes(),
            *SettingsPages(
                Tenants(installation, directory), passwords, directory, pages, desk.logged_in, origin, desk_origin
            ).routes(),
            *assets.routes(),
            *Health(installation, self.figures, token, local=installation.demonstration).routes,
        ]


def build(settings: Settings) -> Application:
    """Open the database, bring it to the newest version, and put everything together.

    Raises ValueError where PostgreSQL would show every tenant's rows to whoever asks, and for a half-moved database.
    """
    if settings.database_url.startswith("sqlite"):
        private(Path(settings.database_url.removeprefix("sqlite:///")))
    key = settings.database_key.get_secret_value() if settings.database_key else None
    writer, reader = engines(settings.database_url, sqlite_key=key)
    try:
        epoch, demonstration = _begin(writer, demo=settings.demo)
    except BaseException:
        writer.dispose()
        raise
    database = Database(writer, reader, _now)
    sends_mail = settings.smtp_host is not None
    keys = Keys(settings.root_key_bytes())
    installation = Installation(database, keys, sends_mail, settings.mail_from, demonstration)
    allowances = Allowances(tenant_rate=settings.tenant_rate, process_rate=settings.process_rate)
    return Application(settings, Floor(installation, epoch, allowances, settings.relays, settings.rooms))


def _begin(writer: Engine, *, demo: bool) -> tuple[str, bool]:
    """Bring a database that may be served from to the newest version; return its epoch and whether it is for show."""
    with writer.connect() as connection:
        if is_exempt(connection):
            raise ValueError(EXEMPT)
        if is_moving(connection):
            raise ValueError("a move into this database is not over: call `curbside move` again.")
    upgrade(writer)
    with writer.begin() as connection:
        enter(connection, EVERY_TENANT)
        epoch = ensure_installation(connection, _now(), new_id)
        if demo:
            become_demonstration(connection)
        return epoch, is_demonstration(connection)


def _mail_server(settings: Settings) -> MailServer | None:
    if settings.smtp_host is None:
        return None
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return MailServer(settings.smtp_host, settings.smtp_port, settings.smtp_username, password, settings.smtp_tls)


def _now() -> int:
    return time.time_ns() // 1_000_000
