"""The verification of a class as a job; its key is everything that the verdict depends on."""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from facts.digest import Digest
from facts.errors import ConflictError
from runtime.platform.version import TOOL
from storage.database.classes.classes import ClassRow, files
from storage.database.classes.settings import newest_settings
from storage.database.jobs import Job, enqueue
from storage.database.roll_call.check_ins import check_in_count
from storage.database.tables.classes import FILES
from storage.database.verification.law_gaps import lacks_law
from storage.evidence_log.proofs import canonical

VERIFY = "verify"


def ask_verification(connection: Connection, owner: ClassRow, at: datetime, provisional: str = "") -> Job | None:
    """The job over the class's files and words as they are now; nothing where there is no file.

    ``provisional`` names a lapsed document to try. A class that no document judged is verified again whenever somebody
    asks: the document may have come since.
    """
    inputs = sorted((file.name, file.sha256) for file in files(connection, FILES.c.class_id == owner.id))
    if not inputs:
        return None
    words = replace(owner, report_id=None, status=None, made_at=at)
    told = [words.code, words.name, words.locality, words.programme, words.trainee_group, words.occupation]
    signed_in = check_in_count(connection, owner.id)
    version = newest_settings(connection, owner.id).version
    more: list[object] = [{"settings": version}] if version else []
    if provisional or (owner.report_id and lacks_law(connection, owner.report_id)):
        more.append({"provisional": provisional, "after": owner.report_id or 0})
    whole = canonical([TOOL, *told, words.level, words.policy, [list(pair) for pair in inputs], signed_in, *more])
    payload = json.dumps({"provisional": provisional}) if provisional else ""
    return enqueue(connection, VERIFY, f"{VERIFY}:{owner.id}:{Digest.of(whole).sha256}", owner.id, at, payload)


def provisional_of(job: Job) -> str:
    """The lapsed document that the job is to try; empty where it is an ordinary one."""
    return str(json.loads(job.payload)["provisional"]) if job.payload else ""


def require_verification(connection: Connection, owner: ClassRow, at: datetime, provisional: str = "") -> Job:
    """The same, refused where there is nothing to verify."""
    job = ask_verification(connection, owner, at, provisional)
    if job is None:
        raise ConflictError("a class without files", "recordings, a roster and a timetable", "upload them first")
    return job
