from typing import Any, cast

from claims.outcome import PersonScreen
from claims.review import rests_on_review
from claims.trace import NOTHING
from facts.claim import Claim
from facts.names import masked_name
from facts.span import local_day
from facts.verdict import Status
from report.claims.findings import ClaimDocumentDraft, doubts_of, findings_of
from report.claims.money import (
    money,
    part_sums,
    purse_entry,
    recipient,
    sum_line,
    sums,
    time_entry,
    trace_entry,
    withheld_entries,
)
from report.claims.notice import notice_entry
from report.claims.schema import (
    SCHEMA,
    ActEntry,
    ClaimDocument,
    ClaimEntry,
    ClaimHourEntry,
    PaperEntry,
    PersonSums,
    SourceEntry,
)
from report.claims.source import ScreeningResult
from report.document import days_left
from report.mask import Mask
from report.plain_text import clean
from report.schema import PolicyEntry
from report.times import clock_span, span_entry, written

_SETTLEMENT = {"once": "一次性结算", "staged": "分段结算"}


def document(made: ScreeningResult) -> ClaimDocument:
    """What ``claim.json`` holds: people masked, order stable, and every figure that page and workbook show."""
    draft, screen = ClaimDocumentDraft(made), made.screen
    findings = findings_of(draft)
    doubts = doubts_of(draft)
    whole: ClaimDocument = {
        "schema": SCHEMA,
        "tool": made.tool,
        "made_at": written(made.made_at),
        "as_of": screen.as_of.isoformat(),
        "outcome": made.outcome,
        "claim": _claim(made.claim, draft.mask),
        "policy": _policy(made),
        "totals": sums(
            screen.claimed, screen.supported, screen.unproven, open_ended=screen.open_ended, by_review=screen.by_review
        ),
        "purses": [purse_entry(one) for one in screen.purses],
        "people": [
            _person(draft, part) for part in sorted(screen.people, key=lambda one: draft.numbers.get(one.trainee, 0))
        ],
        "beside": [
            _person(draft, part) for part in sorted(screen.beside, key=lambda one: draft.numbers.get(one.trainee, 0))
        ],
        "whole": _person(draft, screen.whole) if screen.whole else None,
        "decisions": [
            {
                "rule": one.rule,
                "text": draft.mask.say(one.text),
                "missing": [draft.mask.say(item) for item in one.missing],
            }
            for one in screen.decisions
        ],
        "may_add": [trace_entry(one, draft.mask) for one in screen.may_add],
        "findings": findings,
        "doubts": doubts,
        "papers": _papers(draft),
        "acts": _acts(made.claim, draft.mask),
        "notice": notice_entry(made.book, made.claim.notices, made.seen_on),
        "assumptions": [
            {"id": one.id, "text": draft.mask.say(one.text), "value": one.value} for one in screen.assumptions
        ],
        "missing": [draft.mask.say(item) for item in screen.missing],
        "hours": _hours(made, draft.mask),
        "inputs": _inputs(made, draft.mask),
        "limits": [draft.mask.say(item) for item in made.limits],
        "summary": {
            **{status.value: sum(one["status"] == status.value for one in findings) for status in Status},
            "people": len(screen.people),
            "doubts": len(doubts),
            "hours": len({hour.id for report in made.reports for hour in report.hours}),
            "reviewed_hours": len(screen.reviewed_hours),
        },
        "end": None,
    }
    return cast("ClaimDocument", clean(whole))


def with_purses(body: dict[str, Any]) -> ClaimDocument:
    """A kept document; one of a version that knew no recipients and funds has its one sum as the claimant's.

    One of a version that knew no reviews has no sum that rests on them.
    """
    unnamed = {"recipient": {"zh": "", "en": ""}, "fund": ""}
    body.setdefault("purses", [{**unnamed, **body["totals"]}])
    body.setdefault("beside", [])
    body.setdefault("end", None)
    for part in (*body["people"], *([body["whole"]] if body["whole"] else [])):
        part.update({name: part.get(name, value) for name, value in unnamed.items()})
    _without_reviews(body)
    return cast("ClaimDocument", body)


def _without_reviews(body: dict[str, Any]) -> None:
    parts = [*body["people"], *body["beside"], *([body["whole"]] if body["whole"] else [])]
    for one in (body["totals"], *body["purses"], *parts):
        one.setdefault("by_review", money(NOTHING))
    for time in (one["time"] for one in parts if one["time"]):
        time.setdefault("hours_by_review", "0")
        time.setdefault("reviewed_hours", [])
    for hour in body["hours"]:
        hour.setdefault("by_review", False)
    body["summary"].setdefault("reviewed_hours", 0)


