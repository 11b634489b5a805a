"""Whether a report speaks of the claim: the same document, institution, class, group, programme and days."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from attendance.law import Law
from claims.words import same_group, same_programme
from facts.claim import Claim
from facts.course import ClassHour, Institution
from facts.names import normal_name
from facts.report import ClassReport, PolicyRef
from facts.text import Text
from facts.uscc import is_uscc, normal_uscc
from policy.rulebook import Rulebook

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ReportMismatch:
    """One thing that the claim and a report on its class hours say differently."""

    reason: str
    what: Text
    claimed: str
    judged: str

    @property
    def text(self) -> Text:
        """Both values in one sentence."""
        return Text(
            f"{self.what.zh}不一致：申领为“{self.claimed}”，核验报告为“{self.judged}”",
            f"{self.what.en} differs: {self.claimed!r} in the claim, {self.judged!r} in the report",
        )


def mismatches(book: Rulebook, claim: Claim, report: ClassReport) -> tuple[ReportMismatch, ...]:
    """What keeps the report from showing anything about this claim; what one of them leaves unsaid is no mismatch."""
    return tuple(_differences(book, claim, report))


def _differences(book: Rulebook, claim: Claim, report: ClassReport) -> Iterator[ReportMismatch]:
    own, judged = claim.training_class, report.training_class
    judged_by = report.policy.id if report.policy else "—"
    if judged_by != book.id:
        yield ReportMismatch("JUDGED_BY_ANOTHER", Text("适用文件", "the document"), book.id, judged_by)
    elif report.policy is not None:
        yield from _other_text(book, report.policy)
    if own.id != judged.id:
        yield ReportMismatch("OTHER_CLASS", Text("班期编号", "the class"), own.id, judged.id)
    if not _same_institution(own.institution, judged.institution):
        yield ReportMismatch(
            "OTHER_INSTITUTION",
            Text("培训机构", "the institution"),
            _called(own.institution),
            _called(judged.institution),
        )
    groups = [own.group] if own.group else []
    for named in (groups, sorted({one.group for one in claim.people if one.group})):
        if named and judged.group and not any(same_group(book, one, judged.group) for one in named):
            yield ReportMismatch("OTHER_GROUP", Text("培训对象类别", "the group"), "、".join(named), judged.group)
            break
    if own.programme and judged.programme and not same_programme(book, own.programme, judged.programme):
        yield ReportMismatch("OTHER_PROGRAMME", Text("项目类别", "the programme"), own.programme, judged.programme)


def _other_text(book: Rulebook, judged_by: PolicyRef) -> Iterator[ReportMismatch]:
    """A trial shows nothing, nor does a document of that name whose text is another."""
    if judged_by.provisional:
        what = Text("核验方式", "the way of judging")
        yield ReportMismatch("JUDGED_PROVISIONALLY", what, "按现行文件", "暂按已失效文件")
    if judged_by.sha256 and book.sha256 and judged_by.sha256 != book.sha256:
        what = Text("适用文件的版本（请再核验一次）", "the document's version (verify again)")
        now, then = (f"{book.id} {one.version} {one.sha256[:_SHOWN]}" for one in (book, judged_by))
        yield ReportMismatch("JUDGED_BY_ANOTHER_VERSION", what, now, then)


def in_period(claim: Claim, day: date) -> bool:
    """Whether a class hour on that day is one that the claim is for; a claim without days leaves it open."""
    first, last = claim.actual.first, claim.actual.last
    return (first is None or first <= day) and (last is None or day <= last)


def asks_for_recording(book: Rulebook, claim: Claim, group: str, hour: ClassHour, as_of: date) -> bool:
    """Whether the document asks for a recording of this hour under the claim's own programme and the person's group."""
    of = replace(claim.training_class, group=group)
    asked = Law(of, as_of, book).on(hour)
    return asked.continuity is not None or asked.whole_class is not None


def _same_institution(one: Institution, other: Institution) -> bool:
    """By code where both have one that can be believed, else by name where both have one."""
    if is_uscc(one.uscc) and is_uscc(other.uscc):
        return normal_uscc(one.uscc) == normal_uscc(other.uscc)
    names = (normal_name(one.name), normal_name(other.name))
    return "" in names or names[0] == names[1]


def _called(institution: Institution) -> str:
    return " ".join(part for part in (institution.name, institution.uscc) if part)
