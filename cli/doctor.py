from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text as Styled

from attendance.law import NO_RULEBOOK_IN_FORCE
from attendance.law_gaps import HEADLINES
from attendance.times import clock, length_en, length_zh
from cli.progress import ProgressDisplay, ProgressMode
from cli.rulebooks import ShelfOption, open_shelf
from cli.terminal import Lang, LangOption, grid, print_json, screen, wrapped
from cli.verification import FolderArgument, ProgressOption
from facts.counting import counted
from facts.report import InputFile
from facts.senses import Sense, faces_only, present
from facts.span import local_day
from pipeline.verification.outcome import ReportOutcome
from pipeline.verification.sense_limits import FACES_ONLY
from runtime.verification.command import Verification, VerificationRequest, begin_verification
from runtime.verification.senses import senses_here
from vision.face_card import face_card, faces_missing

JsonFile = Annotated[
    str, typer.Option("--json", metavar="FILE|-", help="另存 JSON | write JSON here; - is standard output")
]


def doctor(
    folder: FolderArgument,
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="政策编号或 TOML 文件 | a rulebook's id or file")
    ] = "",
    rulebooks: ShelfOption = None,
    as_json: JsonFile = "",
    lang: LangOption = Lang.ZH,
    progress: ProgressOption = ProgressMode.AUTO,
) -> None:
    """只检查材料（几秒钟，不看画面）：读到了什么、哪里有问题、怎么补 | inputs only, in seconds: what was found, what is wrong.

    退出码 exit codes: 0 材料齐全 complete · 20 材料不足、有问题或没有现行文件 something lacks or is wrong, or no document is in force
    """
    with ProgressDisplay(progress, lang) as teller:
        request = VerificationRequest(folder, policy, lang=lang.value, shelf=open_shelf(rulebooks))
        session = begin_verification(request, teller.stage("读取", "read"))
    if as_json != "-":
        _show(session, lang)
    if as_json:
        print_json(_document(session), None if as_json == "-" else Path(as_json))
    raise typer.Exit(int(ReportOutcome.INPUTS_INSUFFICIENT if _lacks(session) else ReportOutcome.GOOD))


def _lacks(session: Verification) -> bool:
    inputs = session.folder.inputs
    missing = not (inputs.hours and inputs.trainees and inputs.segments)
    return (
        missing
        or session.case.law.none_because is not None
        or bool(session.folder.questions)
        or any(file.faults for file in inputs.files)
    )


def _show(session: Verification, lang: Lang) -> None:
    zh, inputs, out = lang is Lang.ZH, session.folder.inputs, screen()
    facts = grid(*(("材料", "读到") if zh else ("input", "found")))
    senses = senses_here()
    none = "（没有找到）" if zh else "(none found)"
    days = sorted({local_day(hour.span.start) for hour in inputs.hours})
    rows = (
        (("花名册", "roster"), f"{len(inputs.trainees)} {'人' if zh else 'trainees'}" if inputs.trainees else none),
        (
            ("课表", "timetable"),
            f"{len(inputs.hours)} {'学时' if zh else 'class hours'}，{days[0]} – {days[-1]}" if inputs.hours else none,
        ),
        (("打卡", "check-ins"), f"{len(inputs.checkins)} {'次' if zh else ''}".strip() if inputs.checkins else none),
        (("录像", "recordings"), f"{len(inputs.segments)} {'个文件' if zh else 'files'}" if inputs.segments else none),
        (("政策", "rulebook"), _law(session, lang)),
        (("感知", "senses"), _senses_line(lang, senses)),
    )
    for names, found in (*rows, (("认人（默认关闭）", "faces (off by default)"), _faces_line(lang))):
        facts.add_row(names[0] if zh else names[1], escape(found))
    out.print(facts)
    _show_recordings(session, lang)
    _show_blindness(lang, senses)
    _show_faults(session, lang)


def _law(session: Verification, lang: Lang) -> str:
    """The document in force, with how long it still holds where that is not long."""
    law, zh = session.case.law, lang is Lang.ZH
    if law.book is None:
        return HEADLINES[law.none_because.reason if law.none_because else NO_RULEBOOK_IN_FORCE].say(lang)
    left = law.book.valid.days_left(law.as_of)
    soon = "" if left is None else f"（{left} 天后失效）" if zh else f" (lapses in {counted(left, 'day')})"
    return f"{law.book.title.say(lang)}{soon}"


