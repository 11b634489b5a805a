"""A stored report that is to be sealed: the class folder that it speaks of, and its pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from facts.counting import counted
from facts.errors import InputError
from facts.report import ClassReport
from pipeline.verification.report import prepare
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import pictures_folder
from runtime.platform.settings import Settings
from runtime.recordings.sheet_unmasking import unmasked_sheet
from runtime.verification.command import Verification, VerificationRequest, begin_verification, hash_inputs
from runtime.verification.law import law_as_judged
from storage.database.classes.classes import ClassRow


@dataclass(frozen=True, slots=True)
class ReportToSeal:
    """What one job is about: a report as it is stored, and the class that it judges."""

    owner: ClassRow
    number: int
    report: ClassReport
    document: dict[str, object]
    identified: bool


def session_of(request: VerificationRequest, report: ClassReport) -> Verification:
    """The class's folder under the law of the report's day; files that came or changed since are another report's."""
    session = hash_inputs(begin_verification(request))
    told = {file.digest for file in report.inputs if file.digest}
    here = {file.digest for file in session.folder.inputs.files if file.digest}
    if told != here:
        raise InputError(
            f"class {report.training_class.id}: got {counted(len(here - told), 'file')} that the report does not know and"
            f" {len(told - here)} of its files changed or gone, expected those of the report; verify again, and the new"
            " report is sealed"
        )
    inputs = session.folder.inputs
    return replace(session, made_at=report.made_at, case=prepare(inputs, law_as_judged(inputs, report, request.shelf)))


def pictures_of(settings: Settings, report: ReportToSeal) -> Mapping[str, bytes]:
    """The pictures that the packages show: drawn anew with faces, or those that were drawn masked with the report."""
    if report.identified:
        return dict(_unmasked(settings.home, report))
    place = pictures_folder(settings.home, report.number)
    blob_folder(settings).bring_folder(place)
    return dict(_masked(place, report))


def _masked(folder: Path, report: ReportToSeal) -> Iterator[tuple[str, bytes]]:
    """The masked pictures that were drawn with the report."""
    for index, hour in enumerate(report.report.hours):
        for kind in ("sheet", "best"):
            file = folder / f"{kind}-{index}.jpg"
            if file.is_file():
                yield f"{kind}:{hour.id}", file.read_bytes()


def _unmasked(home: Path, report: ReportToSeal) -> Iterator[tuple[str, bytes]]:
    for hour in report.report.hours:
        try:
            yield f"sheet:{hour.id}", unmasked_sheet(home, report.owner.id, report.report, hour.id)
        except InputError:
            continue  # nothing was seen in this hour, so there is no sheet of it
