"""Whether this recorder does its work, told over HTTP to whoever starts it anew where it does not (compose, Kubernetes)."""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from facts.errors import SetupError

_FRESH = timedelta(seconds=20)  # a look at the database each second or two, a lease of 15 s
OK = "ok"


@dataclass(frozen=True, slots=True)
class RecorderReadiness:
    """``ok`` or what is wrong, by what recording stands on; how many cameras this recorder holds."""

    database: str
    disk: str
    leases: str
    cameras: int

    @property
    def is_ready(self) -> bool:
        """Whether all of it stands."""
        return {self.database, self.disk, self.leases} == {OK}


def recorder_readiness(
    at: datetime,
    *,
    looked_at: datetime | None,
    prolonged_at: datetime | None,
    cameras: int,
    folder: Path,
    keep_free_bytes: int,
) -> RecorderReadiness:
    """From when the database last answered, when the leases were last prolonged, and the room on the disk."""
    database = (
        OK if looked_at and at - looked_at < _FRESH else "no answer for 20 s; cameras that are held are recorded on"
    )
    leases = (
        OK if prolonged_at and at - prolonged_at < _FRESH else "not prolonged for 20 s; another recorder may take them"
    )
    try:
        free = shutil.disk_usage(folder).free
        disk = (
            OK if free >= keep_free_bytes else f"{free >> 20} MB free, {keep_free_bytes >> 20} MB are kept; make room"
        )
    except OSError as error:
        disk = f"cannot be asked ({error.strerror})"
    return RecorderReadiness(database, disk, leases, cameras)


class ReadinessPort:
    """Answers ``GET /readyz`` with 200 or 503 and says why, until it is closed."""

    def __init__(self, host: str, port: int, ask: Callable[[], RecorderReadiness]) -> None:
        try:
            self._server = ThreadingHTTPServer((host, port), _handler(ask))
        except (OSError, OverflowError) as error:
            raise SetupError(
                f"--health {host}:{port}: got no such port to listen on ({error}), expected a free one"
            ) from error
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="xueshi-readyz", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


def _handler(ask: Callable[[], RecorderReadiness]) -> type[BaseHTTPRequestHandler]:
    class _Readiness(BaseHTTPRequestHandler):
        timeout = 5
        server_version = sys_version = ""

        def do_GET(self) -> None:
            told = ask() if self.path == "/readyz" else None
            body = json.dumps({"ready": told.is_ready, **asdict(told)} if told else {"ready": None}).encode()
            self.send_response((200 if told.is_ready else 503) if told else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Health checks are not worth a line each."""

    return _Readiness