def _senses_line(lang: Lang, senses: tuple[Sense, ...]) -> str:
    """Which networks would look, and which are not here."""
    zh = lang is Lang.ZH
    comma = "、" if zh else ", "
    line = comma.join(sense.name for sense in present(senses)) or ("没有" if zh else "none")
    lacking = comma.join(sense.name for sense in senses if sense.missing)
    return line + (f"；缺 {lacking}" if zh else f"; without {lacking}") * bool(lacking)


def _faces_line(lang: Lang) -> str:
    """Whether the optional engine for faces is installed; nothing else depends on it."""
    lacking = faces_missing()
    if not lacking:
        return face_card().model.name
    return f"没有装：{lacking}" if lang is Lang.ZH else f"not installed: {lacking}"


def _show_blindness(lang: Lang, senses: tuple[Sense, ...]) -> None:
    """What cannot be seen with what is here; no fault of the hand-in, so it changes no exit code."""
    if faces_only(senses):
        told = FACES_ONLY.say(lang.value)
        screen().print(Styled(wrapped(f"· {told} → xueshi models pull", screen().width), style="yellow"))


def _show_recordings(session: Verification, lang: Lang) -> None:
    segments = session.folder.inputs.segments
    if not segments:
        return
    zh = lang is Lang.ZH
    table = grid(
        *(
            ("摄像机", "日期", "时间", "时长", "编码", "时钟")
            if zh
            else ("camera", "day", "time", "length", "codec", "clock")
        )
    )
    for segment in sorted(
        segments, key=lambda one: (one.camera_id, one.span.start.timestamp() if one.span else 0.0, one.path)
    ):
        span = segment.span
        codec = f"{segment.codec} {segment.width}×{segment.height}" if segment.codec else "—"
        when = (
            (str(local_day(span.start)), clock(span), length_zh(span.length) if zh else length_en(span.length))
            if span
            else ("—", "—", "—")
        )
        table.add_row(segment.camera_id or "?", *when, codec, segment.clock_source.value)
    screen().print(table)


def _show_faults(session: Verification, lang: Lang) -> None:
    out, zh = screen(), lang is Lang.ZH
    tables = {file.path for file in session.folder.tables.files}  # their faults stand among those of the folder
    recordings = [file for file in session.folder.inputs.files if file.path not in tables]
    said = [f"{file.path}：{fault.say(lang.value)}" for file in recordings for fault in file.faults]
    said += [fault.line.say(lang.value) for fault in session.folder.tables.faults]
    said += [
        f"{file.path}：机构不再采用，没有作为依据（{file.aside}）" if zh else f"{file.path}: set aside ({file.aside})"
        for file in session.folder.inputs.files
        if file.aside
    ]
    said = list(dict.fromkeys(said))
    if notice := session.case.law.none_because:
        said.append(f"{notice.text.say(lang.value)} → {notice.remedy.say(lang.value) if notice.remedy else ''}")
    for line in said:
        out.print(Styled(wrapped(f"· {line}", out.width), style="yellow"))
    if not said:
        out.print("✓ 材料齐全，没有发现问题" if zh else "✓ complete, nothing wrong was found", style="blue")


def _document(session: Verification) -> dict[str, object]:
    inputs = session.folder.inputs
    return {
        "schema": "xueshi.doctor/1",
        "roster": len(inputs.trainees),
        "hours": len(inputs.hours),
        "checkins": len(inputs.checkins),
        "policy": session.case.law.reference,
        "no_rulebook": session.case.law.none_because,
        "senses": senses_here(),
        "faces": {"model": face_card().model.name, "missing": faces_missing()},
        "inputs": [_entry(file) for file in inputs.files],
        "questions": [question.text for question in session.folder.questions],
        "faults": [fault.line for fault in session.folder.tables.faults],
    }


def _entry(file: InputFile) -> dict[str, object]:
    return {
        "path": file.path,
        "role": file.role,
        "size_bytes": file.size_bytes,
        "camera": file.camera_id,
        "span": file.span,
        "clock_source": file.clock_source,
        "aside": file.aside,
        "faults": file.faults,
    }
