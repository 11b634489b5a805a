"""What every request passes first and every answer last: host, size, request id, headers."""

import secrets
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problem import ProblemError, problem_response
from facts.text import Text

STATIC = "/static/"  # the same for everybody: kept by browsers, asked for again by its tag
MOST_BODY_BYTES = 1 << 20
UPLOADS = "/api/v1/uploads"  # streamed to disk under its own limits
MOST_PACKAGE_BYTES = 8 << 30
MOST_CLAIM_BYTES = 20 << 20  # a workbook, or scans that explain a doubt
MOST_FORM_BYTES = 250_000_000  # one file of a class from a browser that runs no script
BIG_BODIES: Mapping[str, int | None] = {
    UPLOADS: None,
    "/hand-in/": MOST_FORM_BYTES,
    "/packages/check": MOST_PACKAGE_BYTES,
    "/api/v1/packages/check": MOST_PACKAGE_BYTES,
    "/claims": MOST_CLAIM_BYTES,
    "/api/v1/claims": MOST_CLAIM_BYTES,
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self';"
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


class Gate:
    """The outermost layer; pure ASGI, so that streams pass through untouched."""

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
        request_id, path = secrets.token_hex(8), str(scope["path"])
        scope.setdefault("state", {})["request_id"] = request_id

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), request_id, path)
            await send(message)

        headers = Headers(scope=scope)
        most = next((most for start, most in BIG_BODIES.items() if path.startswith(start)), MOST_BODY_BYTES)
        fault = self._host_fault(headers) or _length_fault(headers, most) or _address_fault(scope)
        if fault:
            await problem_response(Request(scope), fault)(scope, receive, sending)
            return
        await self._app(scope, receive if most is None else _counted(receive, most), sending)

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


def _counted(receive: Receive, most: int) -> Receive:
    """The same body, refused when a sender without a length goes on for too long."""
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            raise too_large(most)
        return message

    return counting
