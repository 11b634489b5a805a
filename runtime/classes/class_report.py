"""A class with its newest report, opened for a page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from markupsafe import Markup

from report.links import Links
from report.pieces import piece
from report.schema import ReportDocument
from report.views import law_gap
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.addresses import class_path
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import pictures_folder
from runtime.platform.service import Service
from runtime.platform.settings import Settings
from runtime.reviews.enqueue import JUDGE_AGAIN
from runtime.verification.queue import VERIFY
from storage.database.accounts.accounts import institution
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.jobs import Job, JobState, jobs
from storage.database.tables.jobs import JOBS
from storage.database.verification.reports import document_of

_UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class ClassWithReport:
    """One class for a page: its record, its newest report, and the last verification that was asked for.

    ``judging`` is under way after people reviewed an hour or settled a doubt; nothing is looked at for it.
    """

    owner: ClassRow
    institution: str
    document: ReportDocument | None
    job: Job | None
    judging: Job | None = None
    links: Links = field(default_factory=lambda: Links({}))
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The address of the class."""
        return class_path(self.owner.id)

    @property
    def working(self) -> bool:
        """Whether a verification is asked for and not over."""
        return self.job is not None and self.job.state in _UNDER_WAY

    @property
    def tried(self) -> str:
        """The lapsed document that the newest report tried; empty where the report is an ordinary one."""
        policy = self.document["policy"] if self.document else None
        return policy["id"] if policy and policy.get("provisional") else ""

    @property
    def ungoverned(self) -> bool:
        """Whether no document in force judges the class."""
        return self.document is not None and law_gap(self.document) is not None

    def piece(self, template: str, **more: object) -> Markup:
        """One part of the report, as the report itself draws it."""
        return piece(template, self.present_document, self.links, self.pictures, **more)

    @property
    def present_document(self) -> ReportDocument:
        """The document, where the caller knows that there is one."""
        return cast("ReportDocument", self.document)


def class_with_report(service: Service, caller: Caller, number: int) -> ClassWithReport:
    """The class, if it is there for the caller."""
    with reading(service.engine, "opening a class") as connection:
        owner = class_for(connection, caller, number)
        home = institution(connection, owner.institution_id)
        asked = jobs(connection, JOBS.c.class_id == number, JOBS.c.kind == VERIFY)
        again = jobs(connection, JOBS.c.class_id == number, JOBS.c.kind == JUDGE_AGAIN, JOBS.c.state.in_(_UNDER_WAY))
        text = document_of(connection, owner.report_id) if owner.report_id else ""
    name, job, judging = home.name if home else "", asked[-1] if asked else None, again[-1] if again else None
    if not text or owner.report_id is None:
        return ClassWithReport(owner, name, None, job, judging)
    document: ReportDocument = json.loads(text)
    links = Links.of(document, class_path(number))
    pictures = _pictures(service.settings, owner.report_id, document)
    return ClassWithReport(owner, name, document, job, judging, links, pictures)


def _pictures(settings: Settings, report_id: int, document: ReportDocument) -> dict[str, str]:
    """The masked pictures that were drawn, by their names in the report."""
    place = pictures_folder(settings.home, report_id)
    there = {file.name for file in place.iterdir()} if blob_folder(settings).bring_folder(place) else set()
    return {
        f"{kind}:{hour['id']}": f"/api/v1/reports/{report_id}/pictures/{kind}/{index}"
        for index, hour in enumerate(document["hours"])
        for kind in ("sheet", "best")
        if f"{kind}-{index}.jpg" in there
    }
