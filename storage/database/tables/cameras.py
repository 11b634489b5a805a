"""Cameras that the service records, who records each of them now, and what came of it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

CAMERAS = Table(
    "camera",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("room", String(100), nullable=False),
    Column("name", String(100), nullable=False),
    Column("address", String(500), nullable=False),  # as people may read it
    Column("sub_address", String(500), nullable=False),
    Column("user", String(100), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # both addresses whole and the password, under the institution's key
    Column("transport", String(8), nullable=False),
    Column("plan", String(16), nullable=False),  # timetable or always
    Column("audio", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(None, "institution_id"),
    Index(None, "room", "id"),
)
CAMERA_LEASES = Table(
    "camera_lease",
    METADATA,
    Column("camera_id", Number, ForeignKey("camera.id"), primary_key=True, autoincrement=False),
    Column("holder", String(32), nullable=False),
    Column("until", Moment, nullable=False),
    Column("version", Integer, nullable=False),  # of the camera, as it is recorded now
    Column("state", String(16), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("words", String(200), nullable=False),
    Column("since", Moment, nullable=False),
    Column("newest_at", Moment),
)
CAMERA_GAPS = Table(
    "camera_gap",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("camera_id", Number, ForeignKey("camera.id"), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("reason", String(16), nullable=False),
    Column("words", String(200), nullable=False),
    Column("told_at", Moment),  # when the event was raised
    UniqueConstraint("camera_id", "starts_at", "reason"),
    Index(None, "ends_at"),
)
CAMERA_SEGMENTS = Table(
    "camera_segment",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("camera_id", Number, ForeignKey("camera.id"), nullable=False),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("file", String(200), nullable=False),  # below the folder of recordings
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("sidecar_sha256", SHA256, nullable=False),
    Column("closed_at", Moment, nullable=False),
    Column("noted_at", Moment, nullable=False),
    Column("leaf", Number, nullable=False),
    Column("dropped_at", Moment),  # no class hour needed it, and its days were over
    Column("fault", String(16)),  # why no class may have it: altered or gone
    UniqueConstraint("file"),
    Index(None, "camera_id", "starts_at"),
    Index(None, "sha256"),
)
CAMERA_TRIALS = Table(
    "camera_trial",
    METADATA,
    Column("camera_id", Number, ForeignKey("camera.id"), primary_key=True, autoincrement=False),
    Column("asked_by", String(40), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("taken_at", Moment),
    Column("done_at", Moment),
    Column("result", Text, nullable=False),
    Column("picture", LargeBinary),
)
CAMERA_SEARCHES = Table(
    "camera_search",
    METADATA,
    Column("institution_id", Number, ForeignKey("institution.id"), primary_key=True, autoincrement=False),
    Column("asked_by", String(40), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("taken_at", Moment),
    Column("done_at", Moment),
    Column("result", Text, nullable=False),
)
