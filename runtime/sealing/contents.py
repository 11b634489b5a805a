"""Everything that goes into the package of one class day."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from attendance.law import Law
from facts.codec import dumps, plain
from facts.span import local_day
from facts.text import Text
from pipeline.retention.terms import RetentionPeriod
from policy.rulebook import Rulebook
from report.document import document
from report.page import page
from runtime.policy.folder import rulebook_text
from runtime.sealing.originals import originals_document, payloads_of
from runtime.sealing.package_parts import PackageDay, SealContext
from runtime.sealing.page_version import sheet_keys, sheet_path
from runtime.verification.command import VerificationRequest
from storage.sealing.bag import Contents, safe_path
from storage.sealing.examination import KEYS
from storage.sealing.readme import readme
from storage.sealing.standalone import verify_py

_TRIED = Text(
    "暂按已失效文件：只是试判，每个学时仍为存疑，不能作为付款依据",
    "tried under a lapsed document: every hour stays unproven, and nothing can be paid by it",
)


def json_bytes(value: object) -> bytes:
    """JSON for people."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def contents(context: SealContext, day: PackageDay, period: RetentionPeriod) -> Contents:
    """The files of one package, all but the leaves and proofs of the log: that is asked only once it knows of these."""
    request = context.request
    inside = request.identified and not request.without_originals
    named = payloads_of(day.originals, day.paths, context.store, inside=inside)
    payloads = named if inside or request.without_originals else ()
    spoken = document(day.sealed)
    data = {
        "data/facts.json": day.facts,
        "data/verdicts.jsonl": b"".join(line + b"\n" for line in day.verdicts),
        "data/settings.json": json_bytes(_settings(context, day, period)),
        "data/originals.json": json_bytes(originals_document(day.originals, day.paths, payloads, context.store)),
        "data/report/report.html": page(spoken, context.made.pictures, request.verify.lang).encode(),
        "data/report/report.json": json_bytes(spoken),
        **_law_files(context.law, request.verify),
        **day.recorder.files,
        **_sheets(context.made.pictures, [hour.id for hour in day.sealed.hours]),
    }
    title = f"{day.sealed.training_class.name or day.sealed.training_class.id} {day.day}"
    keys = {"schema": "xueshi.keys/1", "keys": [entry.plain() for entry in context.chain]}
    papers = {
        "README.md": readme(title, _labels(context, day, period)),
        "verify.py": verify_py().encode(),
        KEYS: json_bytes(keys),
    }
    return Contents(_info(context, day, period), data, papers, payloads)


def _settings(context: SealContext, day: PackageDay, period: RetentionPeriod) -> dict[str, object]:
    request = context.request
    return {
        "schema": "xueshi.settings/1",
        "masked": not request.identified,
        "policy": request.verify.policy,
        "detector_card": Path(request.verify.card).name,
        "class": plain(day.sealed.settings),
        "keep_until": plain(period.until),
        "keep_rule": period.rule,
        "tool": context.made.report.tool,
        "versions": dict(context.made.report.versions),
        "senses": plain(context.made.report.senses),
    }


def _law_files(law: Law, request: VerificationRequest) -> dict[str, bytes]:
    """The document that was judged by; why none was in force; or both, where a lapsed one was tried."""
    files = {"data/rulebook/none.json": dumps(law.none_because).encode() + b"\n"} if law.none_because else {}
    if law.book is None:
        return files
    return {**files, f"data/rulebook/{safe_path(law.book.id)}.toml": _toml_of(law.book, request).encode()}


def _toml_of(book: Rulebook, request: VerificationRequest) -> str:
    """The very text that the rulebook was read from."""
    if request.policy.endswith(".toml"):
        return rulebook_text(Path(request.policy))
    return request.shelf.texts[book.sha256]


def _sheets(pictures: Mapping[str, bytes], hour_ids: Sequence[str]) -> dict[str, bytes]:
    return {sheet_path(at): pictures[at] for at in sheet_keys(hour_ids) if at in pictures}


def _labels(context: SealContext, day: PackageDay, period: RetentionPeriod) -> list[tuple[str, str]]:
    masked = (
        (
            "姓名和证号已遮蔽（带密钥的摘要），人脸已打码，原件不在包内",
            "masked: keyed pseudonyms, faces blurred, no originals inside",
        )
        if not context.request.identified
        else (
            "含真实姓名、证号和人脸（--identified），请按个人信息保护要求保管",
            "identified: real names, numbers and faces",
        )
    )
    tried = [(_TRIED.zh, _TRIED.en)] if context.law.provisional else []
    store = context.store
    level = (
        (
            f"证据库约束级别 {store.enforcement.value}：{store.enforcement.text.zh}",
            f"store: {store.enforcement.text.en}",
        )
        if store
        else ("原件没有存入证据库", "the originals are in no evidence store")
    )
    earlier = context.request.follows.get(day.day, "")
    follows = [
        (
            f"同一班日此前封存过（摘要 {earlier[:16]}…），那一包不改；本包是其后的结论",
            f"this class day was sealed before (digest {earlier[:16]}…), and that package stays; this one says what came after",
        )
    ]
    return [
        *tried,
        *(follows if earlier else []),
        masked,
        level,
        (period.text.zh, period.text.en),
    ]


def _info(context: SealContext, day: PackageDay, period: RetentionPeriod) -> list[tuple[str, str]]:
    course = day.sealed.training_class
    level = context.store.enforcement.value if context.store else "none"
    return [
        ("Source-Organization", course.institution.name or "-"),
        ("External-Identifier", f"{course.id} {day.day}"),
        ("Bagging-Date", local_day(context.made.report.made_at).isoformat()),
        ("Bag-Software-Agent", context.made.report.tool),
        ("Xueshi-Masked", "no" if context.request.identified else "yes"),
        ("Xueshi-Enforcement", level),
        ("Xueshi-Keep-Until", period.until.isoformat()),
        ("Xueshi-Key", f"{context.signer.public.algorithm} {context.signer.public.key_id}"),
        *([("Xueshi-Follows", follows)] if (follows := context.request.follows.get(day.day, "")) else []),
    ]
