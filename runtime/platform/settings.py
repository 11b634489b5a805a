"""How the service is to run, read once from the environment; a weak secret is refused wherever others can reach it."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from facts.counting import counted
from facts.errors import SetupError
from runtime.accounts.openid.settings import OpenIdSettings, openid_from
from runtime.cluster.address import ClusterAddress, cluster_from
from runtime.notifications.mail import MailSettings, mail_from
from runtime.platform.database import FILE
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.platform.networks import LOOPBACK, Network, loopback, networks
from runtime.platform.secrets import secret_value
from storage.database.connection import sqlite_address

LEAST_SECRET_CHARS = 32
_LEAST_DIFFERENT = 12
_WEAK = ("changeme", "change-me", "default", "secret", "password", "example", "xueshi", "123456")
_GIGABYTE = 1_000_000_000
_SECRET_FILE = "service.secret"  # noqa: S105 - a file's name


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an operator decides; made in ``settings_from`` and nowhere on import."""

    host: str
    port: int
    home: Path
    database: str = field(repr=False)
    store: str
    secret: str = field(repr=False)
    address: str
    hosts: tuple[str, ...]
    workers: int = 1
    works_itself: bool = True
    workers_each: int = 0
    media_root: Path | None = None
    stream_address: str = ""
    upload_bytes: int = 64 * _GIGABYTE
    quota_bytes: int = 2000 * _GIGABYTE
    store_links: bool = False
    proxies: tuple[Network, ...] = ()
    webhook_networks: tuple[Network, ...] = ()
    camera_networks: tuple[Network, ...] = ()
    ring_days: int = 7
    mail: MailSettings | None = None
    metrics_token: str = field(repr=False, default="")
    openid: OpenIdSettings | None = None
    rulebooks: Path | None = None
    cluster: ClusterAddress | None = None
    blobs: str = ""

    @property
    def local(self) -> bool:
        """Whether nobody but this machine can reach the service."""
        return loopback(self.host)

    @property
    def store_origin(self) -> str:
        """Where browsers may be sent for a recording's bytes; nowhere unless the operator lets them."""
        parts = urlsplit(self.store)
        scheme = parts.scheme.partition("+")[2]
        return f"{scheme}://{parts.netloc}" if self.store_links and scheme else ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https, so that cookies may insist on it."""
        return self.address.startswith("https://") or not self.local


def settings_from(environ: Mapping[str, str]) -> Settings:
    """The settings that ``XUESHI_*`` tells; every secret also by ``…_FILE``."""
    host, port = environ.get("XUESHI_HOST", "127.0.0.1"), _number(environ, "XUESHI_PORT", 8000)
    place = home(environ)
    shown = f"[{host}]" if ":" in host else host
    address = environ.get("XUESHI_ADDRESS", "").rstrip("/") or f"http://{shown}:{port}"
    return Settings(
        host=host,
        port=port,
        home=place,
        database=secret_value(environ, "XUESHI_DB") or sqlite_address(place / FILE),
        store=environ.get("XUESHI_STORE", "") or str(place / "evidence"),
        secret=_service_secret(environ, place, outside=not loopback(host)),
        address=address,
        hosts=_hosts(environ, host, address),
        workers=_number(environ, "XUESHI_WORKERS", 1),
        workers_each=_number(environ, "XUESHI_CREW", 0),
        works_itself=environ.get("XUESHI_WORKS_ITSELF", "1") != "0",
        media_root=Path(environ["XUESHI_MEDIA_ROOT"]) if environ.get("XUESHI_MEDIA_ROOT") else None,
        stream_address=_stream(environ),
        upload_bytes=_number(environ, "XUESHI_UPLOAD_BYTES", 64 * _GIGABYTE),
        quota_bytes=_number(environ, "XUESHI_QUOTA_BYTES", 2000 * _GIGABYTE),
        store_links=environ.get("XUESHI_STORE_LINKS", "0") == "1",
        proxies=networks(environ, "XUESHI_PROXIES") or _own_proxy(host, address),
        webhook_networks=networks(environ, "XUESHI_WEBHOOK_NETWORKS"),
        camera_networks=networks(environ, "XUESHI_CAMERA_NETWORKS"),
        ring_days=_number(environ, "XUESHI_RING_DAYS", 7),
        mail=mail_from(environ),
        metrics_token=_metrics_token(environ),
        openid=openid_from(environ, address),
        rulebooks=Path(environ["XUESHI_RULEBOOKS"]) if environ.get("XUESHI_RULEBOOKS") else None,
        cluster=cluster_from(environ),
        blobs=environ.get("XUESHI_BLOBS", ""),
    )


def _own_proxy(host: str, address: str) -> tuple[Network, ...]:
    """A service that listens on loopback and is reached by https has its proxy on this machine."""
    return LOOPBACK if loopback(host) and address.startswith("https://") else ()


def settings() -> Settings:
    """The settings of this process."""
    return settings_from(environment())


def weakness(secret: str) -> str:
    """What is wrong with a secret; empty where nothing is."""
    if len(secret) < LEAST_SECRET_CHARS:
        return counted(len(secret), "character")
    if any(word in secret.casefold() for word in _WEAK):
        return "a well-known word"
    return counted(len(set(secret)), "different character") if len(set(secret)) < _LEAST_DIFFERENT else ""


def _service_secret(environ: Mapping[str, str], place: Path, *, outside: bool) -> str:
    given = secret_value(environ, "XUESHI_SECRET")
    if not given:
        return _own_secret(place / "keys")
    if outside and (fault := weakness(given)):
        raise SetupError(
            f"XUESHI_SECRET: got {fault}, expected at least {LEAST_SECRET_CHARS} random characters when others can"
            f" reach the service; make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return given


def _metrics_token(environ: Mapping[str, str]) -> str:
    """By what a monitoring system is known; without one nobody is told anything."""
    given = secret_value(environ, "XUESHI_METRICS_TOKEN")
    if given and (fault := weakness(given)):
        raise SetupError(
            f"XUESHI_METRICS_TOKEN: got {fault}, expected at least {LEAST_SECRET_CHARS} random characters; make one with:"
            " python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return given


def _own_secret(folder: Path) -> str:
    """A random secret made once on this machine; there is no default that a stranger could know."""
    file = folder / _SECRET_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return file.read_text("ascii").strip()
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_urlsafe(48))
        return file.read_text("ascii").strip()
    except OSError as error:
        raise SetupError(
            f"{file}: cannot be made or read ({error.strerror}); choose another --home or set XUESHI_SECRET_FILE"
        ) from error


def _stream(environ: Mapping[str, str]) -> str:
    """The address of a camera's live stream, with ``{class}`` and ``{camera}``; pages link to it."""
    given = environ.get("XUESHI_STREAM_ADDRESS", "")
    if given and not given.startswith(("http://", "https://")):
        raise SetupError(
            f"XUESHI_STREAM_ADDRESS: got {given[:80]!r}, expected http://… or https://… with {{class}} and {{camera}}"
        )
    return given


def _hosts(environ: Mapping[str, str], host: str, address: str) -> tuple[str, ...]:
    """The host names that requests may carry; others are refused, against DNS rebinding."""
    own = address.partition("://")[2].rpartition("]")[2].partition(":")[0] or host
    named = [one.strip() for one in environ.get("XUESHI_HOSTS", "").split(",") if one.strip()]
    near = ["localhost", "127.0.0.1", "[::1]"] if loopback(host) else []
    return tuple(dict.fromkeys([*named, own, host, *near]))


def _number(environ: Mapping[str, str], name: str, otherwise: int) -> int:
    text = environ.get(name, "")
    if not text:
        return otherwise
    if not text.isascii() or not text.isdecimal():
        raise SetupError(f"{name}: got {text[:40]!r}, expected a whole number")
    return int(text)
