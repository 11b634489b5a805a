"""Verdicts out of the service's database: the newest report of the claim's class, as the log bears it out."""

from sqlalchemy import Engine

from facts.claim import Claim
from facts.codec import loads
from facts.digest import Digest
from facts.errors import XueshiError
from facts.report import ClassReport
from facts.text import Text
from report.claims.source import ReadFile
from runtime.claims.report_selection import DATABASE, FROM_DATABASE, ReadReport
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES
from storage.database.verification.reports import ReportFacts, institution_match, newest_facts
from storage.evidence_log.ledger import EvidenceLog

NONE_KEPT = Text(
    "服务数据库中没有此机构此班期编号的核验报告",
    "the service's database has no report of this institution's class of that number",
)
_CHANGED = Text(
    "数据库中的报告与日志不符（记录可能被改动），未计入；请勿改动数据库，并告知审计员",
    "the database's report is not what the log has (it may have been changed) and does not count; leave the database alone and tell the auditor",
)


def read_database(engine: Engine, of: Claim | int) -> list[ReadReport | ReadFile]:
    """What the service has verified of the class, named by a claim or by its own number here.

    A report that the log does not know counts for nothing.
    """
    with reading(engine, "looking for verdicts") as connection:
        if isinstance(of, int):
            kept = newest_facts(connection, CLASSES.c.id == of)
        else:
            own = of.institution
            kept = newest_facts(
                connection, CLASSES.c.code == of.training_class.id, institution_match(own.uscc, own.name)
            )
    return [_read(engine, one) for one in kept]


def _read(engine: Engine, kept: ReportFacts) -> ReadReport | ReadFile:
    content = kept.facts.encode()
    file = ReadFile(f"class:{kept.class_id} report:{kept.report_id}", DATABASE, len(content), Digest.of(content))
    if not EvidenceLog(engine).places(Digest.of(content)):
        return ReadFile(file.path, DATABASE, file.size_bytes, file.digest, (_CHANGED,))
    try:
        report = loads(ClassReport, kept.facts)
    except (XueshiError, ValueError) as error:
        note = Text(f"无法使用，其中的结论未计入：{error}", f"cannot be used, nothing of it counts: {error}")
        return ReadFile(file.path, DATABASE, file.size_bytes, file.digest, (note,))
    return ReadReport(
        report, ReadFile(file.path, DATABASE, file.size_bytes, file.digest, (FROM_DATABASE,)), masked=False
    )
