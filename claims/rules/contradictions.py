"""Where an official register and the claim's form say different things: both are shown, and the money waits."""

from collections.abc import Iterator
from datetime import date

from claims.answers import ClaimDossier
from claims.outcome import ClaimFinding
from claims.registers import denies_sanctions, listing_of, pension_of, roll_of
from claims.rules.pension import is_asked
from claims.rules.relations import catalogue_subjects
from claims.words import same_group
from facts.text import Text
from facts.verdict import Finding, Status
from policy.kinds import PartyRelation, PeopleEligible, SanctionBar
from policy.kinds.people import Relation
from policy.rulebook import Hardness

REGISTER = "REGISTER"


def contradiction_findings(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """Every contradiction that bears on a rule of this document; the register is believed until it is settled."""
    yield from _sanctions(dossier)
    yield from _pensions(dossier)
    yield from _roll(dossier)
    yield from _groups(dossier)
    yield from _listings(dossier)
    yield from _not_listed(dossier)


def _sanctions(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    if not denies_sanctions(dossier) or not _binds(dossier, SanctionBar):
        return
    for row in (dossier.history.sanctions if dossier.history else None) or ():
        days = f"{row.since} – {row.until or '…'}"
        yield _finding(
            "SANCTION_CONTRADICTED",
            Text(
                f"申领表填“整改处置：无”；整改登记{_of(row.seen)}：{row.party} {row.kind or '整改'}（{days}）",
                f"the form says no sanction; the register{_of(row.seen)} has {row.party}: {row.kind or '整改'} ({days})",
            ),
        )


def _pensions(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    asking = [(rule, params) for rule, params in dossier.book.of_kind(PeopleEligible) if params.no_pension]
    for person in dossier.people:
        word = pension_of(dossier, person)
        asked = any(
            dossier.case.binds(rule) is not False and is_asked(dossier, params, person) is not False
            for rule, params in asking
        )
        if asked and word.row is not None and person.pension is False:
            row, key = word.row, dossier.shown[person.key]
            yield _finding(
                "PENSION_CONTRADICTED",
                Text(
                    f"{key}：申领表填“未领取养老金”；养老待遇名单{_of(row.seen)}：{row.since} 起领取{row.kind}",
                    f"{key}: no pension on the form; the pension list{_of(row.seen)} has {row.kind} since {row.since}",
                ),
                (key,),
            )


def _roll(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """Who is registered by the form and not by the registry, or the other way round."""
    roll, own = roll_of(dossier), dossier.claim.training_class.id
    if roll is None or not (roll.known or roll.covers):
        return
    numbered = [one for one in dossier.people if one.id_number]
    lacking = [dossier.shown[one.key] for one in numbered if one.registered and one.key not in roll.people]
    denied = [dossier.shown[one.key] for one in numbered if one.registered is False and one.key in roll.people]
    where = f"班期 {own}" if roll.known else f"没有班期 {own}"
    if lacking:
        yield _finding(
            "REALNAME_CONTRADICTED",
            Text(
                f"{len(lacking)} 人：申领表填“已录入实名制系统”；实名制登记{_of(roll.seen)}（{where}）中没有",
                f"{len(lacking)}: registered by the form; the real-name registry{_of(roll.seen)} does not have them in"
                f" class {own}",
            ),
            tuple(lacking),
        )
    if denied:
        yield _finding(
            "REALNAME_CONTRADICTED",
            Text(
                f"{len(denied)} 人：申领表填“未录入实名制系统”；实名制登记{_of(roll.seen)}（{where}）中有",
                f"{len(denied)}: not registered by the form; the real-name registry{_of(roll.seen)} has them in class {own}",
            ),
            tuple(denied),
        )


def _groups(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """What register and roster call a person, against the form; only words that the rulebooks know are compared."""
    roll = roll_of(dossier)
    listed = {one.trainee: one.group for one in roll.groups} if roll else {}
    words = dossier.book.groups
    for person in dossier.people:
        own, key = person.group or dossier.claim.training_class.group, dossier.shown[person.key]
        said = [("实名制登记", "the real-name registry", listed.get(person.key, ""))]
        said += [("核验报告花名册", "the verified roster", group) for group in dossier.attendance.groups[person.key]]
        for zh, en, other in said:
            known = own and other and not (words.unknown(own) or words.unknown(other))
            if known and not same_group(dossier.book, own, other):
                text = Text(
                    f"{key}：申领表填“{own}”；{zh}为“{other}”", f"{key}: {own!r} on the form, {other!r} in {en}"
                )
                yield _finding("GROUP_CONTRADICTED", text, (key,))


def _listings(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """A catalogue that the form says somebody stands in, or does not, and the official one says otherwise."""
    listed = [params for _, params in dossier.book.of_kind(PartyRelation) if params.must is Relation.LISTED]
    for one in dossier.claim.listings or ():
        official = listing_of(dossier, one.subject)
        if official is None or one.listed is None or official.listed is one.listed:
            continue
        if any(params.right == one.catalogue for params in listed):
            said = ("在列", "不在列") if one.listed else ("不在列", "在列")
            en = ("listed", "not listed") if one.listed else ("not listed", "listed")
            yield _finding(
                "CATALOGUE_CONTRADICTED",
                Text(
                    f"申领表填“{one.subject}{said[0]}”（{one.catalogue}）；官方目录{_of(official.seen)}：{official.party} {said[1]}",
                    f"{one.subject} is {en[0]} by the form ({one.catalogue}); the official catalogue{_of(official.seen)} has"
                    f" {official.party} {en[1]}",
                ),
            )


def _not_listed(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """A form that keeps silent, or that admits it, fares no better than one that the catalogue contradicts."""
    rules = [
        (rule, params)
        for rule, params in dossier.book.of_kind(PartyRelation)
        if params.must is Relation.LISTED
        and rule.hardness is not Hardness.SOFT
        and dossier.case.binds(rule) is not False
    ]
    said = {(one.subject, one.catalogue) for one in dossier.claim.listings or () if one.listed}
    for one in dossier.history.listings if dossier.history else ():
        asking = next(
            (p for _, p in rules if one.subject in catalogue_subjects(p) and (one.subject, p.right) not in said), None
        )
        if asking is not None and not one.listed:
            yield _finding(
                "NOT_IN_CATALOGUE",
                Text(
                    f"官方目录{_of(one.seen)}（{asking.right}）中没有{one.subject}：{one.party}",
                    f"the official catalogue{_of(one.seen)} ({asking.right}) does not have the {one.subject} {one.party}",
                ),
            )


def _binds(dossier: ClaimDossier, kind: type[SanctionBar]) -> bool:
    return any(dossier.case.binds(rule) is not False for rule, _ in dossier.book.of_kind(kind))


def _of(seen: date | None) -> str:
    return f"（{seen}）" if seen else ""


def _finding(reason: str, text: Text, people: tuple[str, ...] = ()) -> ClaimFinding:
    found = Finding(REGISTER, Status.UNPROVEN, reason, text, {"people": float(len(people))}, remedy=_SETTLE)
    return ClaimFinding(found, people, stops_money=True)


_SETTLE = Text(
    "以官方登记为准；登记有误的，请登记机关更正后重新核查",
    "the register is believed; where it is wrong, have its keeper correct it and screen again",
)
