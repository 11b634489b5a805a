"""Posts one letter over http(s): to addresses that are open to letters, following nobody, waiting for nobody long."""

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
    """An address to which no letter may go."""


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
    """Looks where it would go before it goes, and once more where it arrived: names may change between the two."""

    allowed: Sequence[Network] = ()

    def connect(self) -> None:
        """To an open address or not at all; an inner one never sees a byte."""
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
    """A signed letter goes where it was registered to go and nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Refuse: the redirect counts as the answer."""
