"""A report that was written earlier leads back to the class folder that it speaks of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facts.counting import counted
from facts.errors import InputError
from report.schema import SCHEMA
from runtime.platform.folders import REPORT_FOLDER
from runtime.verification.command import Verification

REPORT = "report.json"
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class SealTarget:
    """What is to be sealed: a class folder, and the report that was read before, where one was named."""

    folder: Path
    report: Path | None = None


def seal_target(path: Path) -> SealTarget:
    """The class folder that was named, or the one to which the named report belongs."""
    if path.is_file() and path.suffix in {".json", ".html"}:
        return _of_report(path.with_suffix(".json"))
    if path.name == REPORT_FOLDER or (path / REPORT).is_file():
        return _of_report(path / REPORT)
    return SealTarget(path)


def _of_report(report: Path) -> SealTarget:
    place = report.resolve().parent
    if place.name != REPORT_FOLDER or not report.is_file():
        raise InputError(
            f"{report}: got a report away from its class folder, expected FOLDER/{REPORT_FOLDER}/{REPORT}: a report"
            " alone holds no evidence; run `xueshi seal FOLDER` with the class folder"
        )
    return SealTarget(place.parent, report)


def refuse_changed(target: SealTarget, session: Verification) -> None:
    """What is sealed must be what the report speaks of: files that came, went or changed since are named."""
    if target.report is None:
        return
    body = _read(target.report)
    _refuse_another_law(target.report, body, session)
    told, here = (
        {entry["sha256"] for entry in body["inputs"] if entry["sha256"]},
        {file.digest.sha256 for file in session.folder.inputs.files if file.digest},
    )
    if told != here:
        raise InputError(
            f"{target.folder}: got {counted(len(here - told), 'file')} that the report does not know and {len(told - here)} of its"
            " files changed or gone, expected the files of the report; run `xueshi verify` again and read the new report"
        )


def _refuse_another_law(report: Path, body: Mapping[str, Any], session: Verification) -> None:
    """The package must hold the document that was read: another version of it, or none, is another judgement."""
    told = (body["policy"] or {}).get("sha256", "")
    book = session.case.law.book
    if told and (book is None or book.sha256 != told):
        here = f"{book.id} {book.sha256[:12]}…" if book else "no document in force"
        raise InputError(
            f"{report}: got a report under {body['policy']['id']} {told[:12]}…, but here it is {here}, expected the same"
            " version; pass its --policy, --provisional and --rulebooks, or run `xueshi verify` again"
        )


def _read(report: Path) -> Mapping[str, Any]:
    try:
        body = json.loads(report.read_bytes()[:_MOST_BYTES])
        schema, _ = body["schema"], [(entry["sha256"], body["policy"]) for entry in body["inputs"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{report}: got no report of this program ({error}), expected {SCHEMA}") from error
    if schema != SCHEMA:
        raise InputError(f"{report}: got a report of schema {str(schema)[:40]}, expected {SCHEMA}; verify again")
    return dict(body)
