"""A bucket whose versioning was suspended: real servers with Object Lock refuse to, so a server of ours says it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from storage.evidence.address import open_store
from storage.evidence.errors import StoreSetupError
from tests.fixtures.evidence_stores import RealClock

XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
LOCK = f"<ObjectLockConfiguration {XMLNS}><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"
KEYS = {"XUESHI_S3_ACCESS_KEY": "who", "XUESHI_S3_SECRET_KEY": "hush-hush"}


class _Bucket(BaseHTTPRequestHandler):
    status = "Suspended"

    def do_GET(self) -> None:
        versioning = f"<VersioningConfiguration {XMLNS}><Status>{self.status}</Status></VersioningConfiguration>"
        body = (LOCK if "object-lock" in self.path else versioning).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a bucket with a lock and suspended versioning."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Bucket) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"s3+http://127.0.0.1:{listening.server_port}/evidence?region=us-east-1"
        listening.shutdown()
        thread.join(5)


def test_a_bucket_whose_versioning_is_suspended_is_refused(server: str) -> None:
    with pytest.raises(StoreSetupError, match="whose versioning is Suspended"):
        open_store(server, KEYS, RealClock())
