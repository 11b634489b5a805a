from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.database import DbOption
from cli.progress import ProgressDisplay, ProgressMode
from cli.rulebooks import ShelfOption, open_shelf
from cli.terminal import JsonOption, Lang, LangOption, print_json, screen, wrapped
from cli.verdict_view import show_finding
from cli.verification import ProgressOption, ProvisionalOption
from runtime.evidence_log.time_stamps import Authority
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.sealing.command import SealResult, seal
from runtime.sealing.report_location import refuse_changed, seal_target
from runtime.sealing.request import SealRequest
from runtime.verification.command import VerificationRequest, begin_verification, hash_inputs

TsaOption = Annotated[
    str,
    typer.Option("--tsa", metavar="URL", envvar="XUESHI_TSA", help="请此机构盖时间戳 | a time stamping authority"),
]
TsaRootsOption = Annotated[
    Path | None,
    typer.Option(
        "--tsa-ca", metavar="FILE", envvar="XUESHI_TSA_CA", help="它的可信根（PEM）| the roots that it must lead to"
    ),
]


def seal_folder(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER|REPORT", help="班期文件夹，或其中的核验报告 | a class folder, or its report"),
    ],
    store: Annotated[
        str, typer.Option("--store", metavar="URL", help="原件存入证据库 | put the originals into this evidence store")
    ] = "",
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="签名私钥（默认当前密钥）| the private key to sign with"),
    ] = None,
    identified: Annotated[
        bool, typer.Option("--identified", help="含真实姓名、证号、人脸与原件 | real names, numbers, faces, originals")
    ] = False,
    without_originals: Annotated[
        bool,
        typer.Option(
            "--without-originals", help="原件不入包，列在 fetch.txt | name the originals in fetch.txt instead"
        ),
    ] = False,
    tsa: TsaOption = "",
    tsa_ca: TsaRootsOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="证据包放到哪里 | where the packages go")
    ] = None,
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="政策编号或 TOML 文件 | a rulebook's id or file")
    ] = "",
    provisional: ProvisionalOption = False,
    rulebooks: ShelfOption = None,
    model: Annotated[
        Path | None, typer.Option("--model", metavar="CARD.toml", help="换用另一检测模型 | another detector")
    ] = None,
    db: DbOption = "",
    workers: Annotated[int, typer.Option("--workers", min=0, help="并行进程数 | processes")] = 0,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressMode.AUTO,
) -> None:
    """封存：核验后每天一个证据包，签名、入日志 | seal one signed package for each class day.

    默认遮蔽：姓名证号换成带密钥的摘要、人脸打码、原件只记摘要 | masked by default: names are keyed pseudonyms, faces are
    blurred, originals are named by digest; --identified puts them in, and that is recorded.
    """
    named = seal_target(folder)
    shelf, card = open_shelf(rulebooks), str(model or "")
    request = VerificationRequest(
        named.folder, policy, out, lang.value, workers, identified, card=card, provisional=provisional, shelf=shelf
    )
    with ProgressDisplay(progress, lang) as teller:
        session = begin_verification(request, teller.stage("读取", "read"))
        session = hash_inputs(session, teller.stage("计算摘要", "hash"))
        refuse_changed(named, session)
        authority = Authority(tsa, tsa_ca)
        asked = SealRequest(request, store, key, identified, without_originals, home(environment()), db, authority)
        made = seal(asked, session, teller)
    if as_json:
        print_json({**_plain(made), "masked": not identified, "no_rulebook": session.case.law.none_because})
    else:
        _show(made, lang, masked=not identified)
        if session.case.law.none_because:
            show_finding(session.case.law.none_because, lang)


def _plain(made: SealResult) -> dict[str, object]:
    return {
        "packages": [str(path) for path in made.packages],
        "head": str(made.head_file),
        "key": made.fingerprint,
        "keep_until": made.retention_period.until,
        "enforcement": made.level,
        "time_stamp": made.stamp.en,
        "time_stamp_faults": list(made.stamp_faults),
    }


def _show(made: SealResult, lang: Lang, *, masked: bool) -> None:
    out, zh = screen(), lang is Lang.ZH
    for path in made.packages:
        out.print(f"✓ {'证据包' if zh else 'package'}: {escape(str(path))}", soft_wrap=True)
    out.print(
        f"{'请把树头文件交监管部门留存' if zh else 'hand this head to the regulator'}: {escape(str(made.head_file))}",
        soft_wrap=True,
    )
    out.print(f"{'密钥指纹' if zh else 'key fingerprint'}: {made.fingerprint}")
    out.print(escape(wrapped(made.retention_period.text.say(lang), out.width)))
    if made.lapsed:
        out.print("留存义务已到期，仅锁定一天" if zh else "the duty has ended; locked for one day only", style="yellow")
    level = f"{'约束级别' if zh else 'enforcement'} {made.level} — {made.level_text.say(lang)}"
    out.print(escape(wrapped(level, out.width)), style="bold yellow" if made.level in {"none", "application"} else "")
    mark, style = ("⚠ ", "bold yellow") if made.stamp_faults else ("", "")
    out.print(escape(wrapped(f"{mark}{made.stamp.say(lang)}", out.width)), style=style)
    if masked:
        note = (
            "已遮蔽；需要含姓名、人脸和原件的包时加 --identified"
            if zh
            else "masked; add --identified for a package with names, faces and originals"
        )
        out.print(note, style="dim")
