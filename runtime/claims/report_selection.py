"""The verdicts that were found for a claim, put together: what is sealed overrules, the rest keeps the other hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from facts.claim import Claim
from facts.counting import counted, noun
from facts.report import ClassReport
from facts.text import Text
from pipeline.sealing.pseudonyms import Pseudonyms
from report.claims.source import ReadFile
from runtime.claims.person_match import PersonMatcher

PACKAGE, DATABASE, REPORT = "package", "database", "report"
_RANKS = (PACKAGE, DATABASE, REPORT)  # whose word on a class hour counts first
_MOST_NAMED = 5
UNSEALED = Text(
    "未封存的核验报告：任何人都可改动；付款前请以证据包（xueshi seal）核对",
    "a report that is not sealed: anybody could change it; before paying, compare with the package (xueshi seal)",
)
FROM_DATABASE = Text(
    "取自服务数据库的核验报告，未封存（日志中有其摘要）；付款前请以证据包（xueshi seal）核对",
    "a report out of the service's database, not sealed (its digest is in the log); before paying, compare with the"
    " package (xueshi seal)",
)
_LIMITS = {DATABASE: FROM_DATABASE, REPORT: UNSEALED}
_OVERRULED = Text(
    "这些学时已有证据包或服务数据库的结论，以其为准，未用",
    "packages or the service's database speak of these hours; this file was not used",
)
_MASKED_JOIN = Text(
    "遮盖的名单按姓氏、字数与证号后四位对应，重合者不对应",
    "a masked list is joined by surname, length of the name and last four; where two agree, nobody is joined",
)


@dataclass(frozen=True, slots=True)
class FoundReports:
    """The reports of the claim's class (``pipeline.claims.screening.Reports``), with the file behind each class hour."""

    reports: tuple[ClassReport, ...] = ()
    files: tuple[ReadFile, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[Text, ...] = ()

    def of(self, claim: Claim) -> Sequence[ClassReport]:
        """The reports of the claim's class."""
        return [one for one in self.reports if one.training_class.id == claim.training_class.id]


@dataclass(frozen=True, slots=True)
class ReadReport:
    """One package or report that was read."""

    report: ClassReport
    file: ReadFile
    masked: bool


def select_reports(
    claim: Claim, pseudonyms: Pseudonyms | None, found: Sequence[ReadReport | ReadFile], limits: Sequence[Text] = ()
) -> FoundReports:
    """Whatever was read, joined with the claim; a file alone is one that could not be used."""
    read = [one for one in found if isinstance(one, ReadReport)]
    own = [one for one in read if one.report.training_class.id == claim.training_class.id]
    others = [one.report.training_class.id for one in read if one not in own]
    kept = _ranked(own)
    used = [one for one in kept if one.report.hours]
    files = [one for one in found if isinstance(one, ReadFile)]
    files += [one.file if one.report.hours else replace(one.file, role="unused", notes=(_OVERRULED,)) for one in kept]
    masked = PersonMatcher(claim, pseudonyms)
    reports = tuple(masked.joined(one.report) if one.masked else one.report for one in used)
    sources = {hour.id: one.file.path for one in used for hour in one.report.hours}
    return FoundReports(reports, tuple(files), sources, (*_limits(used, others, claim), *limits))


def _ranked(read: Sequence[ReadReport]) -> list[ReadReport]:
    """What a package says of a class hour, nothing unsealed may overrule, nor a loose file what the database says."""
    spoken = {rank: {hour.id for one in read if one.file.role == rank for hour in one.report.hours} for rank in _RANKS}
    return [
        _without(one, frozenset().union(*(spoken[rank] for rank in _RANKS[: _RANKS.index(one.file.role)])))
        for one in read
    ]


def _without(one: ReadReport, gone: frozenset[str]) -> ReadReport:
    report = one.report
    hours = tuple(hour for hour in report.hours if hour.id not in gone)
    verdicts = tuple(verdict for verdict in report.verdicts if verdict.hour_id not in gone)
    return replace(one, report=replace(report, hours=hours, verdicts=verdicts))


def _limits(used: Sequence[ReadReport], others: Sequence[str], claim: Claim) -> tuple[Text, ...]:
    """What the reader of the screening must know about where its verdicts come from."""
    found = [_LIMITS[one.file.role] for one in used if one.file.role in _LIMITS]
    found += [_MASKED_JOIN for one in used if one.masked]
    if others:
        named = sorted(set(others))[:_MOST_NAMED]
        text = Text(
            f"另有 {len(others)} 份报告属于其他班期（{'、'.join(named)}），未用；申领的班期编号是 {claim.training_class.id}",
            f"{counted(len(others), 'report is of another class', 'reports are of other classes')} ({', '.join(named)}) and {noun(len(others), 'was', 'were')} not used; the claim is for"
            f" {claim.training_class.id}",
        )
        found.append(text)
    return tuple(dict.fromkeys(found))
