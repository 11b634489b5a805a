from collections.abc import Iterator

from claims.case import Case
from claims.facts_of_claim import PASSED, PersonClaim
from claims.money.result import lack
from facts.text import Text
from policy.assumptions import Denominator
from policy.kinds.money_heads import PaidHeads

LACK = {
    PaidHeads.PARTICIPANTS: "days",
    PaidHeads.QUALIFIED: "qualified",
    PaidHeads.EMPLOYED: "employed",
    PaidHeads.CERTIFIED: "certificates",
    PaidHeads.APPRENTICES: "years",
}
NOT_COUNTED = {
    PaidHeads.PARTICIPANTS: Text("无有效培训时长，不计入参训人数", "no valid time: not a participant"),
    PaidHeads.QUALIFIED: Text("考核未合格，不计入拨付人数", "not qualified: not counted"),
    PaidHeads.EMPLOYED: Text("未就业，不计入拨付人数", "not employed: not counted"),
    PaidHeads.CERTIFIED: Text("未取证，不计入拨付人数", "no certificate: not counted"),
    PaidHeads.APPRENTICES: Text("不是学徒，不计入拨付人数", "no apprentice: not counted"),
}


def counts(head: PaidHeads, case: Case, person: PersonClaim) -> bool | None:
    """Whether the person is one of the heads meant; nothing where that is not known.

    The employed are a share of the denominator of assumption A8, so who is outside it is no employed head either.
    """
    if head is PaidHeads.PARTICIPANTS:
        return person.took_part
    if head is PaidHeads.QUALIFIED:
        return person.qualified
    if head is PaidHeads.CERTIFIED:
        # The certificate of having passed a course is no skill certificate (取证).
        return None if person.certificates is None else any(one.level != PASSED for one in person.certificates)
    if head is PaidHeads.APPRENTICES:
        return None if person.contract_years is None else person.contract_years > 0
    return both(person.employed, counts(denominator(case), case, person))


def lacking(head: PaidHeads, case: Case, person: PersonClaim) -> Iterator[Text]:
    """What would have to be known of the person to say whether they are one of the heads."""
    if head is PaidHeads.EMPLOYED:
        if person.employed is None:
            yield lack(LACK[head], person)
        head = denominator(case)
    if counts(head, case, person) is None:
        yield lack(LACK[head], person)


def firm_listed(case: Case, lists: tuple[str, ...]) -> bool | None:
    """Whether the firm stands on one of the lists that a rule pays by; a rule without lists pays any firm."""
    stands = case.claim.firm_lists
    return True if not lists else None if stands is None else any(name in stands for name in lists)


def firm_lack(lists: tuple[str, ...]) -> Text:
    """The paper that would show it."""
    return Text(
        f"企业是否属于{'、'.join(lists)}（认定文件、参保证明）", f"whether the firm is one of {', '.join(lists)}"
    )


def firm_unlisted(lists: tuple[str, ...]) -> Text:
    """That it is shown to stand on none of them."""
    return Text(f"企业不属于{'、'.join(lists)}", f"the firm is none of {', '.join(lists)}")


def denominator(case: Case) -> PaidHeads:
    """Of whom the employed are a share (A8)."""
    by_qualified = case.book.assumptions.employment_rate.denominator is Denominator.QUALIFIED
    return PaidHeads.QUALIFIED if by_qualified else PaidHeads.PARTICIPANTS


def both(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - three-valued logic
    """Three-valued and: one no is enough, two yes are needed."""
    if False in (left, right):
        return False
    return None if None in (left, right) else True
