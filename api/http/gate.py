"""The first step of every request and the last of every answer: host name, size, request id, security headers."""

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problem import ProblemError, problem_response
from facts.text import Text
from runtime.platform.metrics import ANSWER_SECONDS

STATIC = "/static/"  # the same for everybody: kept by browsers, asked for again by its tag
MOST_BODY_BYTES = 1 << 20
UPLOADS = "/api/v1/uploads"  # streamed to disk under its own limits
MOST_PACKAGE_BYTES = 8 << 30
MOST_CLAIM_BYTES = 20 << 20  # a workbook, or scans that explain a doubt
MOST_FORM_BYTES = 250_000_000  # one file of a class from a browser that runs no script
PIECE_S, PATIENCE_S, LEAST_BYTES_S = 30.0, 60.0, 500  # slower than any line that a class is taught on
BIG_BODIES: Mapping[str, int | None] = {
    UPLOADS: None,
    "/hand-in/": MOST_FORM_BYTES,
    "/packages/check": MOST_PACKAGE_BYTES,
    "/api/v1/packages/check": MOST_PACKAGE_BYTES,
    "/claims": MOST_CLAIM_BYTES,
    "/api/v1/claims": MOST_CLAIM_BYTES,
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:;"
    " connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=()",
}


class RequestGate:
    """Refuses strange hosts and oversized bodies, and sets the security headers; pure ASGI, so that streams pass untouched."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], *, secure: bool, media: str = "") -> None:
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._secure = secure
        policy = _POLICY.replace("media-src 'self'", f"media-src 'self' {media}") if media else _POLICY
        self._headers = _HEADERS | {"content-security-policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer at once why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, path, begun = secrets.token_hex(8), str(scope["path"]), time.monotonic()
        scope.setdefault("state", {})["request_id"] = request_id

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), request_id, path)
                # Where no route took it, its address is a stranger's text and would be a name without end.
                place = getattr(scope.get("route"), "path", "")
                ANSWER_SECONDS.labels(scope["method"], place, message["status"]).observe(time.monotonic() - begun)
            await send(message)

        headers = Headers(scope=scope)
        most = next((most for start, most in BIG_BODIES.items() if path.startswith(start)), MOST_BODY_BYTES)
        fault = self._host_fault(headers) or _length_fault(headers, most) or _address_fault(scope)
        if fault:
            await problem_response(Request(scope), fault)(scope, receive, sending)
            return
        await self._app(scope, _Body(receive, most).receive, sending)

    def _dress(self, headers: MutableHeaders, request_id: str, path: str) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-cache" if path.startswith(STATIC) else "no-store")
        headers["x-request-id"] = request_id
        if self._secure:
            headers["strict-transport-security"] = "max-age=31536000"

    def _host_fault(self, headers: Headers) -> ProblemError | None:
        host = headers.get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name.casefold() in self._hosts:
            return None
        return ProblemError(
            400,
            "STRANGE_HOST",
            Text("请用公布的地址访问", "use the published address"),
            got=host[:100],
            expected="a host that XUESHI_HOSTS names",
        )


def too_large(most: int) -> ProblemError:
    """More bytes than this address takes."""
    return ProblemError(413, "TOO_LARGE", Text("内容过大", "too large"), expected=f"at most {most} bytes")


def _length_fault(headers: Headers, most: int | None) -> ProblemError | None:
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdecimal():
        return ProblemError(400, "BAD_LENGTH", Text("长度有误", "bad length"), got=length[:40], expected="digits")
    return too_large(most) if most is not None and int(length) > most else None


def _address_fault(scope: Scope) -> ProblemError | None:
    """No name of ours holds a NUL, and a database may not even be asked for one."""
    if "\0" not in str(scope["path"]) and b"%00" not in scope["query_string"]:
        return None
    return ProblemError(400, "BAD_ADDRESS", Text("地址有误", "bad address"), got="a NUL", expected="an address without")


class _Body:
    """The same body, refused when a sender without a length goes on for too long, or is too slow to be one."""

    def __init__(self, receive: Receive, most: int | None) -> None:
        self._receive, self._most = receive, most
        self._total, self._whole = 0, False
        self._began = 0.0

    async def receive(self) -> Message:
        """The next piece; once all are there whoever listens for the client's leaving waits as long as it takes."""
        if self._whole:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        self._began = self._began or clock()
        try:
            message = await asyncio.wait_for(self._receive(), PIECE_S)
        except TimeoutError:
            raise _too_slow(f"no byte in {PIECE_S:.0f} s") from None
        self._whole = not message.get("more_body", False)
        self._total += len(message.get("body", b""))
        if self._most is not None and self._total > self._most:
            raise too_large(self._most)
        took_s = clock() - self._began
        if not self._whole and took_s > PATIENCE_S and self._total < LEAST_BYTES_S * took_s:
            raise _too_slow(f"{self._total} bytes in {took_s:.0f} s")
        return message


def _too_slow(got: str) -> ProblemError:
    title = Text("上传太慢，已断开；可以接着上传", "too slow; go on where it ended")
    return ProblemError(408, "TOO_SLOW", title, got=got, expected=f"at least {LEAST_BYTES_S} bytes a second")
