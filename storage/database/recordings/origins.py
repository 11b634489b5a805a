"""Which files of a class the service's own recorder made, by their bytes: nobody can say it of another file."""

from sqlalchemy import Connection, select

from facts.digest import Digest
from facts.recording_origin import RecordingOrigin, named_in
from storage.database.tables.cameras import CAMERA_SEGMENTS
from storage.database.tables.classes import CLASSES, FILES
from storage.evidence_log.imprint import compare_keys
from storage.evidence_log.rows import Rows


def recorded_here(connection: Connection, class_id: int) -> dict[int, RecordingOrigin]:
    """By the file's number; a copy that somebody handed in is the same bytes and as well proven."""
    own = CAMERA_SEGMENTS.c
    rows = (
        select(FILES.c.id, own.id.label("segment"), own.leaf, own.sha256, own.camera_id, own.file, own.ends_at)
        .join(CLASSES, CLASSES.c.id == FILES.c.class_id)
        .join(CAMERA_SEGMENTS, CAMERA_SEGMENTS.c.sha256 == FILES.c.sha256)
        .where(FILES.c.class_id == class_id, own.institution_id == CLASSES.c.institution_id)
        .order_by(CAMERA_SEGMENTS.c.id.desc())
    )
    found = connection.execute(rows).all()
    compare_keys(connection, CAMERA_SEGMENTS, [(row.segment,) for row in found])
    leaves = Rows(connection).at_places({row.leaf for row in found})
    origins = {}
    for row in found:
        leaf = leaves[row.leaf]
        said = named_in(leaf.note)
        told = (Digest(row.sha256), row.camera_id, row.file, row.ends_at, row.leaf, leaf.at)
        origins[row.id] = RecordingOrigin(*told, said.get("sidecar", ""), said.get("ledger", ""))
    return origins


def class_origins(connection: Connection, class_id: int) -> tuple[RecordingOrigin, ...]:
    """The same for a report, which knows files by their digests; each once."""
    by_digest = {one.digest: one for one in recorded_here(connection, class_id).values()}
    return tuple(sorted(by_digest.values(), key=lambda one: one.leaf))
