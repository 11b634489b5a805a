"""What was found wrong or odd, as the document holds it."""

from collections.abc import Iterable, Mapping

from claims.outcome import ClaimFinding
from facts.claim_person import ClaimedPerson
from facts.verdict import Doubt, Status
from report.claims import letter
from report.claims.schema import ClaimDoubtEntry, ClaimFindingEntry
from report.claims.source import ScreeningResult
from report.claims.words import doubt_word
from report.mask import Mask
from report.schema import TextEntry

_GRAVEST_FIRST = (Status.FAIL, Status.UNPROVEN, Status.PASS, Status.EXEMPT, Status.NOT_APPLICABLE)
_OWN = {
    "REPORTS": ("核验报告", "verification reports"),
    "ROSTER": ("名册比对", "roster compared"),
    "PAID": ("此前拨付", "paid before"),
    "REGISTER": ("官方登记与申领表不一致", "register and form differ"),
}
_MOST_EVIDENCE = 24


class ClaimDocumentDraft:
    """What every part of the document needs: everybody's number in the list, everybody's mask, every clause at hand."""

    def __init__(self, made: ScreeningResult) -> None:
        self.made, self.screen, self.mask = made, made.screen, made.mask()
        self.people: Mapping[str, ClaimedPerson] = {person.key: person for person in made.claim.people}
        order = [person.key for person in made.claim.people]
        self.numbers = {key: number for number, key in enumerate(order, start=1)}
        self.rules = {rule.id: rule for rule in made.book.rules} if made.book else {}

    def heading(self, rule: str) -> TextEntry:
        """What to call a finding that is of no rule: a list of papers, or a check of this program's own."""
        papers = [one.programme for one in self.made.book.papers if one.id == rule] if self.made.book else []
        if papers:
            return {"zh": f"{papers[0]}材料", "en": "papers"}
        return {"zh": _OWN.get(rule, (rule, rule))[0], "en": _OWN.get(rule, (rule, rule))[1]}

    def who(self, keys: tuple[str, ...]) -> list[int]:
        """The lines of these people in the claim's list."""
        return sorted(self.numbers[key] for key in keys if key in self.numbers)


def findings_of(draft: ClaimDocumentDraft) -> list[ClaimFindingEntry]:
    """The gravest first, those of one rule together."""
    found = [_finding(draft, one) for one in draft.screen.findings]
    gravity = {status.value: place for place, status in enumerate(_GRAVEST_FIRST)}
    worst: dict[str, int] = {}
    for one in found:
        worst[one["rule"]] = min(worst.get(one["rule"], len(gravity)), gravity[one["status"]])
    order = {rule: place for place, rule in enumerate(worst)}
    return sorted(found, key=lambda one: (worst[one["rule"]], order[one["rule"]], gravity[one["status"]]))


def _finding(draft: ClaimDocumentDraft, one: ClaimFinding) -> ClaimFindingEntry:
    finding, rule = one.finding, draft.rules.get(one.finding.rule)
    mask = draft.mask
    return {
        "rule": finding.rule,
        "title": mask.say(rule.title) if rule else draft.heading(finding.rule),
        "status": finding.status.value,
        "reason": finding.reason,
        "text": mask.say(finding.text),
        "remedy": mask.say(finding.remedy) if finding.remedy else None,
        "quote": finding.quote.removeprefix("「").removesuffix("」").replace("」「", "」；「"),
        "article": finding.article,
        "numbers": dict(finding.numbers),
        "who": draft.who(one.trainees),
        "stops_money": one.stops_money,
    }


def doubts_of(draft: ClaimDocumentDraft) -> list[ClaimDoubtEntry]:
    """Those first that cost a person the least time; alike ones together, so that one letter asks for all."""
    alike: dict[tuple[str, str], list[Doubt]] = {}
    for one in draft.screen.doubts:
        alike.setdefault((one.kind, one.rule), []).append(one)
    ordered = sorted(alike.values(), key=lambda many: (_cost_s(many), many[0].kind, many[0].trainees))
    return [_doubt(draft, number, many) for number, many in enumerate(ordered, start=1)]


def _cost_s(many: Iterable[Doubt]) -> int:
    return sum(one.check_cost_s for one in many)


def _doubt(draft: ClaimDocumentDraft, number: int, many: list[Doubt]) -> ClaimDoubtEntry:
    first, mask = many[0], draft.mask
    rule = draft.rules.get(first.rule)
    texts = [mask.say(one.text) for one in many]
    innocent = dict.fromkeys(text for one in many for text in one.innocent)
    made: ClaimDoubtEntry = {
        "no": number,
        "id": letter.doubt_id(draft.made.claim, many),
        "kind": first.kind,
        "word": doubt_word(first.kind),
        "text": texts[0] if len(many) == 1 else letter.alike(texts),
        "texts": texts if len(many) > 1 else [],
        "rule": first.rule,
        "quote": rule.quotes[0] if rule else "",
        "article": rule.article if rule else "",
        "who": draft.who(tuple({key for one in many for key in one.trainees})),
        "hours": list(dict.fromkeys(hour for one in many for hour in one.hours)),
        "evidence": _evidence(many, mask),
        "innocent": [mask.say(item) for item in innocent],
        "check_cost_s": _cost_s(many),
        "ask": {"zh": "", "en": ""},
    }
    made["ask"] = letter.ask_about(made)
    return made


def _evidence(many: list[Doubt], mask: Mask) -> list[TextEntry]:
    """Where in the files it stands."""
    refs = [ref for one in many for ref in one.evidence]
    places = dict.fromkeys(" · ".join(part for part in (ref.path, ref.note) if part) for ref in refs)
    return [_both(mask.text(text)) for text in places][:_MOST_EVIDENCE]


def _both(text: str) -> TextEntry:
    return {"zh": text, "en": text}
