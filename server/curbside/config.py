"""What is set from outside: environment variables named CURBSIDE_…, documented in docs/operations.md."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from curbside_signaling.echo import Place
from curbside_signaling.ice import Relays
from curbside_signaling.media import Rooms
from curbside_signaling.media.janus import Server
from curbside_signaling.media.room import JanusRooms

_ROOT_KEY_BYTES = 32
_DISTINCT_MIN = 12
_SECRET_MIN = 24


class Settings(BaseSettings):
    """Everything that is set from outside. An empty variable counts as one that is not set."""

    model_config = SettingsConfigDict(env_prefix="CURBSIDE_", env_ignore_empty=True, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8400, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    data: Path = Field(Path("var"), description="Folder for the database, files and backups.")
    database: str | None = Field(
        None, description="`sqlite:///path` or `postgresql://…`; a SQLite file in `CURBSIDE_DATA` unless set."
    )
    database_key: SecretStr | None = Field(
        None, description="Encrypts the SQLite file: 64 hexadecimal digits. Cannot be added to an existing file."
    )
    root_key: SecretStr | None = Field(
        None, description="The key over all keys: 32 random bytes in base64 or hexadecimal. Keep it apart from backups."
    )
    root_key_file: Path | None = Field(
        None, description="A file that holds the root key, in place of `CURBSIDE_ROOT_KEY`."
    )
    public_url: str | None = Field(
        None, description="Where launcher, panel and API are reached: `https://help.example`."
    )
    desk_url: str | None = Field(None, description="Where the desk is reached, if it has an origin of its own.")
    metrics_token: SecretStr | None = Field(
        None,
        description="Bearer token for `/metrics`; without one it is there in the demonstration only, from loopback.",
    )
    smtp_host: str | None = Field(None, description="Mail server; without one no mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_username: str | None = Field(None, description="Log-in at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field("starttls", description="How mail is encrypted on its way.")
    mail_from: str = Field("", description="Sender of mail for tenants that set none of their own.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses or networks, comma-separated, whose `X-Forwarded-For` is believed."
    )
    tenant_rate: int = Field(
        2_000, ge=1, description="Commands a second of all people of one tenant together; beyond, they wait a moment."
    )
    process_rate: int = Field(8_000, ge=1, description="The same for everybody whom this process serves.")
    turn_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Where calls are relayed, comma-separated: `turn:` and `turns:` addresses, `stun:` too."
    )
    turn_secret: SecretStr | None = Field(
        None, description="What coturn has as `static-auth-secret`: credentials are made with it, ten minutes each."
    )
    janus: str | None = Field(
        None,
        description="WebSocket address of Janus, for calls of four and more: `ws://10.0.0.5:8188`.",
    )
    janus_secret: SecretStr | None = Field(None, description="What Janus has as `api_secret`.")
    echo: str | None = Field(
        None, description="Address by which browsers reach the equipment check's echo, over UDP; without one it is off."
    )
    echo_bind: str | None = Field(
        None, description="Address to listen on for it, if that is another one: behind NAT, in a container."
    )
    echo_ports: str = Field(
        "40100-40107", description="Its UDP ports, one for each echo at once; 0: any, eight at once."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    demo: bool = Field(False, description="Set by `curbside demo`: plain http, made-up people, a generated root key.")
    ehr_port: int = Field(
        default_factory=lambda given: given.get("port", 8400) + 1,
        ge=0,
        le=65535,
        description="Port of the demonstration EHR; the one after `CURBSIDE_PORT` unless set.",
    )

    @field_validator("trusted_proxies", "turn_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            ipaddress.ip_network(each, strict=False)
        return value

    @field_validator("turn_urls")
    @classmethod
    def _ice(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not each.startswith(("turn:", "turns:", "stun:")):
                raise ValueError("must be turn:, turns: or stun: addresses")
        return value

    @field_validator("janus")
    @classmethod
    def _socket(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("ws", "wss") or not urlsplit(value).hostname):
            raise ValueError("must be a WebSocket address, like ws://10.0.0.5:8188")
        return value

    @field_validator("echo", "echo_bind")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return None if value is None else str(ipaddress.ip_address(value))

    @field_validator("echo_ports")
    @classmethod
    def _port_range(cls, value: str) -> str:
        first, last = _ports(value)
        if (first, last) != (0, 0) and not 1024 <= first <= last <= 65535:
            raise ValueError("must be ports from 1024 on, like 40100-40107, or 0")
        return value

    @field_validator("public_url", "desk_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        """Keep an origin: scheme, host and port, nothing after them."""
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ValueError("must be an origin, like https://help.example")
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'curbside.db'}"

    @property
    def public_origin(self) -> str:
        """Return the origin of launcher, panel and API."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def desk_origin(self) -> str:
        return self.desk_url or self.public_origin

    @property
    def relays(self) -> Relays:
        """Return what relays of media there are, and the secret shared with them."""
        secret = self.turn_secret.get_secret_value() if self.turn_secret else ""
        return Relays(self.turn_urls, secret.encode())

    @property
    def rooms(self) -> Rooms | None:
        """Return the media server for calls of more than three."""
        if self.janus is None:
            return None
        return JanusRooms(Server(self.janus, self.janus_secret.get_secret_value() if self.janus_secret else ""))

    @property
    def echoes(self) -> Place | None:
        """Return where the echo of the equipment check listens."""
        return None if self.echo is None else Place(self.echo, self.echo_bind or self.echo, *_ports(self.echo_ports))

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach us over https: cookies and headers depend on it."""
        return self.desk_origin.startswith("https://")

    def root_key_bytes(self) -> bytes:
        """Return the root key. Raises ValueError with a sentence for people when it is missing or weak."""
        if self.root_key is not None:
            return _root_key(self.root_key.get_secret_value())
        if self.root_key_file is not None:
            return _root_key(self.root_key_file.read_text())
        raise ValueError(f"CURBSIDE_ROOT_KEY is missing. Make one and keep it safe: {HOW_TO_MAKE_A_KEY}")

    def problems(self) -> list[str]:
        """List what keeps this from being run in production, in words for whoever installs it."""
        found = []
        try:
            self.root_key_bytes()
        except (ValueError, OSError) as error:
            found.append(str(error))
        if self.public_url is None:
            found.append("CURBSIDE_PUBLIC_URL is missing: the https address under which browsers reach this server.")
        for name, url in (("CURBSIDE_PUBLIC_URL", self.public_url), ("CURBSIDE_DESK_URL", self.desk_url)):
            if url is not None and not url.startswith("https://"):
                found.append(f"{name} must begin with https://. Browsers give camera and crypto to secure pages only.")
        found += self._weak_secrets()
        if self.demo:
            found.append("CURBSIDE_DEMO is set. The demonstration is started by `curbside demo`, never by `serve`.")
        return found

    def _weak_secrets(self) -> list[str]:
        found = []
        for name, secret in (
            ("METRICS_TOKEN", self.metrics_token),
            ("TURN_SECRET", self.turn_secret),
            ("JANUS_SECRET", self.janus_secret),
        ):
            value = secret.get_secret_value() if secret else None
            if value is not None and (len(value) < _SECRET_MIN or len(set(value)) < _DISTINCT_MIN):
                found.append(f"CURBSIDE_{name} is too weak: {_SECRET_MIN} random characters at least.")
        if self.turn_secret is None and any(url.startswith("turn") for url in self.turn_urls):
            found.append("CURBSIDE_TURN_SECRET is missing: the static-auth-secret of the relay in CURBSIDE_TURN_URLS.")
        if self.janus is not None and self.janus_secret is None:
            found.append("CURBSIDE_JANUS_SECRET is missing: the api_secret of the Janus in CURBSIDE_JANUS.")
        return found


def _ports(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


HOW_TO_MAKE_A_KEY = "openssl rand -base64 32"


def _root_key(text: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * _ROOT_KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != _ROOT_KEY_BYTES:
        raise ValueError(f"CURBSIDE_ROOT_KEY must be 32 bytes in base64 or hexadecimal: {HOW_TO_MAKE_A_KEY}")
    if len(set(key)) < _DISTINCT_MIN:
        raise ValueError(f"CURBSIDE_ROOT_KEY is too weak: it must be random. Make one with: {HOW_TO_MAKE_A_KEY}")
    return key
