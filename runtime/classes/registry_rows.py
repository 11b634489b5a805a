"""A class's people in the columns of the real-name registry (实名制), for whoever enters them there by hand or by file."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from facts.codec import loads
from facts.course import Trainee
from facts.errors import NotFoundError
from facts.id_number import masked_id
from facts.names import masked_name
from facts.report import ClassReport
from facts.span import local_day
from report.claims.schema import ClaimDocument
from runtime.claims.access import document
from runtime.claims.upload import people_key
from runtime.platform.service import Service
from runtime.supervision.claim_vouchers import owner_digest
from storage.database.accounts.accounts import InstitutionRow, institution
from storage.database.claims import claims
from storage.database.classes.classes import ClassRow
from storage.database.tables.claims import CLAIMS
from storage.database.tables.supervision import VOUCHERS
from storage.database.verification.reports import facts_of

HEAD = (
    "姓名", "身份证号", "人员类别", "机构名称", "统一社会信用代码", "班期编号", "培训类型", "工种", "等级", "属地", "开班日期", "结业日期",
    "券号", "成绩", "证书编号", "是否新增技能人才", "就业状态", "就业单位", "补贴金额", "发放账户",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegistryRows:
    """One line for each person under ``HEAD``; ``whole`` says whether names and numbers are."""

    lines: tuple[tuple[str, ...], ...]
    whole: bool


def registry_rows(service: Service, connection: Connection, owner: ClassRow, *, whole: bool) -> RegistryRows:
    """The people of the newest report, with voucher and supported sum where this service knows them."""
    if owner.report_id is None:
        raise NotFoundError("报告（请先核验）", "report yet; ask for a verification first")
    report, school = (
        loads(ClassReport, facts_of(connection, owner.report_id)),
        institution(connection, owner.institution_id),
    )
    assert school is not None  # noqa: S101 - a class has its institution
    days = sorted(local_day(hour.span.start) for hour in report.hours)
    sums, numbers = _sums(service, connection, owner), _vouchers(service, connection, report.trainees)
    first, last = (days[0].isoformat(), days[-1].isoformat()) if days else ("", "")
    known = [_line(one, owner, school, (first, last), whole=whole) for one in report.trainees]
    filled = [
        {**line, "券号": numbers.get(_digits(one), ""), "补贴金额": sums.get(_shown(one), "")}
        for one, line in zip(report.trainees, known, strict=True)
    ]
    return RegistryRows(tuple(tuple(line.get(name, "") for name in HEAD) for line in filled), whole)


def _line(
    one: Trainee, owner: ClassRow, school: InstitutionRow, days: tuple[str, str], *, whole: bool
) -> dict[str, str]:
    return {
        "姓名": one.name if whole else masked_name(one.name),
        "身份证号": _digits(one) if whole else masked_id(_digits(one)),
        "人员类别": one.group or owner.trainee_group,
        "机构名称": school.name,
        "统一社会信用代码": school.uscc,
        "班期编号": owner.code,
        "培训类型": owner.programme,
        "工种": owner.occupation,
        "等级": owner.level,
        "属地": owner.locality,
        "开班日期": days[0],
        "结业日期": days[1],
    }


def _digits(one: Trainee) -> str:
    return one.id_number.digits if one.id_number else ""


def _shown(one: Trainee) -> tuple[str, str]:
    """As a claim's document has the person: masked name and last four."""
    return masked_name(one.name), one.id_number.tail if one.id_number else ""


def _sums(service: Service, connection: Connection, owner: ClassRow) -> dict[tuple[str, str], str]:
    """What the class's newest claim supports for each person, in yuan; two who look alike masked get none."""
    rows = claims(connection, CLAIMS.c.class_id == owner.id, CLAIMS.c.newest == 1, limit=1)
    body: ClaimDocument | None = document(service, rows[0]) if rows else None
    found: dict[tuple[str, str], list[str]] = {}
    for one in body["people"] if body else ():
        found.setdefault((one["name_masked"], one["id_masked"][-4:]), []).append(one["supported"]["yuan"])
    return {key: sums[0] for key, sums in found.items() if len(sums) == 1}


def _vouchers(service: Service, connection: Connection, people: Sequence[Trainee]) -> dict[str, str]:
    """The voucher of each person by the register here, by ID number."""
    key = people_key(service.settings)
    digests = {owner_digest(key, _digits(one)): _digits(one) for one in people if one.id_number}
    wanted = select(VOUCHERS.c.person, VOUCHERS.c.number).where(VOUCHERS.c.person.in_(digests)).order_by(VOUCHERS.c.id)
    return {digests[row.person]: row.number for row in connection.execute(wanted)}
