"""The life of doubts about classes; a webhook may name as many kinds of event as there are."""

import json
from collections import Counter
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    made = op.create_table(
        "class_doubt",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("raised_at", Moment, nullable=False),
        sa.Column("report_id", Number, sa.ForeignKey("class_report.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("last_by", sa.String(80), nullable=False),
        sa.UniqueConstraint("class_id", "fingerprint", name="uq_class_doubt_class_id_fingerprint"),
    )
    op.create_index("ix_class_doubt_stage_class_id", "class_doubt", ["stage", "class_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("webhook", "kinds", type_=sa.Text)
    _open_those_of_newest_reports(made)


def _open_those_of_newest_reports(made: sa.Table) -> None:
    """Doubts that earlier versions raised wait for somebody as those of a new report do."""
    bind = op.get_bind()
    report = sa.table("class_report", *(sa.column(name) for name in ("id", "class_id", "facts")))
    report.append_column(sa.column("made_at", Moment()))
    owner = sa.table("class", sa.column("id"), sa.column("report_id"))
    flagged = sa.table("flag", *(sa.column(name) for name in ("report_id", "number", "kind")))
    newest = sa.select(report.c.id).join_from(owner, report, report.c.id == owner.c.report_id)
    held = newest.where(sa.exists().where(flagged.c.report_id == report.c.id))
    for number in bind.execute(held).scalars().all():
        row = bind.execute(sa.select(report).where(report.c.id == number)).mappings().one()
        flags = bind.execute(sa.select(flagged.c.number, flagged.c.kind).where(flagged.c.report_id == number)).all()
        told = _fingerprints(json.loads(row["facts"]).get("value", {}))
        opened = [
            {"class_id": row["class_id"], "fingerprint": fingerprint, "kind": kind, "raised_at": row["made_at"]}
            | {"report_id": number, "number": place, "stage": "open", "last_by": ""}
            for place, kind in flags
            for fingerprint in [told.get((place, kind), sha256(f"{number} {place}".encode()).hexdigest())]
        ]
        bind.execute(sa.insert(made), opened)


def _fingerprints(facts: dict[str, Any]) -> dict[tuple[int, str], str]:
    """By number and kind, as ``pipeline/doubts/fingerprint.py`` and ``report/doubts.py`` had it at this revision."""
    spans = {hour["id"]: (hour["span"]["start"], hour["span"]["end"]) for hour in facts.get("hours", ())}
    far = max(spans.values(), default=("", ""))
    people = {
        one["key"]: one["id_number"]["digits"] if one["id_number"] else f"{one['name']} {one['phone']}".strip()
        for one in facts.get("trainees", ())
    }

    def rank(doubt: dict[str, Any]) -> tuple[Any, ...]:
        first = min((spans[hour] for hour in doubt["hours"] if hour in spans), default=far)
        return doubt["check_cost_s"], first, doubt["kind"], doubt["text"]["zh"]

    seen: Counter[str] = Counter()
    found = {}
    for place, doubt in enumerate(sorted(facts.get("doubts", ()), key=rank), 1):
        who = sorted(people.get(key, key) for key in doubt["trainees"])
        said = [] if doubt["hours"] or who else [doubt["text"]["zh"]]
        body = json.dumps([doubt["kind"], doubt["rule"], sorted(doubt["hours"]), who, *said], ensure_ascii=False)
        seen[body] += 1
        found[place, doubt["kind"]] = sha256(f"{body}\n{seen[body]}".encode()).hexdigest()
    return found
