"""A still or a clip of a recording to carry away, with what it is taken from, why, by whom, and its entry in the log."""

import io
import json
import secrets
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from facts.digest import Digest
from facts.errors import NotFoundError
from report.times import span_of
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.class_report import class_with_report
from runtime.classes.unmasking import FACE, reason_needed
from runtime.evidence_log.log_event import log_event
from runtime.platform.child_limits import FILM, RangeDoor, Reach
from runtime.platform.child_process import in_child
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from runtime.recordings.node_recordings import at_hand
from storage.database.classes.classes import FileRow, files
from storage.database.classes.unmasking import granted
from storage.database.connection import reading, writing
from storage.database.tables.classes import FILES
from storage.evidence_log.leaf import LeafKind

MOST_S = 120
_MOST, _EACH = 30, timedelta(minutes=10)
_README = """\
摘取的{what} Excerpt: {what_en}

班期 class            {class}
录像 recording        {recording}
录像摘要 its SHA-256  {recording_sha256}
文件内 in the file    {from_s:.2f} – {to_s:.2f} s
时刻 time             {at}
{name}  SHA-256 {excerpt_sha256}
摘取人 by             {by}
摘取时间 made at      {made_at}
理由 reason           {reason}
日志条目 log entry    {leaf}

画面按录像原样摘取：片段没有重新编码，从所求时刻之前的关键帧开始，不含声音。它证明不了别的时刻；结论只依据原件。
Taken as it stands: a clip is not coded again, begins at the keyframe before, and has no sound. It proves no other
moment; verdicts rest on the original. The log entry holds the digest of these details (excerpt.json, "logged").
"""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is handed out, under which name."""

    name: str
    content: bytes


def excerpt_of(
    service: Service, caller: Caller, class_id: int, file_id: int, from_s: float, length_s: float
) -> Excerpt:
    """The picture at that second, or the seconds from there on; every one has its own entry in the log."""
    with reading(service.engine, "reading a file") as connection:
        owner = class_for(connection, caller, class_id)
        grant = granted(connection, caller.key, FACE, f"class:{class_id}", service.clock())
        own = files(connection, FILES.c.id == file_id, FILES.c.class_id == class_id, FILES.c.role == "recording")
    if grant is None:
        raise reason_needed(f"POST /api/v1/classes/{class_id}/looks/{FACE} with a reason")
    if not own:
        raise NotFoundError("录像", "recording")
    source = inside(class_folder(service.settings.home, class_id), own[0].name)
    service.limiter.take("excerpt", caller.key, service.clock(), _MOST, _EACH)
    with at_hand(service, class_id, {own[0].name}) as stored:
        name, taken, data = _taken(source, from_s, length_s, stored.door([source]))
    at = _moment(service, caller, class_id, own[0], taken["from_s"])
    made_at = service.clock()
    details = {
        "class": owner.code,
        "recording": own[0].name,
        "recording_sha256": own[0].sha256,
        **taken,
        "at": at.isoformat() if at else "未知 unknown",
        "excerpt_sha256": Digest.of(data).sha256,
        "by": caller.shown,
        "made_at": made_at.isoformat(timespec="seconds"),
        "reason": grant.reason,
    }
    subject, logged = f"excerpt file:{file_id}", details | {"grant": grant.id}
    with writing(service.engine, "noting an excerpt") as connection:
        leaf = log_event(service, connection, LeafKind.VIEW, caller, subject, logged)
    whole = details | {"leaf": leaf, "logged": {"by": caller.key, "subject": subject, **logged}}
    return Excerpt(f"{owner.code}-{made_at:%Y%m%d%H%M%S}-{secrets.token_hex(2)}.zip", _packed(name, data, whole))


def _taken(
    source: Path, from_s: float, length_s: float, ranges: RangeDoor | None
) -> tuple[str, Mapping[str, float], bytes]:
    """Read by a child, as everything that somebody handed in."""
    from ingest.recordings.excerpt import copied, still  # noqa: PLC0415 - the service starts without video

    with tempfile.TemporaryDirectory(prefix="xueshi-excerpt-") as aside:
        name = "片段.mp4" if length_s else "画面.png"
        target, reach = Path(aside) / name, Reach(reads=(source,), writes=(Path(aside),), ranges=ranges)
        if length_s:
            cut = in_child(FILM, reach, source.name, copied, source, target, from_s, min(length_s, MOST_S))
        else:
            cut = in_child(FILM, reach, source.name, still, source, target, from_s)
        return name, {"from_s": cut.from_s, "to_s": cut.to_s}, target.read_bytes()


def _moment(service: Service, caller: Caller, class_id: int, file: FileRow, from_s: float) -> datetime | None:
    """When that was, by the clock of the newest report; nothing where no report read the recording's clock."""
    document = class_with_report(service, caller, class_id).document
    spans = (
        [span_of(one["span"]) for one in document["inputs"] if one["sha256"] == file.sha256 and one["span"]]
        if document
        else []
    )
    return spans[0].start + timedelta(seconds=from_s) if spans else None


def _packed(name: str, data: bytes, details: Mapping[str, Any]) -> bytes:
    still = name.endswith(".png")
    words = {"what": "画面" if still else "片段", "what_en": "a still" if still else "a clip", "name": name}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(name, data)
        packed.writestr("excerpt.json", json.dumps(details, ensure_ascii=False, indent=1))
        packed.writestr("说明.txt", _README.format(**details, **words))
    return made.getvalue()
