"""Switching recognition on and off for a class, consents and their withdrawal, photographs; the class is verified anew."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from facts.counting import counted
from facts.names import normal_name
from facts.refusals import Refusal, refuse, stands
from facts.span import local_day
from facts.text import Text
from runtime.platform.service import Service
from runtime.recognition.certificate import DeletionReason, FaceSelection, delete_certified
from runtime.recognition.permission import RecognitionState, recognition_state
from runtime.sealing.enqueue import key_fault
from runtime.verification.queue import ask_verification
from storage.database.classes.classes import ClassRow
from storage.database.recognition.consents import (
    NewConsent,
    RecognitionSetting,
    keep_consents,
    keep_setting,
    withdraw_consents,
)
from storage.database.recognition.faces import keep_photographs
from storage.database.tables.recognition import EMBEDDINGS, PHOTOGRAPHS

BASES = {
    "consent": Text("学员单独同意", "separate consent of each trainee"),
    "law": Text("法律、行政法规规定（仍须全员同意）", "a law demands it (everybody consents all the same)"),
}
WAYS = {
    "paper": Text("纸质签字", "signed on paper"),
    "online": Text("网上确认", "confirmed online"),
    "guardian": Text("监护人签字", "signed by a guardian"),
}
LEAST_WORDS, MOST_WORDS = 4, 500
MOST_PHOTOGRAPHS, MOST_BYTES = 200, 2 << 20
_NAME = re.compile(r"(?P<name>[^_/\\]{1,60})_(?P<tail>[0-9X]{4})\.(?:jpe?g|png)", re.IGNORECASE)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True)
class SwitchRequest:
    """What a class is to be set to; ``others`` says that teachers and whoever else is filmed consented too."""

    active: bool
    basis: str = "consent"
    words: str = ""
    others: bool = False


def switch(
    service: Service, connection: Connection, owner: ClassRow, wanted: SwitchRequest, by: str
) -> RecognitionState:
    """The setting in force afterwards; switched off, everything is deleted at once."""
    at, now = service.clock(), recognition_state(connection, owner.id)
    refuse(_switch_refusals(service, wanted))
    if wanted.active or now.active:
        words = wanted.words.strip()
        keep_setting(connection, RecognitionSetting(owner.id, wanted.active, wanted.basis, words, by, at))
        if not wanted.active:
            _delete(service, connection, FaceSelection.whole(owner.id, owner.code, DeletionReason.SWITCHED_OFF), at)
        ask_verification(connection, owner, at)
    return recognition_state(connection, owner.id)


def consent(
    service: Service, connection: Connection, owner: ClassRow, given: Sequence[NewConsent], by: str
) -> RecognitionState:
    """Consents are entered; one that is in force already stays as it is."""
    at, now = service.clock(), recognition_state(connection, owner.id)
    refuse([*_off(now), *_consent_refusals(now, given, local_day(at))])
    new = {one.trainee: one for one in given if one.trainee not in now.consents}
    keep_consents(connection, owner.id, [*new.values()], by, at)
    if new:
        ask_verification(connection, owner, at)
    return recognition_state(connection, owner.id)


def withdraw(service: Service, connection: Connection, owner: ClassRow, trainee: str, by: str) -> RecognitionState:
    """Her photograph goes, and every embedding of the class: which of them is hers is only a guess."""
    at, now = service.clock(), recognition_state(connection, owner.id)
    if trainee not in now.consents:
        words = Text("这名学员没有有效的同意，无从撤回", "no consent of this trainee is in force")
        refuse([stands("trainee", words, trainee, "one whose consent is in force")])
    withdraw_consents(connection, owner.id, trainee, by, at)
    own = PHOTOGRAPHS.c.class_id == owner.id, PHOTOGRAPHS.c.trainee == trainee
    faces = (EMBEDDINGS.c.class_id == owner.id,)
    _delete(service, connection, FaceSelection(owner.id, owner.code, DeletionReason.WITHDRAWN, faces, own), at)
    ask_verification(connection, owner, at)
    return recognition_state(connection, owner.id)


def add_photographs(
    service: Service, connection: Connection, owner: ClassRow, sent: Mapping[str, bytes]
) -> RecognitionState:
    """Photographs by 姓名_后四位.jpg; they are no evidence, lie sealed, and are deleted with the embeddings."""
    at, now = service.clock(), recognition_state(connection, owner.id)
    refuse([*_off(now), *_photograph_refusals(now, sent)])
    found = {key: picture for name, picture in sent.items() if (key := _whose(now, name))}
    keep_photographs(connection, owner.id, found, at)
    if found:
        ask_verification(connection, owner, at)
    return recognition_state(connection, owner.id)


def _delete(service: Service, connection: Connection, chosen: FaceSelection, at: datetime) -> None:
    delete_certified(connection, service.log, service.settings.home, chosen, at)


def _switch_refusals(service: Service, wanted: SwitchRequest) -> list[Refusal]:
    if not wanted.active:
        return []
    found = []
    if fault := key_fault(service.settings):
        words = Text(
            "还没有签名密钥，删除时无法出具证明；请运维运行 xueshi keys init",
            "no signing key yet: no deletion could be certified",
        )
        found.append(stands("keys", words, fault, "a signing key (xueshi keys init)"))
    if wanted.basis not in BASES:
        found.append(Refusal("basis", Text("请选择依据", "choose the ground"), wanted.basis, " or ".join(BASES)))
    if not LEAST_WORDS <= len(wanted.words.strip()) <= MOST_WORDS:
        words = Text("请写明依据和影响评估的出处", "say where ground and impact assessment are written down")
        found.append(
            Refusal("words", words, counted(len(wanted.words.strip()), "character"), f"{LEAST_WORDS} to {MOST_WORDS}")
        )
    if not wanted.others:
        words = Text("教师等其他入镜的人也须已同意", "teachers and whoever else is filmed must have consented too")
        found.append(Refusal("others", words, "not confirmed", "confirmed"))
    return found


def _off(now: RecognitionState) -> list[Refusal]:
    words = Text("本班没有开启认人", "recognition is switched off for this class")
    return [] if now.active else [stands("active", words, "off", "on; switch it on first")]


def _consent_refusals(now: RecognitionState, given: Sequence[NewConsent], today: date) -> list[Refusal]:
    known, found = {one.key for one in now.people}, []
    for index, one in enumerate(given):
        if one.trainee not in known:
            found.append(
                Refusal(
                    f"consents.{index}.trainee",
                    Text("不在花名册上", "not on the roster"),
                    one.trainee,
                    "a trainee of the class",
                )
            )
        if one.way not in WAYS:
            found.append(
                Refusal(f"consents.{index}.way", Text("请选择同意的方式", "choose how"), one.way, " or ".join(WAYS))
            )
        if not _is_past(one.given_on, today):
            words = Text("请填同意的日期，不晚于今天", "the day of the consent, today at the latest")
            found.append(Refusal(f"consents.{index}.given_on", words, one.given_on, "a day such as 2025-04-07"))
    return found


def _is_past(text: str, today: date) -> bool:
    try:
        return date(2000, 1, 1) <= date.fromisoformat(text) <= today
    except ValueError:
        return False


def _photograph_refusals(now: RecognitionState, sent: Mapping[str, bytes]) -> list[Refusal]:
    found = []
    if not 0 < len(sent) <= MOST_PHOTOGRAPHS:
        words = Text(f"请选择 1 至 {MOST_PHOTOGRAPHS} 张照片", f"choose 1 to {MOST_PHOTOGRAPHS} photographs")
        found.append(Refusal("files", words, str(len(sent)), f"1 to {MOST_PHOTOGRAPHS}"))
    for name, picture in sent.items():
        if not picture.startswith(_PICTURES) or len(picture) > MOST_BYTES:
            words = Text(f"{name[:80]}：不是 2 MB 以内的 JPG、PNG", f"{name[:80]}: no JPEG or PNG of at most 2 MB")
            found.append(Refusal("files", words, f"{len(picture)} bytes", "a JPEG or PNG of at most 2 MB"))
        elif (key := _whose(now, name)) is None:
            words = Text(
                f"{name[:80]}：文件名应为 姓名_证件号后四位.jpg，且只对应一名学员",
                f"{name[:80]}: expected 姓名_后四位.jpg of one trainee of the roster",
            )
            found.append(Refusal("files", words, name[:80], "a name and the last four of the ID number"))
        elif key not in now.consents:
            words = Text(
                f"{name[:80]}：还没有记录这名学员的同意", f"{name[:80]}: no consent of this trainee is recorded"
            )
            found.append(Refusal("files", words, name[:80], "a trainee who consented"))
    return found


def _whose(now: RecognitionState, name: str) -> str | None:
    said = _NAME.fullmatch(name.replace("\\", "/").rpartition("/")[2].strip())
    if said is None:
        return None
    own = normal_name(said["name"]), said["tail"].upper()
    found = [one.key for one in now.people if (normal_name(one.name), one.tail.upper()) == own]
    return found[0] if len(found) == 1 else None
