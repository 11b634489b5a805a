import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from attendance.times import length_en, length_zh
from cli.claims import show as show_claim
from cli.package_check import BROKEN, show_checked
from cli.progress import ProgressDisplay, ProgressMode
from cli.terminal import Lang, LangOption, grid, screen
from cli.verdict_view import show
from cli.verification import ProgressOption
from demo.sample import SampleHour, draw_class, draw_open_class
from facts.errors import InputError
from facts.verdict import HourVerdict
from runtime.demo.claim import claim_for_demo
from runtime.demo.people import Login
from runtime.demo.review_class import OPEN_CLASS, OpenClass
from runtime.demo.sealing import SealedSample as Sealing
from runtime.demo.sealing import ended, seal_and_check
from runtime.demo.service import fill
from runtime.platform.clock import now
from runtime.platform.settings import settings_from
from runtime.verification.command import (
    VerificationRequest,
    VerificationResult,
    begin_verification,
    finish_verification,
    hash_inputs,
)

_MARK = "class.toml"


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="画到哪个文件夹 | where to draw it")] = Path(
        "demo-class"
    ),
    seed: Annotated[int, typer.Option("--seed", help="换一个数，换一班人 | another number, another class")] = 1,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="再装满一个示范服务 DIR-service | also fill a service of its own beside it"),
    ] = False,
    lang: LangOption = Lang.ZH,
    progress: ProgressOption = ProgressMode.AUTO,
) -> None:
    """画一个示范班期（没有真人）：核验、与真值对照、封存、再核验证据包、筛查一份申领 | draw a class, verify, seal, check, screen a claim.

    密钥和日志只在示范文件夹里，不动本人的 | the keys stay inside the demo's folder.

    退出码 exit codes: 0 · 30 证据包有误 unsound
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise InputError(f"{folder}: got a folder with other files in it, expected an empty or new one; name another")
    with ProgressDisplay(progress, lang) as teller:
        drawn = draw_class(folder, seed=seed, progress=teller.stage("绘制示范班期", "draw the sample class"))
        session = hash_inputs(
            begin_verification(VerificationRequest(folder, lang=lang.value)), teller.stage("计算摘要", "hash")
        )
        made = finish_verification(session, teller)
    show(made, lang)
    by_start = {hour.span.start: hour.id for hour in made.report.hours}
    verdicts = {verdict.hour_id: verdict for verdict in made.report.verdicts}
    _compare([(one, verdicts[by_start[one.hour.span.start]]) for one in drawn], lang)
    with ProgressDisplay(progress, lang) as teller:
        shown = seal_and_check(session, teller)
    # before the claim is written anew: an earlier one lies among the folder's papers
    filled = _fill_service(folder, made, seed, progress, lang) if serve else None
    claimed = claim_for_demo(folder, made.files[0].parent, seed=seed, lang=lang.value)
    show_claim(claimed, lang)
    _tell(shown, made.files[0], claimed.files[0], lang)
    if filled:
        _invite(*filled, lang)
    raise typer.Exit(0 if shown.sound else BROKEN)


def _fill_service(
    folder: Path, made: VerificationResult, seed: int, progress: ProgressMode, lang: Lang
) -> tuple[Path, tuple[Login, ...]]:
    """A service beside the folder, in a home of its own; this user's keys and data stay as they are."""
    place = folder.resolve().with_name(f"{folder.resolve().name}-service")
    settings = settings_from({"XUESHI_HOME": str(place)})
    with ProgressDisplay(progress, lang) as teller:
        told = teller.stage("绘制待复核的班期", "draw a class for people to look at")
        drawn = OpenClass(
            place / "open-class", draw_open_class(place / "open-class", OPEN_CLASS, seed=seed, progress=told)
        )
    logins = fill(settings, now, made, folder, place / "demo", seed=seed, further=drawn)
    return place, logins


def _invite(place: Path, logins: tuple[Login, ...], lang: Lang) -> None:
    """How to sign in; a password is told this once."""
    zh, out = lang is Lang.ZH, screen()
    out.print("\n[bold]" + ("示范服务" if zh else "a service to look at") + "[/bold]")
    if logins:
        table = grid(*(("角色", "登录名", "密码（只显示这一次）") if zh else ("role", "name", "password (shown once)")))
        for one in logins:
            table.add_row(escape(one.role.text.say(lang.value)), one.name, one.password)
        out.print(table)
    else:
        said = "已装过；忘了密码请删除该文件夹再来一次" if zh else "filled before; remove the folder to begin anew"
        out.print(f"{said}: {escape(str(place))}", soft_wrap=True)
    out.print(escape(f"xueshi serve --home {shlex.quote(str(place))}"), soft_wrap=True)


def _tell(shown: Sealing, report: Path, claim: Path, lang: Lang) -> None:
    """The tree of ✓, and one block of everything there is to open."""
    zh, out = lang is Lang.ZH, screen()
    out.print("\n[bold]" + ("封存并核验证据包" if zh else "sealed, and checked as a stranger would") + "[/bold]")
    show_checked(shown.package, shown.checked, lang)
    good = shown.stranger_code == 0
    out.print(escape(ended(shown.stranger_code).say(lang.value)), style="bold blue" if good else "bold red")
    if not good:
        out.print(escape(shown.stranger_said), soft_wrap=True)
    paths = (
        ("核验报告（请打开）", "report (open it)", report),
        ("申领核查页（请打开）", "claim page (open it)", claim),
        ("证据包", "package", shown.package),
        ("树头（交监管部门）", "head (for the regulator)", shown.sealed.head_file),
        ("自己再核一遍", "check it yourself", f"python3 {shlex.quote(str((shown.package / 'verify.py').resolve()))}"),
    )
    out.print()
    for name_zh, name_en, what in paths:
        said = str(what.resolve()) if isinstance(what, Path) else what
        out.print(escape(f"{name_zh if zh else name_en}: {said}"), soft_wrap=True)


def _compare(pairs: list[tuple[SampleHour, HourVerdict]], lang: Lang) -> None:
    """What was drawn beside what was found, so that anybody sees how far the machine can be trusted."""
    zh = lang is Lang.ZH
    titles = (
        ("学时", "画出人数", "数到人数", "画的最长段", "测得最长段")
        if zh
        else ("hour", "people drawn", "counted", "longest run drawn", "measured")
    )
    table = grid(*titles)
    say = length_zh if zh else length_en
    for drawn, verdict in pairs:
        truth = drawn.truth
        people = max(moment.in_view for moment in truth.seconds)
        runs = [span for spans in truth.recorded.values() for span in spans]
        found = max((run.span.length for run in verdict.runs), default=None)
        counted = max(verdict.headcount.counts, default=0)
        table.add_row(
            escape(drawn.hour.label),
            f"{people}{(' + 教师 1' if zh else ' + a teacher') if drawn.scenario.teacher else ''}",
            str(counted),
            say(max(run.length for run in runs)),
            say(found) if found else "—",
        )
    out = screen()
    out.print("\n[bold]" + ("与真值对照" if zh else "compared with the truth") + "[/bold]")
    out.print(table)
