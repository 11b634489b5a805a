"""One job: a class's newest report is judged again with the reviews that two people agreed on; nothing is looked at."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from facts.codec import loads
from facts.errors import InputError
from facts.report import ClassReport
from facts.span import local_day
from pipeline.verification.judgement import judged_again
from pipeline.verification.outcome import outcome
from pipeline.verification.report import ClassInputs
from report.document import document
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import pictures_folder
from runtime.platform.settings import Settings
from runtime.policy.shelf import service_shelf
from runtime.reviews.agreement import agreed_reviews
from runtime.verification.command import VerificationResult
from runtime.verification.job import ClassVerifier
from runtime.verification.law import law_as_judged
from runtime.verification.settled_replays import settled_replays
from storage.database.classes.classes import classes
from storage.database.connection import reading
from storage.database.jobs import Job
from storage.database.tables.classes import CLASSES
from storage.database.verification.reports import facts_of

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ClassJudge:
    """Judges classes again for the queue."""

    engine: Engine
    settings: Settings
    clock: Clock

    def do(self, job: Job) -> bool:
        """Whether the new report was kept."""
        with reading(self.engine, "reading a report") as connection:
            owner = classes(connection, CLASSES.c.id == job.class_id)[0]
            if owner.report_id is None:
                raise InputError(f"class {owner.code}: got no report yet, expected one that people reviewed")
            before = loads(ClassReport, facts_of(connection, owner.report_id))
            agreed = agreed_reviews(connection, owner.id)
            settled = settled_replays(connection, owner.id)
        shelf = service_shelf(self.engine, self.settings, local_day(self.clock()))
        law = law_as_judged(ClassInputs(before.training_class), before, shelf)
        # The law of the day of the first judgement: a review changes what was seen and nothing else.
        again = replace(judged_again(replace(before, reviews=agreed, settled=settled), law), made_at=before.made_at)
        made = VerificationResult(again, dict(document(again)), outcome(again))
        verifier = ClassVerifier(self.engine, self.settings, self.clock)
        return verifier.keep(job, owner, made, pictures=lambda number: self._copied(owner.report_id or 0, number))

    def _copied(self, before: int, number: int) -> None:
        """The masked pictures of the report before: the same frames were looked at."""
        source = pictures_folder(self.settings.home, before)
        target, shared = pictures_folder(self.settings.home, number), blob_folder(self.settings)
        if shared.bring_folder(source):
            shutil.copytree(source, target, dirs_exist_ok=True)
            shared.keep(target)
