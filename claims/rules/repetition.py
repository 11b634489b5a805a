"""What one person may receive only so often (history.unique), put to the history that the caller brings."""

from collections.abc import Iterator

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, all_of, each_person
from claims.outcome import ClaimFinding
from claims.payments import paid_before, received
from claims.purpose import means
from facts.claim import Claim
from facts.claim_person import ClaimedPerson
from facts.history import CERTIFICATION
from facts.history_answer import PastKey
from facts.text import Text
from policy.kinds import HistoryUnique
from policy.kinds.people import CountingPeriod, KeyField, Limit
from policy.rulebook import Rule, Rulebook


def questions(book: Rulebook, claim: Claim, year: int | None) -> tuple[PastKey, ...]:
    """Everything that the history has to answer before the claim can be judged under this rulebook."""
    programme = book.programmes.name_of(claim.training_class.programme)
    asked = [
        key
        for rule, params in book.of_kind(HistoryUnique)
        for limit in params.limits
        if _speaks(book, limit, programme)
        for person in claim.people
        if book.concerns(rule, programme, person.group or claim.training_class.group) is not False
        for key in _keys(book, claim, person, limit, year)
    ]
    return tuple(sorted(dict.fromkeys(asked), key=str))


def history_unique(dossier: ClaimDossier, rule: Rule, params: HistoryUnique) -> Iterator[ClaimFinding]:
    """Each limit of the rule, and what excludes the subsidy altogether."""
    programme, bound = dossier.case.claim.programme, dossier.bound(rule)
    for limit in params.limits:
        if _speaks(dossier.book, limit, programme):
            answers = [(one, _within(dossier, one, limit) if known else None) for one, known in bound]
            yield from each_person(dossier, rule, answers, _limit_words(limit), stops_money=True)
    if params.excluded_by:
        answers = [(one, _not_beside(dossier, one, params.excluded_by) if known else None) for one, known in bound]
        yield from each_person(dossier, rule, answers, _beside_words(params.excluded_by), stops_money=True)


def _speaks(book: Rulebook, limit: Limit, programme: str) -> bool:
    return book.programmes.among(programme, limit.programmes) is not False


def _keys(book: Rulebook, claim: Claim, person: ClaimedPerson, limit: Limit, year: int | None) -> list[PastKey]:
    """One key, or one for each certificate claimed where the level that counts is that of a certificate."""
    of_class = claim.training_class
    pairs = [(person.occupation or of_class.occupation, person.level or of_class.level)]
    if book.programmes.name_of(of_class.programme) == CERTIFICATION:
        rows = person.certificates or ()
        pairs = [(row.occupation or pairs[0][0], row.level) for row in rows] or [(pairs[0][0], "")]
    return [
        PastKey(
            person.key,
            occupation if KeyField.OCCUPATION in limit.key else None,
            level if KeyField.LEVEL in limit.key else None,
            year if limit.within is CountingPeriod.YEAR else None,
            book.programmes.spellings(limit.programmes),
        )
        for occupation, level in pairs
    ]


def _within(dossier: ClaimDossier, person: ClaimedPerson, limit: Limit) -> Truth:
    first = dossier.case.claim.first_day
    if dossier.history is None or (limit.within is CountingPeriod.YEAR and first is None):
        return None
    keys = _keys(dossier.book, dossier.claim, person, limit, first.year if first else None)
    return all_of(_room(dossier, key, limit) for key in keys)


def _room(dossier: ClaimDossier, key: PastKey, limit: Limit) -> Truth:
    """This claim is one more; a key with a blank in it compares nothing."""
    found = dossier.history.count(key) if dossier.history and "" not in (key.occupation, key.level) else None
    return None if found is None or found.count is None else found.count < limit.at_most


def _not_beside(dossier: ClaimDossier, person: ClaimedPerson, names: tuple[str, ...]) -> Truth:
    known = received(person, dossier.history)
    paid = [one.name for one in paid_before(person, dossier.history)]
    words = dossier.book.programmes
    if any(means(name, word, words) for name in (*paid, *(known or ())) for word in names):
        return False
    return None if known is None else True


def _limit_words(limit: Limit) -> TruthWords:
    words = limit.words()
    remedy = Text("请载入往年及其他机构的补贴记录（实名制系统）", "load the earlier subsidies (real-name system)")
    return TruthWords(
        AnswerWords("NOT_REPEATED", Text(f"未超：{words.zh}", f"within: {words.en}")),
        AnswerWords(
            "REPEATED",
            Text(f"超出：{words.zh}", f"beyond: {words.en}"),
            Text("请核对往期班期", "compare the earlier class"),
        ),
        AnswerWords(
            "HISTORY_NOT_SHOWN", Text(f"无往期记录可比：{words.zh}", f"no history to compare: {words.en}"), remedy
        ),
    )


def _beside_words(names: tuple[str, ...]) -> TruthWords:
    zh = "、".join(names)
    return TruthWords(
        AnswerWords("NOT_BESIDE", Text(f"未享受{zh}", f"has not received {zh}")),
        AnswerWords("BESIDE_ANOTHER", Text(f"已享受{zh}，不再享受", f"has received {zh}: not both")),
        AnswerWords(
            "OTHERS_NOT_SHOWN",
            Text(f"是否享受{zh}未知", f"whether {zh} was received is not known"),
            Text(f"请提供{zh}发放名单", f"show the list of {zh}"),
        ),
    )
