"""Posts one message over http(s) to an allowed address, without following redirects, for ten seconds at most."""

import http.client
import ipaddress
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException, HTTPMessage
from typing import IO

from runtime.platform.networks import Network, open_to, resolved

_TIMEOUT_S = 10


class _ClosedError(OSError):
    """An address to which nothing may be sent."""


def post(url: str, body: bytes, headers: Mapping[str, str], allowed: Sequence[Network]) -> tuple[bool, str]:
    """Whether it arrived, and what was answered."""
    request = urllib.request.Request(url, body, dict(headers), method="POST")  # noqa: S310 - http(s) alone is registered
    opener = urllib.request.build_opener(
        _NoRedirects, urllib.request.ProxyHandler({}), _Plain(allowed), _Secured(allowed)
    )
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as answer:
            return True, str(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return False, str(error.code)
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        return False, f"{type(reason).__name__.lstrip('_')}: {reason}"


class _Guarded(http.client.HTTPConnection):
    """Checks the address before it connects and again afterwards, because a name may change its address in between."""

    allowed: Sequence[Network] = ()

    def connect(self) -> None:
        """Connect to an allowed address only; any other never gets a byte."""
        for address in resolved(self.host, self.port):
            _refuse_closed(str(address), self.allowed)
        super().connect()
        _refuse_closed(self.sock.getpeername()[0], self.allowed)


class _GuardedTls(http.client.HTTPSConnection, _Guarded):
    """The same before the handshake: ``HTTPSConnection`` connects by the next class, which is ours."""


def _refuse_closed(address: str, allowed: Sequence[Network]) -> None:
    plain = ipaddress.ip_address(address.partition("%")[0])
    if not open_to(plain, allowed):
        raise _ClosedError(f"{plain} is no public address and XUESHI_WEBHOOK_NETWORKS does not name it")


def _bound(kind: type[_Guarded], allowed: Sequence[Network]) -> Callable[..., http.client.HTTPConnection]:
    return type(kind.__name__, (kind,), {"allowed": tuple(allowed)})


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, allowed: Sequence[Network]) -> None:
        super().__init__()
        self._kind = _bound(_Guarded, allowed)

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """By a guarded connection."""
        return self.do_open(self._kind, req)


class _Secured(urllib.request.HTTPSHandler):
    def __init__(self, allowed: Sequence[Network]) -> None:
        super().__init__()
        self._kind = _bound(_GuardedTls, allowed)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """By a guarded connection, with the certificate checked as ever."""
        return self.do_open(self._kind, req)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A signed message goes to the address that was registered and nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Refuse: the redirect counts as the answer."""
