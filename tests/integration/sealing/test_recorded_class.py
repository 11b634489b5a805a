"""A class with a recording of the service's own and one of its clerk: the sealed package says which is which, and proves it."""

import json
from pathlib import Path

from pipeline.accounts.rights import Role
from runtime.platform.folders import packages_folder
from runtime.recordings.recording_handover import hand_over
from storage.database.connection import reading
from storage.database.recordings.segments import camera_segments
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.clips import clip
from tests.fixtures.recorded_papers import START, UPLOADED
from tests.fixtures.sealed_classes import verified, worker_of
from tests.fixtures.sealed_packages import checked, papers
from tests.fixtures.service import Running
from tests.integration.recordings.test_recording_handover import RecordedClass, camera_in


def test_the_sealed_report_says_who_recorded_and_the_package_proves_it(
    running_service: Running, tmp_path: Path
) -> None:
    folder = papers(tmp_path / "papers").folder
    (folder / "录像").mkdir()
    clip(folder / UPLOADED, frames=50)
    number = verified(running_service, folder)
    room = RecordedClass(running_service, number, camera_in(running_service, "201教室"), START)
    room.recorded(START)
    service = running_service.service
    assert hand_over(service.engine, service.settings, running_service.clock) == 1
    with running_service.again(Role.CLERK) as clerk:
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
        while worker_of(running_service).step():
            continue
    made = packages_folder(service.settings.home).glob(f"{number}/*/*2026-04-07")
    place = max(made, key=lambda path: int(path.parent.name))
    origins = {
        one["path"]: one["origin"]["by"]
        for one in json.loads((place / "data/report/report.json").read_text("utf-8"))["inputs"]
        if one["role"] == "recording"
    }
    assert sorted(origins.values()) == ["institution", "recorder"]
    assert origins[UPLOADED] == "institution"
    with reading(service.engine, "test") as connection:
        (segment,) = camera_segments(connection)
    leaves = [json.loads(json.loads(row)["leaf"]) for row in (place / "log/leaves.jsonl").read_text().splitlines()]
    assert [one["sha256"] for one in leaves if one["kind"] == LeafKind.SEGMENT] == [segment.sha256]
    result = checked(place, recompute=True)
    assert result.sound
    assert any("1 recording is this system's own" in line.en for line in result.lines)
