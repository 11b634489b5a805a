import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from cli.lock_check import need_unix
from cli.progress import ProgressDisplay, ProgressMode
from cli.rulebooks import ShelfOption, open_shelf
from cli.service import listener_at, serve_at
from cli.terminal import Lang, LangOption
from cli.verdict_view import show
from cli.verification import FolderArgument, ProgressOption
from runtime.platform.clock import now
from runtime.platform.environment import change_environment, environment
from runtime.platform.settings import settings_from
from runtime.reviews.own_class import OwnClass
from runtime.verification.command import (
    VerificationRequest,
    begin_verification,
    finish_verification,
    hash_inputs,
)

_LOOPBACK = "127.0.0.1"


def review(
    folder: FolderArgument,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口（只在本机）| port, loopback only")] = 8100,
    place: Annotated[
        Path | None,
        typer.Option("--home", metavar="DIR", help="标记存放处（默认 FOLDER-自查）| where marks are kept"),
    ] = None,
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="政策编号或 TOML 文件 | a rulebook's id or file")
    ] = "",
    rulebooks: ShelfOption = None,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="打开浏览器 | open the browser")] = True,
    lang: LangOption = Lang.ZH,
    progress: ProgressOption = ProgressMode.AUTO,
) -> None:
    """机构自查：核验本机构的班期文件夹，在本机打开复核页自己标人头 | an institution reviews its own class on this machine.

    标记是机构自标：告诉监管人员该看哪里，本身不改变结论；只在本机 127.0.0.1，Ctrl-C 结束 | marks of the institution change no
    verdict; on 127.0.0.1 only, Ctrl-C ends.
    """
    own = place or folder.resolve().with_name(f"{folder.resolve().name}-自查")
    need_unix()
    os.umask(0o077)
    # Asked for first: nobody waits for a verification to hear that the port is taken.
    with listener_at(_LOOPBACK, port) as listener:
        request = VerificationRequest(folder, policy, lang=lang.value, shelf=open_shelf(rulebooks))
        with ProgressDisplay(progress, lang) as teller:
            session = hash_inputs(
                begin_verification(request, teller.stage("读取", "read")), teller.stage("计算摘要", "hash")
            )
            made = finish_verification(session, teller)
        show(made, lang)
        given = {"XUESHI_HOME": str(own), "XUESHI_HOST": _LOOPBACK, "XUESHI_PORT": str(port)}
        given |= {"XUESHI_RULEBOOKS": str(rulebooks)} if rulebooks else {}
        change_environment(
            {**dict.fromkeys(("XUESHI_DB", "XUESHI_DB_FILE", "XUESHI_STORE", "XUESHI_ADDRESS")), **given}
        )
        link = OwnClass(settings_from(environment()), now, folder).opened(made)
        words = (
            ("复核页（链接只能用一次）", "标记存于")
            if lang is Lang.ZH
            else ("the page (the link works once)", "marks lie in")
        )
        sys.stdout.write(f"{words[0]}: {link}\n{words[1]}: {own}\n")
        sys.stdout.flush()
        if browser and sys.stdout.isatty():
            webbrowser.open(link)
        serve_at(listener)
