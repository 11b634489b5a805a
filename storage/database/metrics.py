"""What a monitoring system asks for every few seconds: only what an index answers, never a walk over everything kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from storage.database.jobs import JobState
from storage.database.tables.cameras import CAMERA_GAPS, CAMERA_LEASES, CAMERAS
from storage.database.tables.evidence_log import HEADS, LEAVES
from storage.database.tables.jobs import JOBS, WORKERS
from storage.database.tables.notifications import DELIVERIES
from storage.database.workers import BEAT

_LIVING = BEAT * 6
_DAY = timedelta(days=1)
_OPEN = (JobState.WAITING.value, JobState.RUNNING.value, JobState.FAILED.value)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counts and moments of the whole service, the same from whichever process they are asked."""

    jobs: Mapping[tuple[str, str], int]  # by kind and state; finished ones are not counted
    due_since: Mapping[str, datetime]  # by kind: the oldest job that may be taken and is not
    workers: int
    cameras: Mapping[str, int]
    gaps_open: Mapping[str, int]
    lost_s: Mapping[str, float]  # by reason, of gaps that ended within a day
    leaves: int
    signed_leaves: int
    unsent: int  # notices to webhooks that wait for their turn


def metrics(connection: Connection, at: datetime) -> Metrics:
    """As the database has it at this moment."""
    jobs = (
        select(JOBS.c.kind, JOBS.c.state, func.count())
        .where(JOBS.c.state.in_(_OPEN))
        .group_by(JOBS.c.kind, JOBS.c.state)
    )
    waiting = (JOBS.c.state == JobState.WAITING.value, JOBS.c.due_at <= at)
    due = select(JOBS.c.kind, func.min(JOBS.c.due_at)).where(*waiting).group_by(JOBS.c.kind)
    living = select(func.count()).select_from(WORKERS).where(WORKERS.c.seen_at > at - _LIVING)
    held = CAMERAS.outerjoin(CAMERA_LEASES, (CAMERA_LEASES.c.camera_id == CAMERAS.c.id) & (CAMERA_LEASES.c.until > at))
    state = func.coalesce(CAMERA_LEASES.c.state, "unheld")
    wanted = (CAMERAS.c.ended_at.is_(None), CAMERAS.c.enabled.is_(True))
    cameras = select(state, func.count()).select_from(held).where(*wanted).group_by(state)
    still = (
        select(CAMERA_GAPS.c.reason, func.count()).where(CAMERA_GAPS.c.ends_at.is_(None)).group_by(CAMERA_GAPS.c.reason)
    )
    ended = select(CAMERA_GAPS.c.reason, CAMERA_GAPS.c.starts_at, CAMERA_GAPS.c.ends_at)
    lost: dict[str, float] = {}
    for reason, starts, ends in connection.execute(ended.where(CAMERA_GAPS.c.ends_at > at - _DAY)):
        lost[reason] = lost.get(reason, 0.0) + (ends - starts).total_seconds()
    newest = connection.execute(select(func.max(LEAVES.c.place))).scalar_one()
    unsent = select(func.count()).where(DELIVERIES.c.state == "waiting")
    return Metrics(
        jobs={(kind, state): count for kind, state, count in connection.execute(jobs)},
        due_since=dict(connection.execute(due).all()),
        workers=connection.execute(living).scalar_one(),
        cameras=dict(connection.execute(cameras).all()),
        gaps_open=dict(connection.execute(still).all()),
        lost_s=lost,
        leaves=0 if newest is None else newest + 1,
        signed_leaves=connection.execute(select(func.coalesce(func.max(HEADS.c.size), 0))).scalar_one(),
        unsent=connection.execute(unsent).scalar_one(),
    )
