"""The verification of a class as a job; its key is everything that the verdict depends on."""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from facts.digest import Digest
from facts.errors import ConflictError
from policy.shelf import Shelf
from runtime.platform.version import TOOL
from storage.database.classes.classes import ClassRow, files
from storage.database.classes.settings import newest_settings
from storage.database.jobs import ASKED, Job, enqueue
from storage.database.recognition.consents import recognition_version
from storage.database.recognition.faces import photograph_version
from storage.database.roll_call.check_ins import check_in_count
from storage.database.tables.classes import FILES
from storage.database.verification.law_gaps import lacks_law
from storage.database.verification.reports import document_of
from storage.evidence_log.proofs import canonical

VERIFY = "verify"


def ask_verification(
    connection: Connection,
    owner: ClassRow,
    at: datetime,
    provisional: str = "",
    *,
    anew: bool = False,
    rank: int = ASKED,
) -> Job | None:
    """The job over the class's files and words as they are now; nothing where there is no file.

    ``provisional`` names a lapsed document to try. A class that no document judged is verified again whenever somebody
    asks: the document may have come since; ``anew``: so may another version of the one that did.
    """
    inputs = sorted((file.name, file.sha256) for file in files(connection, FILES.c.class_id == owner.id))
    if not inputs:
        return None
    words = replace(owner, report_id=None, status=None, made_at=at)
    told = [words.code, words.name, words.locality, words.programme, words.trainee_group, words.occupation]
    signed_in = check_in_count(connection, owner.id)
    version = newest_settings(connection, owner.id).version
    more: list[object] = [{"settings": version}] if version else []
    if faces := recognition_version(connection, owner.id):
        more.append({"recognition": faces, "photographs": photograph_version(connection, owner.id)})
    if provisional or anew or (owner.report_id and lacks_law(connection, owner.report_id)):
        more.append({"provisional": provisional, "after": owner.report_id or 0})
    whole = canonical([TOOL, *told, words.level, words.policy, [list(pair) for pair in inputs], signed_in, *more])
    payload = json.dumps({"provisional": provisional}) if provisional else ""
    return enqueue(
        connection, VERIFY, f"{VERIFY}:{owner.id}:{Digest.of(whole).sha256}", owner.id, at, payload, rank=rank
    )


def provisional_of(job: Job) -> str:
    """The lapsed document that the job is to try; empty where it is an ordinary one."""
    return str(json.loads(job.payload)["provisional"]) if job.payload else ""


def require_verification(
    connection: Connection, owner: ClassRow, at: datetime, shelf: Shelf, provisional: str = ""
) -> Job:
    """The same, refused where there is nothing to verify."""
    job = ask_verification(connection, owner, at, provisional, anew=_outdated(connection, owner, shelf))
    if job is None:
        raise ConflictError("a class without files", "recordings, a roster and a timetable", "upload them first")
    return job


def _outdated(connection: Connection, owner: ClassRow, shelf: Shelf) -> bool:
    """Whether another version of the document is at hand than the class was judged by, which no claim may rest on."""
    text = document_of(connection, owner.report_id) if owner.report_id else ""
    policy = json.loads(text)["policy"] if text else None
    told = policy.get("sha256") if policy else ""
    return bool(told) and all(book.sha256 != told for book in shelf.books)
