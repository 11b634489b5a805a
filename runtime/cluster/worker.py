"""What a worker of the cluster does with a request: it looks whether it may, and lets a confined child do it."""

import pickle
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facts.errors import InternalError
from runtime.cluster.child_pool import ChildDiedError, Confines, KeptChildren
from runtime.cluster.errors import UnfitWorkerError
from runtime.cluster.recording_place import RecordingPlace
from runtime.cluster.request import ClusterAnswer, ClusterRequest, CrewWork, Ending
from runtime.cluster.version import cluster_version
from runtime.cluster.weights import WeightsSet, WeightsShelf
from runtime.platform.child_limits import Reach
from runtime.platform.clock import now

_OF_THE_MACHINE = (Path("/proc"), Path("/sys/devices/system"))  # the networks' engine asks how many cores there are


@dataclass
class ClusterWorker:
    """One worker: its own home and weights, how much it does at once, and its address within the cluster."""

    home: Path
    cache: Path
    slots: int
    address: str
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
        except UnfitWorkerError as error:
            return ClusterAnswer(Ending.UNFIT, began_at, self.address, fault=str(error))
        except ChildDiedError:
            return ClusterAnswer(Ending.DIED, began_at, self.address)
        return ClusterAnswer(Ending.DONE, began_at, self.address, result)

    def _done(self, work: CrewWork[Any, Any], task: Any) -> Any:  # noqa: ANN401 - of whatever kind the work is
        known = {one.path: one for one in work.beside}
        own = {path: known[path].here(self.home) for path in work.needs(task)}
        others = [found for one in work.beside if one.path not in own and (found := self._where(one))]
        weights = self.shelf.folder(work.weights)
        reach = Reach((*sorted({*own.values(), *others}), weights, *_OF_THE_MACHINE))
        confines = Confines(work.limits, reach, self.shelf.home(work.weights))
        return self.children.run(confines, work.work, work.moved(task, own))

    def _where(self, place: RecordingPlace) -> Path | None:
        try:
            return place.here(self.home)
        except UnfitWorkerError:
            return None  # this task does not need it


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
