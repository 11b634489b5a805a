"""Everything that goes into the package of one class day."""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from attendance.law import Law
from facts.codec import dumps, plain
from facts.report import ClassReport
from facts.span import local_day
from pipeline.retention.terms import RetentionPeriod
from pipeline.sealing.pseudonyms import Pseudonyms
from policy.rulebook import Rulebook
from policy.shelf import packaged_texts
from report.document import document
from report.page import page
from runtime.evidence_log.time_stamps import NO_AUTHORITY, Authority, SealingStamps, stamp_line
from runtime.platform.clock import now
from runtime.sealing.originals import Original, originals_document, payloads_of
from runtime.verification.class_folder import REPORT_FOLDER
from runtime.verification.command import Verification, VerificationRequest, VerificationResult
from storage.evidence.port import EvidenceStore
from storage.evidence_log.keyring import KeyEntry
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.signature import DigitalSigner
from storage.evidence_log.stamp import Stamp
from storage.sealing.bag import Contents, safe_path
from storage.sealing.readme import readme
from storage.sealing.standalone import verify_py

PACKAGES = "证据包"


@dataclass(frozen=True, slots=True)
class SealWishes:
    """What the caller asked for, beside what is asked of a verification."""

    verify: VerificationRequest
    store_url: str = ""
    key: Path | None = None
    identified: bool = False
    without_originals: bool = False
    home: Path = Path()
    db: str = ""
    authority: Authority = NO_AUTHORITY
    clock: Callable[[], datetime] = now

    @property
    def out_folder(self) -> Path:
        """Where the packages go: where no later verification takes them for evidence."""
        return self.verify.out or self.verify.folder / REPORT_FOLDER / PACKAGES


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the packages of one class have in common."""

    wishes: SealWishes
    session: Verification
    made: VerificationResult
    law: Law
    store: EvidenceStore | None
    signer: DigitalSigner
    chain: tuple[KeyEntry, ...]
    pseudonyms: Pseudonyms | None
    originals: Mapping[str, Original]
    log: EvidenceLog
    stamping: SealingStamps


@dataclass(frozen=True, slots=True)
class Proven:
    """What the log gives to one package: files with leaves, proofs, heads and keys, and the stamp of its head."""

    files: Mapping[str, bytes]
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Day:
    """One class day, judged from the facts that its package will hold."""

    day: date
    sealed: ClassReport
    shown: ClassReport
    paths: Mapping[str, str]
    originals: tuple[Original, ...]

    @property
    def facts(self) -> bytes:
        """``facts.json``."""
        return dumps(self.sealed).encode() + b"\n"

    @property
    def verdicts(self) -> tuple[bytes, ...]:
        """The lines of ``verdicts.jsonl``, each of which is a leaf of the log."""
        lines = (json.dumps(plain(one), ensure_ascii=False, sort_keys=True) for one in self.sealed.verdicts)
        return tuple(line.encode() for line in lines)


def json_bytes(value: object) -> bytes:
    """JSON for people."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def contents(desk: Desk, day: Day, kept: RetentionPeriod, log: Proven) -> Contents:
    """The files of one package, with the leaves and proofs of the log."""
    wishes = desk.wishes
    inside = wishes.identified and not wishes.without_originals
    named = payloads_of(day.originals, day.paths, desk.store, inside=inside)
    payloads = named if inside or wishes.without_originals else ()
    spoken = document(day.shown)
    data = {
        "data/facts.json": day.facts,
        "data/verdicts.jsonl": b"".join(line + b"\n" for line in day.verdicts),
        "data/settings.json": json_bytes(_settings(desk, day, kept)),
        "data/originals.json": json_bytes(originals_document(day.originals, day.paths, payloads, desk.store)),
        "data/report/report.html": page(spoken, desk.made.pictures, wishes.verify.lang).encode(),
        "data/report/report.json": json_bytes(spoken),
        **_law_files(desk.law, wishes.verify.policy),
        **_sheets(desk.made.pictures, [hour.id for hour in day.sealed.hours]),
    }
    title = f"{day.sealed.training_class.name or day.sealed.training_class.id} {day.day}"
    tags = {"README.md": readme(title, _labels(desk, kept, log)), "verify.py": verify_py().encode(), **log.files}
    return Contents(_info(desk, day, kept, log), data, tags, payloads)


def _settings(desk: Desk, day: Day, kept: RetentionPeriod) -> dict[str, object]:
    wishes = desk.wishes
    return {
        "schema": "xueshi.settings/1",
        "masked": not wishes.identified,
        "policy": wishes.verify.policy,
        "detector_card": Path(wishes.verify.card).name,
        "class": plain(day.sealed.settings),
        "keep_until": plain(kept.until),
        "keep_rule": kept.rule,
        "tool": desk.made.report.tool,
        "versions": dict(desk.made.report.versions),
    }


def _law_files(law: Law, policy: str) -> dict[str, bytes]:
    if law.book is None:
        return {"data/rulebook/none.json": dumps(law.none_because).encode() + b"\n"}
    return {f"data/rulebook/{safe_path(law.book.id)}.toml": _toml_of(law.book, policy).encode()}


def _toml_of(book: Rulebook, policy: str) -> str:
    """The very text that the rulebook was read from."""
    if policy.endswith(".toml"):
        return Path(policy).read_text("utf-8")
    return next(text for text in packaged_texts().values() if tomllib.loads(text)["id"] == book.id)


def _sheets(pictures: Mapping[str, bytes], hour_ids: Sequence[str]) -> dict[str, bytes]:
    wanted = [(f"{kind}:{hour_id}", f"{hour_id}-{kind}") for hour_id in hour_ids for kind in ("sheet", "best")]
    return {
        f"data/sheets/{safe_path(name.replace('/', '_'))}.jpg": pictures[at] for at, name in wanted if at in pictures
    }


def _labels(desk: Desk, kept: RetentionPeriod, log: Proven) -> list[tuple[str, str]]:
    masked = (
        (
            "姓名和证号已遮蔽（带密钥的摘要），人脸已打码，原件不在包内",
            "masked: keyed pseudonyms, faces blurred, no originals inside",
        )
        if not desk.wishes.identified
        else (
            "含真实姓名、证号和人脸（--identified），请按个人信息保护要求保管",
            "identified: real names, numbers and faces",
        )
    )
    store = desk.store
    level = (
        (
            f"证据库约束级别 {store.enforcement.value}：{store.enforcement.text.zh}",
            f"store: {store.enforcement.text.en}",
        )
        if store
        else ("原件没有存入证据库", "the originals are in no evidence store")
    )
    stamp = stamp_line(log.stamp, desk.stamping.faults)
    return [masked, level, (kept.text.zh, kept.text.en), (stamp.zh, stamp.en)]


def _info(desk: Desk, day: Day, kept: RetentionPeriod, log: Proven) -> list[tuple[str, str]]:
    course = day.sealed.training_class
    level = desk.store.enforcement.value if desk.store else "none"
    return [
        ("Source-Organization", course.institution.name or "-"),
        ("External-Identifier", f"{course.id} {day.day}"),
        ("Bagging-Date", local_day(desk.made.report.made_at).isoformat()),
        ("Bag-Software-Agent", desk.made.report.tool),
        ("Xueshi-Masked", "no" if desk.wishes.identified else "yes"),
        ("Xueshi-Enforcement", level),
        ("Xueshi-Keep-Until", kept.until.isoformat()),
        ("Xueshi-Key", f"{desk.signer.public.algorithm} {desk.signer.public.key_id}"),
        ("Xueshi-Time-Stamp", stamp_line(log.stamp, desk.stamping.faults).en),
    ]
