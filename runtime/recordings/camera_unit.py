"""One camera that this process holds: its recorder in a thread of its own, with a ledger of its own."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from facts.recorder import RecorderEntry
from facts.span import Span
from ingest.cameras.address import CameraAddress
from ingest.cameras.camera_certificates import CertificatePins
from ingest.cameras.camera_list import ALWAYS, CameraList, RecordedCamera
from ingest.cameras.recorder_ledger import LedgerFile
from pipeline.recordings.camera_watch import WatchLimits
from pipeline.recordings.gap_account import CameraAccount, camera_account, recent_entries
from runtime.platform.clock import now
from runtime.platform.folders import camera_certificates_file, recordings_folder
from runtime.platform.networks import Network
from runtime.recordings.camera_networks import open_allowed
from runtime.recordings.camera_search import camera_clock, within
from runtime.recordings.recorder import CameraRecorder
from runtime.recordings.recorder_plan import Plan, is_planned
from storage.database.recordings.cameras import CameraSecrets, KeptCamera

_LOG = logging.getLogger("xueshi.record")
REMEMBERED = timedelta(hours=36)  # how far back gaps are told; the ledger itself keeps everything
_SHORTENED_EVERY = 500


@dataclass(frozen=True, slots=True)
class RecorderPlace:
    """Where the service's recorder writes, and with whom it may speak."""

    home: Path
    networks: Sequence[Network] = ()
    limits: WatchLimits = field(default_factory=WatchLimits)
    keep_free_bytes: int = 500 << 20
    ring: timedelta = timedelta(days=7)  # how long a recording is kept that no class hour needs

    @property
    def pins(self) -> CertificatePins:
        """The certificates with which cameras were first met."""
        return CertificatePins(camera_certificates_file(self.home))


def recorded_camera(row: KeptCamera, secrets: CameraSecrets) -> RecordedCamera:
    """The camera as ffmpeg needs it; the folder's name stands for it everywhere."""
    address = CameraAddress(secrets.address, row.user, secrets.password)
    return RecordedCamera(row.folder, row.room, address, row.transport, row.plan, row.audio)


class CameraUnit:
    """Records one camera until it is stopped; whatever breaks in it ends it alone."""

    def __init__(self, row: KeptCamera, secrets: CameraSecrets, plan: Plan, place: RecorderPlace) -> None:
        """Raises ``SetupError`` where another recorder writes into the camera's folder."""
        self.row, self.plan, self.fault = row, plan, ""
        self._camera = recorded_camera(row, secrets)
        root = recordings_folder(place.home)
        listed = CameraList((self._camera,), place.limits.segment_s, place.keep_free_bytes)
        self._recorder = CameraRecorder(
            listed,
            root / row.folder,
            place.limits,
            root=root,
            plans={row.folder: plan},
            opener=lambda camera, binary: open_allowed(camera, binary, place.networks),
            read_clock=lambda camera: camera_clock(camera.address, now, place.pins, within(place.networks)),
        )
        self._thread = threading.Thread(target=self._run, name=f"xueshi-camera-{row.id}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nothing is recorded any more, asked for or not."""
        return not self._thread.is_alive()

    def stop(self, *, for_good: bool = False) -> None:
        """End in order, soon; ``for_good`` where nothing is to be recorded any more, so that nothing is missing then."""
        if for_good and not self.is_over:
            self.replan(())
        self._recorder.stop()

    def join(self, wait_s: float) -> None:
        """Wait until it ended."""
        self._thread.join(wait_s)

    def adopt(self, row: KeptCamera, secrets: CameraSecrets) -> bool:
        """Whether the changed camera is recorded on without a break: only its name, room or plan is another."""
        if recorded_camera(row, secrets).address != self._camera.address:
            return False
        if (row.transport, row.audio) != (self._camera.transport, self._camera.audio):
            return False
        self.row = row
        return True

    def replan(self, plan: Plan) -> None:
        """From now on something else is planned."""
        if plan != self.plan:
            self.plan = plan
            self._recorder.replan({self.row.folder: plan})

    def is_planned(self, at: datetime) -> bool:
        """Whether it is to be recorded now."""
        return is_planned(self.plan, at)

    @property
    def ledger(self) -> LedgerFile:
        """The list of every second."""
        return self._recorder.ledger

    def lines(self) -> Sequence[RecorderEntry]:
        """What its ledger says, of late."""
        return self._recorder.ledger.lines()

    def shorten(self, at: datetime) -> None:
        """Forget, in memory, what nobody asks for any more."""
        if len(self.lines()) > _SHORTENED_EVERY:
            self._recorder.ledger.shorten(lambda entries: recent_entries(entries, at - REMEMBERED))

    def newest(self) -> datetime | None:
        """The time of its newest picture; none while no file grows and none ended since it began."""
        return self._recorder.life(self.row.folder).newest

    def account(self, at: datetime) -> CameraAccount:
        """What every second amounts to until then."""
        life = self._recorder.life(self.row.folder)  # before the lines: no file is named that they do not know yet
        return camera_account(self.lines(), self.row.folder, at, life)

    def _run(self) -> None:
        try:
            self._recorder.run()
        except Exception as error:  # noqa: BLE001 - one camera's defect ends no other's recording
            self.fault = f"{type(error).__name__}: {error}"
            _LOG.exception("camera %s: recording ended", self.row.id)
        finally:
            self._recorder.ledger.close()


def future_of(plan: Plan, at: datetime) -> Plan:
    """What of the plan still matters."""
    if plan == ALWAYS or isinstance(plan, str):
        return plan
    return tuple(Span(max(one.start, at), one.end) for one in plan if one.end > at)
