"""拨付台账 as a list: every payment that was recorded on a claim, each held against the decision that says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_

from facts.claim_decision import ClaimPayment
from facts.counting import counted
from facts.money import Fen
from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.claims.decision_stages import claim_stage
from runtime.accounts.reach import reached
from runtime.platform.lists import ListRead, ServedList
from storage.claims.decision_book import DecisionBook
from storage.database.lists import ColumnKind, ListColumn, ListPlan
from storage.database.payments import PAYMENT_ROWS, PaymentLine, payment_lines, unlisted_payment
from storage.database.tables.claims import CLAIM_PAYMENTS, CLAIMS
from storage.database.verification.worklist import of_matching_class
from storage.evidence_log.errors import LogAlteredError

_OWN = CLAIM_PAYMENTS.c


@dataclass(frozen=True, slots=True)
class PaymentTotal:
    """What the payments of one page add up to, for one recipient out of one fund; never added to another's."""

    recipient: str
    fund: str
    payments: int
    amount: Fen

    @property
    def text(self) -> Text:
        """The sum in words."""
        whose = " · ".join(one for one in (self.recipient, self.fund) if one)
        return Text(
            f"{whose} {self.amount}（{self.payments} 笔）",
            f"{whose} {self.amount} ({counted(self.payments, 'payment')})",
        )


_PLAN = ListPlan(
    "payments",
    Text("拨付台账", "Payments"),
    "/payments",
    (
        ListColumn("claim_id", Text("申领", "Claim"), ColumnKind.NUMBER, narrows=(_OWN.claim_id,)),
        ListColumn(
            "q",
            Text("申领编号、班期或机构", "Claim, class or institution"),
            match=lambda words: or_(
                CLAIMS.c.code.icontains(words, autoescape=True), of_matching_class(_OWN.class_id, words)
            ),
        ),
        ListColumn(
            "day",
            Text("拨付日期", "Paid on"),
            ColumnKind.DAY,
            narrows=(_OWN.day,),
            orders=_OWN.day,
            cell=lambda row: row.day,
        ),
        ListColumn(
            "amount",
            Text("金额（元）", "Amount (yuan)"),
            ColumnKind.MONEY,
            narrows=(_OWN.amount_fen,),
            orders=_OWN.amount_fen,
            cell=lambda row: row.amount_fen / 100,
        ),
        ListColumn(
            "recipient",
            Text("发给谁", "Paid to"),
            narrows=(_OWN.recipient,),
            orders=_OWN.recipient,
            cell=lambda row: row.recipient,
        ),
        ListColumn("fund", Text("资金", "Fund"), narrows=(_OWN.fund,), cell=lambda row: row.fund),
        ListColumn("code", Text("申领编号", "Claim"), cell=lambda row: row.code),
        ListColumn("version", Text("版本", "Version"), cell=lambda row: row.version),
        ListColumn("class", Text("班期", "Class"), cell=lambda row: row.class_name or row.class_code),
        ListColumn("institution", Text("培训机构", "Institution"), cell=lambda row: row.institution),
        ListColumn(
            "made",
            Text("登记于", "Recorded"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda row: f"{local(row.made_at):%Y-%m-%d %H:%M}",
        ),
    ),
    number=_OWN.id,
    rows=PAYMENT_ROWS,
)


def payment_totals(rows: Sequence[PaymentLine]) -> tuple[PaymentTotal, ...]:
    """The sums of the payments, by recipient and fund."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        found.setdefault((row.recipient, row.fund), []).append(row.amount_fen)
    return tuple(PaymentTotal(*purse, len(sums), Fen(sum(sums))) for purse, sums in sorted(found.items()))


def checked_payments(book: DecisionBook, connection: Connection, rows: Sequence[PaymentLine]) -> None:
    """Refuses rows that say another thing than the decisions in the log."""
    cases = book.cases(connection, sorted({row.claim_id for row in rows}))
    events = {(case.claim, number): event for case in cases for number, event in enumerate(case.events, start=1)}
    for row in rows:
        event = events.get((row.claim_id, row.number))
        paid = event.payment if event else None
        if paid is None or _said(paid) != (row.day, row.amount_fen, row.recipient, row.fund):
            raise LogAlteredError(
                f"payment {row.id}: got another payment than decision {row.number} of claim {row.claim_id} says,"
                " expected the same; somebody changed the database: keep it and compare with a copy"
            )


def _said(paid: ClaimPayment) -> tuple[str, int, str, str]:
    return paid.day.isoformat(), paid.amount.fen, paid.recipient, paid.fund


def _read(asked: ListRead) -> Sequence[PaymentLine]:
    if lacking := unlisted_payment(asked.connection, reached(asked.caller, CLAIMS)):
        raise LogAlteredError(
            f"payment of decision {lacking[1]} of claim {lacking[0]}: got none in the ledger, expected the one that the"
            " decision says; somebody changed the database: keep it and compare with a copy"
        )
    rows = payment_lines(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())
    checked_payments(DecisionBook(asked.service.engine, claim_stage), asked.connection, rows)
    return rows


PAYMENT_LIST = ServedList(
    _PLAN, Action.CLAIM_READ, lambda caller, _: [reached(caller, CLAIM_PAYMENTS)], _read, lambda row: row.id
)
