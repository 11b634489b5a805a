"""A line to the scheduler, one for each process: tried in plain TLS first, so that what is wrong can be said in a line."""

import socket
import ssl
import threading
from typing import Any

from facts.errors import SetupError
from runtime.cluster.address import ClusterAddress
from runtime.cluster.certificates import AUTHORITY, KEY, OWN
from runtime.cluster.errors import ClusterAwayError

_CONNECT_S = 10.0
_CLOSE_S = 2.0
_REMEDY = "make them anew with: xueshi cluster certificates FOLDER, and give each machine its own"


def dask_library() -> Any:  # noqa: ANN401 - an extra that the type checker need not have
    """Dask's `distributed`, set to this program's terms before anything of it is used."""
    try:
        import dask  # noqa: PLC0415 - an extra

        dask.config.set(_TERMS)  # before the other reads them
        import distributed  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SetupError(
            f"XUESHI_ENGINE: got no `{error.name}` in this environment, expected the extra; install with:"
            " pip install --require-hashes --no-deps -r requirements/cluster.txt"
        ) from error
    return distributed


_TERMS: dict[str, object] = {
    "distributed.comm.require-encryption": True,
    "distributed.comm.timeouts.connect": "10s",
    "distributed.comm.retry.count": 0,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "30s",
    "distributed.logging": {"distributed": "warning"},
}


def security_of(cluster: ClusterAddress) -> Any:  # noqa: ANN401 - Dask's own record
    """What Dask is told of certificates: everybody shows one of the same authority."""
    distributed = dask_library()
    known, own, key = _files(cluster)
    kinds = {
        f"tls_{kind}_{part}": file
        for kind in ("client", "scheduler", "worker")
        for part, file in (("cert", own), ("key", key))
    }
    return distributed.Security(require_encryption=True, tls_ca_file=known, tls_min_version=0x0304, **kinds)


def _files(cluster: ClusterAddress) -> tuple[str, str, str]:
    found = [cluster.certificates / name for name in (AUTHORITY, OWN, KEY)]
    for path in found:
        if not path.is_file():
            raise SetupError(f"{path}: got no file, expected this machine's part of the certificates; {_REMEDY}")
    known, own, key = map(str, found)
    return known, own, key


def tried(cluster: ClusterAddress) -> None:
    """A handshake and nothing more; refused in words where the scheduler is away, speaks no TLS, or is not of ours."""
    known, own, key = _files(cluster)
    try:
        context = ssl.create_default_context(cafile=known)
        context.check_hostname = False  # a member is known by its authority: addresses of workers change
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(own, key)
    except (ssl.SSLError, OSError) as error:
        raise SetupError(f"{cluster.certificates}: the certificates cannot be used ({error}); {_REMEDY}") from error
    try:
        with (
            socket.create_connection((cluster.host, cluster.port), timeout=_CONNECT_S) as plain,
            context.wrap_socket(plain) as line,
        ):
            if not line.recv(1):  # in TLS 1.3 the other side refuses our certificate after the handshake only
                raise ConnectionResetError
    except ssl.SSLCertVerificationError as error:
        raise SetupError(
            f"{cluster}: got a certificate of another authority ({error.verify_message}), expected one of"
            f" {cluster.certificates / AUTHORITY}; {_REMEDY}"
        ) from error
    except ssl.SSLError as error:
        if "ALERT" in str(error.reason):
            raise SetupError(
                f"{cluster}: this machine's certificate was refused there ({error.reason}), expected both of one"
                f" authority; {_REMEDY}"
            ) from error
        raise SetupError(
            f"{cluster}: got no TLS there ({error.reason}), expected a scheduler begun with: xueshi cluster scheduler"
        ) from error
    except OSError as error:
        raise ClusterAwayError(
            f"{cluster}: got no answer ({error.strerror or type(error).__name__}), expected the scheduler; what waits is tried"
            " again by itself"
        ) from error


class Connections:
    """One client for each scheduler, kept for as long as it answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[ClusterAddress, Any] = {}

    def client(self, cluster: ClusterAddress) -> Any:  # noqa: ANN401 - Dask's own
        """The client, made where there is none that lives."""
        with self._lock:
            known = self._clients.get(cluster)
            if known is not None and known.status == "running":
                return known
            self._clients[cluster] = made = _connected(cluster)
            return made

    def forget(self, cluster: ClusterAddress) -> None:
        """The client of a scheduler that stopped answering."""
        with self._lock:
            gone = self._clients.pop(cluster, None)
        if gone is not None:
            gone.close(timeout=_CLOSE_S)

    def close(self) -> None:
        """Every client, so that nothing of it outlives a test or a command."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()


def _connected(cluster: ClusterAddress) -> Any:  # noqa: ANN401 - Dask's own
    tried(cluster)
    distributed = dask_library()
    try:
        return distributed.Client(
            cluster.tls, security=security_of(cluster), timeout=_CONNECT_S, set_as_default=False, name="xueshi"
        )
    except (OSError, TimeoutError) as error:
        raise ClusterAwayError(f"{cluster}: the scheduler stopped answering ({error}); it is tried again") from error


CONNECTIONS = Connections()
