"""Asks the provider: bounded in bytes and in time, no redirects, no proxies, nothing but a JSON object for an answer."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Event, Timer
from typing import Any
from urllib.parse import urlencode, urlsplit

from runtime.accounts.openid.errors import OpenIdError, OpenIdFault


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the provider may take for each piece and for the whole, and how much it may say."""

    each_s: float = 5
    total_s: float = 10
    most_bytes: int = 256_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said."""

    status: int
    document: Mapping[str, Any]


def ask(
    url: str, patience: Patience, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One question; its address is named in a fault without its query, its content never."""
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.netloc}{parts.path}"
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=patience.each_s)
    try:
        connection.connect()
        with _cut_after(patience.total_s, connection.sock) as overdue:
            answer, body = _exchange(connection, url, patience, form, headers or {})
    except (
        OSError,
        HTTPException,
        UnicodeError,
    ) as error:  # the last for a host that no name server could be asked for
        told = f"not done in {patience.total_s:g} s" if isinstance(error, TimeoutError) else type(error).__name__
        raise OpenIdError(OpenIdFault.NO_ANSWER, f"{where}: {told}") from error
    finally:
        connection.close()
    if overdue.is_set():
        raise OpenIdError(OpenIdFault.NO_ANSWER, f"{where}: not done in {patience.total_s:g} s")
    if len(body) > patience.most_bytes:
        raise OpenIdError(OpenIdFault.BAD_ANSWER, f"{where}: got more than {patience.most_bytes} bytes")
    return Answer(answer.status, _object(where, answer, body))


def _exchange(
    connection: HTTPConnection,
    url: str,
    patience: Patience,
    form: Mapping[str, str] | None,
    headers: Mapping[str, str],
) -> tuple[HTTPResponse, bytes]:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    told = {"accept": "application/json", "user-agent": "xueshi", **headers}
    if form is None:
        connection.request("GET", path, headers=told)
    else:
        told["content-type"] = "application/x-www-form-urlencoded"
        connection.request("POST", path, urlencode(form).encode(), told)
    with connection.getresponse() as answer:
        return answer, answer.read(patience.most_bytes + 1)


@contextmanager
def _cut_after(total_s: float, wire: socket) -> Iterator[Event]:
    """Shuts the connection when the time is over: a time-out for each piece does not bound a trickle of them."""
    overdue = Event()

    def cut() -> None:
        overdue.set()
        with suppress(OSError):  # closed already
            wire.shutdown(SHUT_RDWR)

    late = Timer(total_s, cut)
    late.daemon = True
    late.start()
    try:
        yield overdue
    except (OSError, HTTPException) as error:
        if overdue.is_set():
            raise TimeoutError from error
        raise
    finally:
        late.cancel()


def _object(where: str, answer: HTTPResponse, body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    kind = answer.headers.get_content_type()
    raise OpenIdError(OpenIdFault.BAD_ANSWER, f"{where}: got status {answer.status} and {kind}, expected a JSON object")
