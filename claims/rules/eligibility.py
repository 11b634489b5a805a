"""Who may be trained with public money (people.eligible)."""

from collections.abc import Iterator

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, all_of, each_person
from claims.outcome import ClaimFinding
from claims.rules.pension import pension_findings
from facts.claim_person import ClaimedPerson
from facts.text import Text
from policy.kinds import MoneyExternal, MoneyPerHead, MoneyTable, PeopleEligible
from policy.rulebook import Rule

# The kinds that pay a programme; where such a rule names no group, everybody (劳动者) is meant.
_PAYS = (MoneyTable, MoneyPerHead, MoneyExternal)


def people_eligible(dossier: ClaimDossier, rule: Rule, params: PeopleEligible) -> Iterator[ClaimFinding]:
    """Group, tie to the place and pension, each for itself, so that everybody sees which one is open."""
    bound = dossier.bound(rule)
    if params.among:
        answers = [(one, _among(dossier, rule, params, one) if known else None) for one, known in bound]
        yield from each_person(dossier, rule, answers, _GROUP, stops_money=True)
    if params.ties:
        answers = [(one, _tied(params, one) if known else None) for one, known in bound]
        yield from each_person(dossier, rule, answers, _TIE, stops_money=True)
    if params.no_pension:
        yield from pension_findings(dossier, rule, params, bound)


def _among(dossier: ClaimDossier, rule: Rule, params: PeopleEligible, person: ClaimedPerson) -> Truth:
    """One of the listed groups, or of those for whom the document itself names or opens this very programme."""
    book, programme = dossier.book, dossier.case.claim.programme
    group = person.group or dossier.claim.training_class.group
    own = [
        one
        for one in book.rules
        if one is not rule and one.programmes and book.programmes.among(programme, one.programmes)
    ]
    if any(isinstance(one.params, _PAYS) and not one.groups for one in own):
        return True
    if not group:
        return None
    # A collective word such as 重点群体 leaves open which of its groups the person is of.
    if book.groups.among(group, params.among) is None:
        return None
    return book.groups.among(group, (*params.among, *(name for one in own for name in one.groups)))


def _tied(params: PeopleEligible, person: ClaimedPerson) -> Truth:
    if person.ties is None:
        return None
    return all_of([any(tie in params.ties for tie in person.ties)])


_GROUP = TruthWords(
    AnswerWords("IN_GROUP", Text("人员类别在文件所列范围内", "of a group that the document names")),
    AnswerWords("NOT_IN_GROUP", Text("人员类别不在文件所列范围内", "of no group that the document names")),
    AnswerWords(
        "GROUP_NOT_SHOWN",
        Text("人员类别未知", "the group is not known"),
        Text("请提供花名册人员类别及身份类证明", "show the roster's group and the papers for it"),
    ),
)
_TIE = TruthWords(
    AnswerWords("TIED", Text("符合户籍、居住、就业创业或失业登记之一", "tied to the place")),
    AnswerWords("NOT_TIED", Text("户籍、居住、就业创业、失业登记均不符合", "not tied to the place")),
    AnswerWords(
        "TIE_NOT_SHOWN",
        Text("与本县的关系未知", "the tie to the place is not known"),
        Text(
            "请提供户口簿、居住证、就业或失业登记之一", "show household register, permit, job or jobless registration"
        ),
    ),
)
