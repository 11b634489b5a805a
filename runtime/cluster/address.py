"""Which engine looks, as the operator names it: this machine's own processes, or a Dask cluster reached by TLS alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from facts.errors import SetupError

_LOCAL = "local"
_SCHEME = "dask+tls"
_EXPECTED = "local or dask+tls://HOST:PORT"


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Where a scheduler listens, and the folder of certificates by which this process and the cluster know each other."""

    host: str
    port: int
    certificates: Path

    @property
    def tls(self) -> str:
        """As Dask writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tls://{host}:{self.port}"

    def __str__(self) -> str:
        return self.tls.replace("tls://", f"{_SCHEME}://")


@dataclass(frozen=True, slots=True)
class ClusterUse:
    """A cluster with what one class needs of it: where the asker's files lie, and how urgent its looks are."""

    address: ClusterAddress
    home: Path
    urgency: int = 0


def cluster_from(environ: Mapping[str, str]) -> ClusterAddress | None:
    """The cluster that ``XUESHI_ENGINE`` names; none where this machine's own processes look."""
    named = environ.get("XUESHI_ENGINE", "") or _LOCAL
    return None if named == _LOCAL else cluster_at(named, environ.get("XUESHI_ENGINE_CERTIFICATES", ""))


def cluster_at(named: str, certificates: str | Path) -> ClusterAddress:
    """The cluster of an address; one without TLS is refused, because whoever reaches a scheduler runs code on its workers."""
    parts = urlsplit(named)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme != _SCHEME or not parts.hostname or port is None or parts.path.strip("/"):
        raise SetupError(f"XUESHI_ENGINE: got {named[:80]!r}, expected {_EXPECTED}; a cluster is reached by TLS alone")
    if not certificates:
        raise SetupError(
            "XUESHI_ENGINE_CERTIFICATES: got nothing, expected the folder with this machine's certificate; make one with:"
            " xueshi cluster certificates FOLDER"
        )
    return ClusterAddress(parts.hostname, port, Path(certificates))
