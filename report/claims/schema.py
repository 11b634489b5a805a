"""The shape of ``claim.json`` (``xueshi.claim/1``); page, letter and workbook are drawn from it and from nothing else.

Money is in whole fen with the yuan spelled beside it, days are ISO 8601, people are masked.
"""

from typing import TypedDict

from report.schema import AssumptionEntry, PolicyEntry, TextEntry

SCHEMA = "xueshi.claim/1"


class MoneyEntry(TypedDict):
    """One amount; ``yuan`` is exact, such as ``1500.00``."""

    fen: int
    yuan: str


class SumsEntry(TypedDict):
    """Claimed, supported by evidence, what more there is if all that is open were shown, claimed less supported.

    ``open_ended``: part of what is unproven has no sum yet. ``by_review``: what of the supported sum would not be
    without the class hours that count by people's review alone.
    """

    claimed: MoneyEntry | None
    supported: MoneyEntry
    unproven: MoneyEntry
    difference: MoneyEntry | None
    open_ended: bool
    by_review: MoneyEntry


class PurseEntry(SumsEntry):
    """One recipient's sum out of one fund, never added to another's; an empty fund is the programme's own."""

    recipient: TextEntry
    fund: str


class ClaimEntry(TypedDict):
    """The claim and its class as its own header has them."""

    id: str
    day: str | None
    claimant: str
    settlement: str
    paid: bool | None
    class_id: str
    class_name: str
    institution: str
    uscc: str
    locality: str
    programme: str
    group: str
    occupation: str
    level: str
    first_day: str | None
    last_day: str | None
    evaluator: str


class TermEntry(TypedDict):
    """So many units at a price, and the class hours that prove the units."""

    label: TextEntry
    count: int
    unit: TextEntry
    price: MoneyEntry
    share: str
    amount: MoneyEntry
    hours: list[str]


class TraceEntry(TypedDict):
    """How one rule arrives at one sum, so that a person can redo it by hand."""

    rule: str
    title: TextEntry
    status: str
    sum: TextEntry
    terms: list[TermEntry]
    cap: MoneyEntry | None
    deducted: MoneyEntry | None
    total: MoneyEntry | None
    recipient: TextEntry
    fund: str
    ceiling: bool
    missing: list[TextEntry]
    flags: list[TextEntry]
    notes: list[TextEntry]
    quote: str
    article: str


class WithheldEntry(TypedDict):
    """Money that a rule stops although hours and rates support it."""

    rule: str
    status: str
    amount: MoneyEntry
    text: TextEntry
    quote: str
    article: str


class TimeEntry(TypedDict):
    """Valid days and class hours, shown and as they would be if every open hour were shown.

    ``reviewed_hours`` are those of the valid hours that count by people's review alone.
    """

    days: int
    hours: str
    days_if_proven: int
    hours_if_proven: str
    half_days: int
    unproven_hours: list[str]
    failed_hours: list[str]
    hours_by_review: str
    reviewed_hours: list[str]


class WhoEntry(TypedDict):
    """A person as the paying office may show one; ``no`` is the line of the claim's list."""

    no: int
    key: str
    name_masked: str
    id_masked: str


class PersonSums(WhoEntry, SumsEntry):
    """One person's money of one recipient and fund."""

    recipient: TextEntry
    fund: str
    group: str
    time: TimeEntry | None
    claimed_days: int | None
    traces: list[TraceEntry]
    withheld: list[WithheldEntry]
    if_proven: list[TextEntry]
    missing: list[TextEntry]


class ClaimFindingEntry(TypedDict):
    """One rule applied to the claim."""

    rule: str
    title: TextEntry
    status: str
    reason: str
    text: TextEntry
    remedy: TextEntry | None
    quote: str
    article: str
    numbers: dict[str, float]
    who: list[int]
    stops_money: bool


class ClaimDoubtEntry(TypedDict):
    """Something a person should look at; ``ask`` is the sentence that can be sent to the institution.

    What is alike of many people is one doubt with its ``texts``.
    """

    no: int
    id: str
    kind: str
    word: TextEntry
    text: TextEntry
    texts: list[TextEntry]
    rule: str
    quote: str
    article: str
    who: list[int]
    hours: list[str]
    evidence: list[TextEntry]
    innocent: list[TextEntry]
    check_cost_s: int
    ask: TextEntry


class PaperEntry(TypedDict):
    """One paper that a list asks for; one of ``any_of`` is enough."""

    list_id: str
    programme: str
    any_of: list[str]
    present: bool | None
    article: str


class ActEntry(TypedDict):
    """One approval or signature."""

    what: str
    who: str
    day: str | None


class NoticeEntry(TypedDict):
    """The public notice: how many official working days it ran, how many it needs, when it may end."""

    rule: str
    quote: str
    article: str
    needed: int
    first: str | None
    last: str | None
    workdays: int | None
    enough_on: str | None
    left: int | None
    days: list[str]
    contents: list[str]
    contents_missing: list[str]


class ClaimHourEntry(TypedDict):
    """One class hour that a report judged; ``by_review``: it passes by two people's word, not by the machine's."""

    id: str
    day: str
    clock: str
    label: str
    status: str
    by_review: bool
    source: str


class SourceEntry(TypedDict):
    """One file that was read: the claim, a report, a package."""

    path: str
    role: str
    size_bytes: int
    sha256: str | None
    notes: list[TextEntry]


class DecisionEntry(TypedDict):
    """How a rate decided whom a rule pays for."""

    rule: str
    text: TextEntry
    missing: list[TextEntry]


class SettledEntry(TypedDict):
    """What is due to one recipient out of one fund (核定金额), and what of it left."""

    recipient: TextEntry
    fund: str
    settled: MoneyEntry
    paid: MoneyEntry


class EndEntry(TypedDict):
    """How far the claim has come with its reviewers, and the settled sums: signed, proposed, or as the doubts leave them now."""

    stage: str
    text: TextEntry
    settled: list[SettledEntry]


class ClaimDocument(TypedDict):
    """The whole of ``claim.json``.

    ``totals`` and ``people`` are what the claim itself is for, ``beside`` what goes to others or out of other funds,
    ``purses`` one sum for each of them. ``end`` is what reviewers made of it, where a service keeps the claim.
    """

    schema: str
    tool: str
    made_at: str
    as_of: str
    outcome: int
    claim: ClaimEntry
    policy: PolicyEntry
    totals: SumsEntry
    purses: list[PurseEntry]
    people: list[PersonSums]
    beside: list[PersonSums]
    whole: PersonSums | None
    decisions: list[DecisionEntry]
    may_add: list[TraceEntry]
    findings: list[ClaimFindingEntry]
    doubts: list[ClaimDoubtEntry]
    papers: list[PaperEntry]
    acts: list[ActEntry]
    notice: NoticeEntry | None
    assumptions: list[AssumptionEntry]
    missing: list[TextEntry]
    hours: list[ClaimHourEntry]
    inputs: list[SourceEntry]
    limits: list[TextEntry]
    summary: dict[str, int]
    end: EndEntry | None