def _claim(claim: Claim, mask: Mask) -> ClaimEntry:
    course = claim.training_class
    return {
        "id": mask.text(claim.id),
        "day": claim.claim_day.isoformat() if claim.claim_day else None,
        "claimant": mask.text(claim.claimant),
        "settlement": _SETTLEMENT.get(claim.settlement or "", claim.settlement or ""),
        "paid": claim.paid,
        "class_id": mask.text(course.id),
        "class_name": mask.text(course.name or course.id),
        "institution": mask.text(course.institution.name),
        "uscc": course.institution.uscc,
        "locality": mask.text(claim.locality),
        "programme": course.programme,
        "group": mask.text(course.group),
        "occupation": mask.text(course.occupation),
        "level": mask.text(course.level),
        "first_day": claim.actual.first.isoformat() if claim.actual.first else None,
        "last_day": claim.actual.last.isoformat() if claim.actual.last else None,
        "evaluator": mask.text(claim.evaluator.name) if claim.evaluator else "",
    }


def _policy(made: ScreeningResult) -> PolicyEntry:
    policy = made.screen.policy
    days = [day for day in (made.claim.actual.first, made.claim.actual.last) if day]
    outside = [
        day.isoformat()
        for day in days
        if (policy.valid_from and day < policy.valid_from) or (policy.valid_to and day > policy.valid_to)
    ]
    return {
        "id": policy.id,
        "title": policy.title,
        "locality": policy.locality,
        "valid_from": policy.valid_from.isoformat() if policy.valid_from else None,
        "valid_to": policy.valid_to.isoformat() if policy.valid_to else None,
        "lapsed_when_made": policy.valid_to is not None and made.seen_on > policy.valid_to,
        "days_outside": outside,
        "note": {"zh": policy.note.zh, "en": policy.note.en} if policy.note else None,
        "version": policy.version,
        "sha256": policy.sha256,
        "provisional": policy.provisional,
        "days_left": days_left(policy.valid_to, made.seen_on),
    }


def _person(draft: ClaimDocumentDraft, part: PersonScreen) -> PersonSums:
    known = draft.people.get(part.trainee)
    mask = draft.mask
    return {
        "no": draft.numbers.get(part.trainee, 0),
        "key": part.trainee,
        "name_masked": masked_name(known.name) if known else part.name,
        "id_masked": known.id_masked if known else "",
        "recipient": recipient(part.recipient),
        "fund": part.fund,
        "group": mask.text((known.group if known else "") or draft.made.claim.training_class.group),
        "time": time_entry(part.time),
        "claimed_days": known.claimed_days if known else None,
        **part_sums(part),
        "traces": [trace_entry(one, mask) for one in part.traces],
        "withheld": withheld_entries(part.withheld, mask),
        "if_proven": [sum_line(one, mask) for one in part.if_proven],
        "missing": [mask.say(item) for item in part.missing],
    }


def _papers(draft: ClaimDocumentDraft) -> list[PaperEntry]:
    return [
        {
            "list_id": one.list_id,
            "programme": one.programme,
            "any_of": [draft.mask.text(item) for item in one.any_of],
            "present": one.present,
            "article": one.article,
        }
        for one in draft.screen.papers
    ]


def _acts(claim: Claim, mask: Mask) -> list[ActEntry]:
    approvals = [(one.name, "", one.day) for one in claim.approvals or ()]
    signers = [(one.role or "审查签字", one.key.partition("~")[0], one.day) for one in claim.signers or ()]
    return [
        {"what": mask.text(what), "who": mask.text(who), "day": day.isoformat() if day else None}
        for what, who, day in (*approvals, *signers)
    ]


def _hours(made: ScreeningResult, mask: Mask) -> list[ClaimHourEntry]:
    """Each class hour once, as the newest report judged it."""
    latest: dict[str, ClaimHourEntry] = {}
    for report in sorted(made.reports, key=lambda one: one.made_at):
        verdicts = {verdict.hour_id: verdict for verdict in report.verdicts}
        for hour in report.hours:
            verdict = verdicts.get(hour.id)
            latest[hour.id] = {
                "id": hour.id,
                "day": local_day(hour.span.start).isoformat(),
                "clock": clock_span(span_entry(hour.span)),
                "label": mask.text(hour.label),
                "status": (verdict.status if verdict else Status.UNPROVEN).value,
                "by_review": verdict is not None and rests_on_review(verdict),
                "source": mask.text(made.sources.get(hour.id, "")),
            }
    return sorted(latest.values(), key=lambda one: (one["day"], one["clock"], one["id"]))


def _inputs(made: ScreeningResult, mask: Mask) -> list[SourceEntry]:
    return [
        {
            "path": mask.text(file.path),
            "role": file.role,
            "size_bytes": file.size_bytes,
            "sha256": file.digest.sha256 if file.digest else None,
            "notes": [mask.say(note) for note in file.notes],
        }
        for file in made.files
    ]
