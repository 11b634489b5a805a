"""Which pension bars whom: only the kind that the document names, and only the people of whom it says so."""

from collections.abc import Iterator

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, each_person
from claims.outcome import ClaimFinding
from claims.registers import pension_of
from claims.words import same_group
from facts.claim_person import ClaimedPerson
from facts.text import Text
from policy.kinds import PeopleEligible
from policy.rulebook import Rule


def pension_findings(
    dossier: ClaimDossier, rule: Rule, params: PeopleEligible, bound: list[tuple[ClaimedPerson, Truth]]
) -> Iterator[ClaimFinding]:
    """One answer for each person whom the document asks; nobody else's pension matters."""
    asked = [(one, known, is_asked(dossier, params, one)) for one, known in bound]
    answers = [
        (one, _free(dossier, params, one, sure=sure is True) if known else None)
        for one, known, sure in asked
        if sure is not False
    ]
    if answers or not bound:
        yield from each_person(dossier, rule, answers, _words(params), stops_money=True)


def is_asked(dossier: ClaimDossier, params: PeopleEligible, person: ClaimedPerson) -> Truth:
    """Whether the clause on pensions speaks of this person: by group, or by having no tie but the one it names."""
    if not params.pension_of:
        return True
    if any(name in params.ties for name in params.pension_of):
        if person.ties is None:
            return None
        return not any(tie in params.ties and tie not in params.pension_of for tie in person.ties)
    group = person.group or dossier.claim.training_class.group
    return any(same_group(dossier.book, group, name) for name in params.pension_of) if group else None


def _free(dossier: ClaimDossier, params: PeopleEligible, person: ClaimedPerson, *, sure: bool) -> Truth:
    """Whether no pension bars the person; one of unknown kind may, and so may one of a person who may be asked."""
    word = pension_of(dossier, person)
    if word.drawn is None:
        return None
    if not word.drawn or (params.pension_kind and word.kind and word.kind != params.pension_kind):
        return True
    return False if sure and (not params.pension_kind or word.kind) else None


def _words(params: PeopleEligible) -> TruthWords:
    zh = params.pension_kind or "养老金"
    en = f"{zh} pension" if params.pension_kind else "pension"
    return TruthWords(
        AnswerWords("NO_PENSION", Text(f"未按月领取{zh}", f"draws no monthly {en}")),
        AnswerWords("DRAWS_PENSION", Text(f"已按月领取{zh}", f"draws a monthly {en}")),
        AnswerWords(
            "PENSION_NOT_SHOWN",
            Text(f"是否领取{zh}未知", f"whether a {en} is drawn, or of which kind, is not known"),
            Text(
                "请提供社保经办机构的养老待遇名单（含待遇类型）",
                "show the pension list of the social-insurance office, with the kind of pension",
            ),
        ),
    )
