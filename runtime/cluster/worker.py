"""What a worker of the cluster does with a request: it looks whether it may, and lets a confined child do it."""

import logging
import os
import pickle
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facts.digest import Digest
from facts.errors import InternalError
from runtime.cluster.child_pool import ChildDiedError, Confines, KeptChildren
from runtime.cluster.errors import BlobsAwayError, UnfitWorkerError
from runtime.cluster.recording_place import RecordingPlace
from runtime.cluster.recording_shelf import RecordingShelf
from runtime.cluster.request import ClusterAnswer, ClusterRequest, CrewWork, Ending
from runtime.cluster.version import cluster_version
from runtime.cluster.weights import WeightsSet, WeightsShelf
from runtime.platform.child_limits import Reach
from runtime.platform.clock import now

_LOG = logging.getLogger("xueshi.work")
_OF_THE_MACHINE = (Path("/proc"), Path("/sys/devices/system"))  # the networks' engine asks how many cores there are


@dataclass
class ClusterWorker:
    """One worker: its own home and weights, how much it does at once, and its address within the cluster.

    ``recordings`` brings what lies in shared blobs; without it recordings are files of this machine.
    """

    home: Path
    cache: Path
    slots: int
    address: str
    recordings: RecordingShelf | None = None
    children: KeptChildren = field(init=False)

    def __post_init__(self) -> None:
        self.children = KeptChildren(self.slots)

    @property
    def shelf(self) -> WeightsShelf:
        """Its weights."""
        return WeightsShelf(self.cache)

    def do(self, version: str, packed: bytes) -> ClusterAnswer[Any]:
        """One request; whatever stops it before a stretch was looked at is said and is nobody's verdict."""
        began_at = now()
        try:
            if version != (own := cluster_version()):  # before anything of another version is read
                fault = f"{self.address}: got a worker of {own}, expected {version}; install the same on both"
                return ClusterAnswer(Ending.STRANGE, began_at, self.address, fault=fault)
            request: ClusterRequest[Any, Any] = pickle.loads(packed)  # noqa: S301 - from the service, by mutual TLS
            if self.shelf.missing(request.work.weights):
                return ClusterAnswer(Ending.LACKS, began_at, self.address)
            result = self._done(request.work, request.task)
        except BlobsAwayError as error:
            return ClusterAnswer(Ending.AWAY, began_at, self.address, fault=str(error))
        except UnfitWorkerError as error:
            return ClusterAnswer(Ending.UNFIT, began_at, self.address, fault=str(error))
        except ChildDiedError:
            return ClusterAnswer(Ending.DIED, began_at, self.address)
        return ClusterAnswer(Ending.DONE, began_at, self.address, result)

    def _done(self, work: CrewWork[Any, Any], task: Any) -> Any:  # noqa: ANN401 - of whatever kind the work is
        known = {one.path: one for one in work.beside}
        wanted = [known[path] for path in work.needs(task)]
        weights = self.shelf.folder(work.weights)
        with self._brought(work.beside, wanted) as (own, reached):
            reach = Reach((*sorted(reached), weights, *_OF_THE_MACHINE))
            confines = Confines(work.limits, reach, self.shelf.home(work.weights))
            began, before = time.monotonic(), _states(own.values())
            result = self.children.run(confines, work.work, work.moved(task, own))
            if _states(own.values()) != before:
                raise UnfitWorkerError(
                    "got a recording that vanished or changed while it was looked at; it is tried again"
                )
        for one in wanted:
            _LOG.info("%s: looked at for %.1f s", one.below_home or one.path, time.monotonic() - began)
        return result

    @contextmanager
    def _brought(
        self, beside: tuple[RecordingPlace, ...], wanted: list[RecordingPlace]
    ) -> Iterator[tuple[dict[Path, Path], set[Path]]]:
        """The paths that the wanted ones have here, and what a child of this class may reach: the same for its next stretch."""
        if self.recordings is None:
            own = {one.path: one.here(self.home) for one in wanted}
            yield own, {*own.values(), *filter(None, map(self._where, beside))}
            return
        group = group_of(beside)
        with self.recordings.using(group) as folder:
            own = {one.path: one.here(self.home, self.recordings, group) for one in wanted}
            lying = (one for one in beside if one.lies_below(self.home))
            yield own, {Path(os.path.realpath(folder)), *filter(None, map(self._where, lying))}

    def _where(self, place: RecordingPlace) -> Path | None:
        try:
            return place.here(self.home)
        except UnfitWorkerError:
            return None  # this task does not need it


def group_of(beside: tuple[RecordingPlace, ...]) -> str:
    """One name for the recordings of a class, as they are now."""
    return Digest.of("\n".join(sorted(f"{one.sha256} {one.path}" for one in beside)).encode()).sha256[:32]


def _states(paths: Iterable[Path]) -> list[tuple[int, int, int]]:
    """By which a file is known again; none for one that is gone."""
    found = [path.stat() if path.exists() else None for path in paths]
    return [(one.st_ino, one.st_size, one.st_mtime_ns) if one else (0, 0, 0) for one in found]


_HERE: list[ClusterWorker] = []
_LOCK = threading.Lock()


def become(worker: ClusterWorker) -> None:
    """From here on this process does requests."""
    with _LOCK:
        _HERE[:] = [worker]


def do_request(version: str, packed: bytes) -> ClusterAnswer[Any]:
    """What the scheduler hands to a worker, by its name."""
    return _this().do(version, packed)


def keep_weights(wanted: WeightsSet, name: str, content: bytes) -> None:
    """A file of weights that somebody sent."""
    _this().shelf.keep(wanted, name, content)


def _this() -> ClusterWorker:
    if not _HERE:
        raise InternalError(
            "cluster: got a request in a process that is no worker of this program; begin it with: xueshi cluster worker"
        )
    return _HERE[0]
