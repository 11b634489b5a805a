"""How retention is shown: tables for people, plain objects for machines."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from rich.markup import escape

from cli.terminal import Lang, grid, screen, wrapped
from facts.counting import counted
from facts.retention import Hold, RetentionEntry
from facts.span import local, local_day
from pipeline.retention.deadlines import DueObject, RetentionStage
from pipeline.retention.orders import OrderResult
from pipeline.retention.sweep import SweepOutcome, SweepResult
from runtime.recordings.preview_expiry import RecordingPreviews
from runtime.retention.certificates import CertificateCheck

REFUSED = 30
_OUTCOMES = {
    SweepOutcome.DELETED: ("已删除", "deleted"),
    SweepOutcome.REFUSED: ("证据库拒绝", "refused by the store"),
    SweepOutcome.MISSING: ("证据库中没有", "not in the store"),
    SweepOutcome.PROTECTED: ("受保护，未删除", "protected, not deleted"),
}


def show_due(rows: Sequence[DueObject], lang: Lang) -> None:
    """The list that people read before anything is deleted."""
    zh = lang is Lang.ZH
    heads = ("状态", "班期", "内容", "SHA-256", "留存至", "依据", "可删除自", "冻结")
    table = grid(*(heads if zh else ("stage", "class", "what", "SHA-256", "kept", "rule", "from", "hold")), fold=(1, 7))
    for row in rows:
        table.add_row(*map(escape, _cells(row, lang)))
    screen().print(table)
    if any(row.stage in {RetentionStage.SOON, RetentionStage.GRACE} for row in rows):
        note = (
            "即将删除：有争议、抽查或诉讼的，请在可删除日之前用 xueshi retention hold 冻结"
            if zh
            else "about to be deleted: place a hold before that day where there is a dispute, a spot check or a lawsuit"
        )
        screen().print(wrapped(note, screen().width), style="bold yellow")


def _cells(row: DueObject, lang: Lang) -> tuple[str, ...]:
    use = row.kept.binding
    last = local_day(row.kept.keep_until - timedelta(microseconds=1))
    holds = "；".join(f"{one.id} {one.reason} {one.case}".strip() for one in row.holds)
    since = "" if row.holds else str(local_day(row.deletable_from))
    where = row.stage.text.say(lang), " ".join(row.kept.class_ids), use.label, row.kept.digest.short
    return (*where, str(last), use.rule or "—", since, holds)


def show_previews(found: Sequence[RecordingPreviews], lang: Lang) -> None:
    """The previews, a line for each recording; nothing where there are none."""
    if not found:
        return
    zh = lang is Lang.ZH
    heads = (
        ("预览（不登记、无宽限）", "件", "字节", "最早删除于")
        if zh
        else ("previews of", "count", "bytes", "first goes")
    )
    table = grid(*heads)
    for one in found:
        first = local(one.ends_at).isoformat(sep=" ", timespec="minutes")[:16]
        table.add_row(escape(one.source[:12]), str(one.count), f"{one.size_bytes:,}", first)
    screen().print(table)


def show_forgotten(count: int, lang: Lang) -> None:
    """How many previews a sweep deleted; nothing where there were none."""
    if count:
        zh, en = f"另删除预览 {count} 件，均已记入日志", f"{counted(count, 'preview')} deleted as well, each in the log"
        screen().print(zh if lang is Lang.ZH else en)


def plain_preview(one: RecordingPreviews, as_of: datetime) -> dict[str, object]:
    """The previews of one recording as a line of the list for machines; the digest is the recording's."""
    own = {"sha256": one.source, "store": "", "version_id": "", "size_bytes": one.size_bytes, "previews": one.count}
    stage = RetentionStage.DELETABLE if as_of > one.ends_at else RetentionStage.SOON
    times = {"keep_until": one.ends_at, "retain_until": None, "rule": "life:preview"}
    return {**own, **times, "classes": (), "stage": stage, "deletable_from": one.ends_at, "holds": []}


def show_swept(done: Sequence[SweepResult], lang: Lang) -> None:
    """What a sweep did."""
    out, zh = screen(), lang is Lang.ZH
    table = grid(*(("结果", "班期", "SHA-256", "说明") if zh else ("outcome", "class", "SHA-256", "note")), fold=(1, 3))
    for one in done:
        said = _OUTCOMES[one.outcome][0 if zh else 1]
        table.add_row(said, escape(" ".join(one.kept.class_ids)), one.kept.digest.short, escape(one.reason))
    if done:
        out.print(table)
    deleted = sum(one.outcome is SweepOutcome.DELETED for one in done)
    out.print(f"删除 {deleted} 件，均有签名证明" if zh else f"{deleted} deleted, each with a signed certificate")


def show_refusals(done: Iterable[OrderResult], lang: Lang) -> None:
    """What the stores refused, in their own words."""
    for one in done:
        if one.refusal:
            said = "证据库拒绝" if lang is Lang.ZH else "refused by the store"
            screen().print(escape(f"✗ {said} {one.kept.digest.short}: {one.refusal}"), style="bold red")


def code(done: Iterable[OrderResult]) -> int:
    """The exit code of an order."""
    return REFUSED if any(one.refusal for one in done) else 0


def _object(kept: RetentionEntry) -> dict[str, object]:
    own = {
        "sha256": kept.digest.sha256,
        "store": kept.store,
        "version_id": kept.version_id,
        "size_bytes": kept.size_bytes,
    }
    times = {"keep_until": kept.keep_until, "retain_until": kept.retain_until, "rule": kept.binding.rule}
    return {**own, **times, "classes": kept.class_ids}


def plain(row: DueObject) -> dict[str, object]:
    """One line of the list for machines."""
    holds = [_hold(one) for one in row.holds]
    return {**_object(row.kept), "stage": row.stage, "deletable_from": row.deletable_from, "holds": holds}


def _hold(one: Hold) -> dict[str, object]:
    own = {"id": one.id, "scope": str(one.scope), "reason": one.reason, "case": one.case}
    return {**own, "placed_by": one.placed_by, "placed_at": local(one.placed_at)}


def ordered(one: OrderResult) -> dict[str, object]:
    """One object after an order, for machines."""
    return {**_object(one.kept), "refusal": one.refusal}


def swept(one: SweepResult) -> dict[str, object]:
    """One object after a sweep, for machines."""
    return {**_object(one.kept), "outcome": one.outcome, "reason": one.reason}


def show_certificates(found: Sequence[CertificateCheck], lang: Lang) -> None:
    """Each certificate with ✓, or ✗ and everything wrong with it."""
    out, zh = screen(), lang is Lang.ZH
    if not found:
        out.print("还没有删除证明" if zh else "no deletion certificate yet")
    for one in found:
        classes = " ".join(sorted({item.get("class_id", "") for item in one.said.get("classes", [])}))
        line = f"{one.name}  {classes}  {one.said.get('sha256', '')[:12]}  {one.said.get('deleted_at', '')}"
        out.print(escape(f"{'✗' if one.faults else '✓'} {line}"), style="bold red" if one.faults else "blue")
        for fault in one.faults:
            out.print(escape(wrapped(f"  {fault.say(lang)}", out.width)), style="bold red")
