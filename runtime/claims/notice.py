"""``xueshi claim notice`` put together: the screening decides the sums, the official calendar the days."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from facts.claim import Notice
from facts.errors import InputError
from policy.rulebook import Rulebook
from policy.shelf import Shelf
from report.claims.document import document
from report.claims.notice import notice_entry
from report.claims.schema import ClaimDocument, NoticeEntry
from runtime.claims.command import ScreeningRequest, screen_claim, write_whole

CONTENTS = ("单位名称", "人员有关信息", "补贴标准", "补贴金额", "培训内容")


@dataclass(frozen=True, slots=True)
class NoticeFiles:
    """The countdown and the files to hang up."""

    notice: NoticeEntry
    files: tuple[Path, ...]


def notice_files(request: ScreeningRequest, shelf: Shelf, start: str) -> NoticeFiles:
    """The masked list as a page and as a workbook, with the working days that it has to stay up."""
    from report.claims.public_notice import notice_page, notice_workbook  # noqa: PLC0415 - openpyxl, which few calls need

    first = _day(start)
    result = screen_claim(request, shelf).screened
    asked = (Notice(first, None, CONTENTS),)
    entry = notice_entry(result.book, asked, result.seen_on)
    if entry is None:
        raise InputError(
            f"{result.screen.policy.id}: got a document that names no length of notice, expected one; none is needed"
        )
    entry = _until_enough(entry)
    shown = document(replace(result, claim=replace(result.claim, notices=asked)))
    out = request.out_folder
    files = {out / "公示.html": notice_page(shown, entry).encode(), out / "公示.xlsx": notice_workbook(shown, entry)}
    for path, content in files.items():
        write_whole(path, content)
    return NoticeFiles(entry, tuple(files))


def public_notice(
    body: ClaimDocument, first: date, today: date, shelf: Shelf
) -> tuple[ClaimDocument, NoticeEntry] | None:
    """The document of a screening with a notice from that day; nothing where its rulebook asks for none."""
    entry = notice_entry(_book(body, shelf), (Notice(first, None, CONTENTS),), today)
    if entry is None:
        return None
    entry = _until_enough(entry)
    return {**body, "notice": entry}, entry


def _book(body: ClaimDocument, shelf: Shelf) -> Rulebook:
    """The version that the claim was screened under, else the one of today."""
    return shelf.version(body["policy"].get("sha256", "")) or shelf.book(body["policy"]["id"])


def _until_enough(entry: NoticeEntry) -> NoticeEntry:
    """The notice runs until it is long enough."""
    return {**entry, "last": entry["enough_on"], "workdays": entry["needed"] if entry["enough_on"] else None}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--from: got {text!r}, expected a day such as 2025-05-12") from error
