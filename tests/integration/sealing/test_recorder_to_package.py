"""From a camera's stream to a package that a stranger checks: the real recorder, hand-over, verification and sealing."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from demo.dossier import SampleManifest, honest_checkins, write_dossier
from demo.identity import identities
from facts.course import ClassHour
from facts.span import Span
from pipeline.accounts.rights import Role
from runtime.platform.clock import now
from runtime.platform.folders import packages_folder
from runtime.recordings.recording_handover import hand_over
from storage.database.connection import writing
from storage.database.recordings.cameras import CameraFields, CameraSecrets, KeptCamera, add_camera
from tests.fixtures.recorder_service import RecordedService
from tests.fixtures.rtsp_camera import rtsp_camera
from tests.fixtures.sealed_classes import verified, worker_of
from tests.fixtures.sealed_packages import checked
from tests.fixtures.service import Running


def class_of_now(folder: Path) -> Path:
    """The papers of a class whose one hour began a minute ago."""
    start = now().replace(second=0, microsecond=0) - timedelta(minutes=1)
    hour = ClassHour("1", Span(start, start + timedelta(minutes=30)), room="301", teacher="周老师")
    people = identities(4, 3)
    folder.mkdir()
    checkins = honest_checkins(people, start, 3)
    write_dossier(folder, people=people, hours=[hour], checkins=checkins, manifest=SampleManifest())
    return folder


def camera_at(running: Running, address: str) -> KeptCamera:
    told = CameraFields("301", "前门", address, "", "", "tcp", "always", audio=False, enabled=True)
    owner = running.institution("正信职校")
    with writing(running.service.engine, "test") as connection:
        return add_camera(connection, owner, told, CameraSecrets(address), now())


def test_what_the_recorder_saw_is_proven_by_the_package_alone(running_service: Running, tmp_path: Path) -> None:
    number = verified(running_service, class_of_now(tmp_path / "class"))
    service = running_service.service
    recorded = RecordedService(service.settings.home, service.engine)
    with rtsp_camera(tmp_path) as camera, recorded.recorder():
        row = camera_at(running_service, camera.address)
        recorded.wait(lambda: len(recorded.segments(row.id)) >= 2, "two files with their leaves")
    running_service.clock.ahead += timedelta(minutes=50)
    handed = hand_over(service.engine, service.settings, running_service.clock)
    assert handed == len(recorded.segments(row.id))
    with running_service.again(Role.CLERK) as clerk:
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code in (200, 202)
    while worker_of(running_service).step():
        continue
    place = max(
        packages_folder(service.settings.home).glob(f"{number}/*/*-20*"), key=lambda path: int(path.parent.name)
    )
    result = checked(place, recompute=True)
    assert [line.en for line in result.lines if line.mark == "✗"] == []
    assert f"{handed} recordings are this system's own" in " ".join(line.en for line in result.lines)
    inputs = json.loads((place / "data/report/report.json").read_text("utf-8"))["inputs"]
    own = [one["origin"] for one in inputs if one["role"] == "recording"]
    assert [(one["by"], one["prompt"]) for one in own] == [("recorder", True)] * handed
    words = [sys.executable, "-I", "-S", str(place / "verify.py"), "--lang", "en"]
    alone = subprocess.run(words, capture_output=True, check=False, timeout=60)  # noqa: S603 - our own verifier
    assert (alone.returncode, b"lines of its ledger in a chain" in alone.stdout) == (0, True), alone.stdout.decode()
