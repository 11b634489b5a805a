import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli.columns import learn
from cli.progress import ProgressDisplay, ProgressMode
from cli.rulebooks import ShelfOption, open_shelf
from cli.terminal import Lang, LangOption, print_json
from cli.verdict_view import show
from pipeline.verification.outcome import FailOn, exit_code
from runtime.verification.command import (
    Verification,
    VerificationRequest,
    begin_verification,
    finish_verification,
    hash_inputs,
)
from runtime.verification.stored_recordings import recordings_elsewhere

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="一个班期的文件夹 | the folder of one class")]
ReportJson = Annotated[
    str,
    typer.Option(
        "--json", metavar="FILE|-", help="另存 JSON 报告 | write the JSON report here too; - is standard output"
    ),
]
ProvisionalOption = Annotated[
    bool,
    typer.Option(
        "--provisional",
        help="暂按 --policy 所指的已失效文件试判，不能作为付款依据 | try the lapsed document of --policy; pays nothing",
    ),
]
ProgressOption = Annotated[ProgressMode, typer.Option("--progress", help="进度显示 | how progress is shown")]


def verify(
    folder: FolderArgument,
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="政策编号或 TOML 文件 | a rulebook's id or file")
    ] = "",
    provisional: ProvisionalOption = False,
    rulebooks: ShelfOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="报告放到哪里（默认 FOLDER/核验报告）| where the report goes"),
    ] = None,
    as_json: ReportJson = "",
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="从哪种结果起以非零码退出 | from which outcome on to exit non-zero")
    ] = FailOn.DOUBT,
    lang: LangOption = Lang.ZH,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", min=0, help="并行进程数（0 = 每个处理器一个）| processes; 0 is one for each processor"
        ),
    ] = 0,
    show_faces: Annotated[
        bool, typer.Option("--show-faces", help="报告中不遮挡人脸（须有合法依据）| leave faces unblurred")
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="CARD.toml", help="换用另一检测模型 | another detector, by its card"),
    ] = None,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="沿用上次未变的结果 | reuse earlier results")
    ] = True,
    progress: ProgressOption = ProgressMode.AUTO,
    store: Annotated[
        str,
        typer.Option(
            "--store",
            metavar="URL",
            envvar="XUESHI_STORE",
            help="不在文件夹中的录像所在的证据库 | the store of recordings that do not lie in the folder",
        ),
    ] = "",
) -> None:
    """核验一个班期文件夹：逐学时给出结论、原因和办法 | judge a class folder hour by hour.

    退出码 exit codes: 0 全部达标或免验 all pass or exempt · 10 有疑点 doubts · 20 材料不足 inputs insufficient · 30 有不达标 fails ·
    2 用法 usage · 70 内部错误 internal · 130 中断 interrupted
    """
    card, shelf = str(model or ""), open_shelf(rulebooks)
    request = VerificationRequest(
        folder, policy, out, lang.value, workers, show_faces, cache, card, provisional=provisional, shelf=shelf
    )
    with ExitStack() as opened:
        teller = opened.enter_context(ProgressDisplay(progress, lang))
        request = replace(request, stored=opened.enter_context(recordings_elsewhere(folder, store)))
        session = begin_verification(request, teller.stage("读取", "read"))
        if session.folder.questions and sys.stdin.isatty() and learn(folder, session.folder.questions, lang):
            session = begin_verification(request, teller.stage("读取", "read"))
        _first_look(session, lang)
        session = hash_inputs(session, teller.stage("计算摘要", "hash"))
        made = finish_verification(session, teller)
    if as_json != "-":
        show(made, lang)
    if as_json:
        print_json(made.document, None if as_json == "-" else Path(as_json))
    raise typer.Exit(exit_code(made.outcome, fail_on))


def _first_look(session: Verification, lang: Lang) -> None:
    """What is wrong with the inputs is said before the long work begins."""
    out = notes()
    for file in session.folder.inputs.files:
        for fault in file.faults:
            out.print(escape(f"· {file.path}：{fault.say(lang.value)}"), style="yellow")


def notes() -> Console:
    """Where things are said that are not the answer."""
    return Console(stderr=True, highlight=False)
