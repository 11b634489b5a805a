import getpass
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.database import DbOption
from cli.retention_view import (
    REFUSED,
    code,
    ordered,
    plain,
    plain_preview,
    show_certificates,
    show_due,
    show_forgotten,
    show_previews,
    show_refusals,
    show_swept,
    swept,
)
from cli.terminal import JsonOption, Lang, LangOption, examples, print_json, screen
from facts.counting import counted
from facts.errors import InputError
from facts.retention import Scope
from facts.span import SHANGHAI
from pipeline.retention import orders
from pipeline.retention.deadlines import DueObject, RetentionStage, due_list, scope_of
from pipeline.retention.orders import OrderResult
from pipeline.retention.sweep import sweep
from runtime.platform.clock import now
from runtime.recordings.preview_expiry import RecordingPreviews
from runtime.retention.certificates import bundles, check_certificate, check_certificate_file, write_bundles
from runtime.retention.command import open_ports, open_register, request_of
from runtime.retention.facts_shredding import shred_facts
from runtime.retention.hold_record import new_hold
from runtime.retention.previews import forget_previews, previews_of

_DAYS = re.compile(r"(\d{1,5})d?")
app = typer.Typer(
    no_args_is_help=True, help="留存与删除：到期、冻结、延长、清理 | retention: what is due, holds, extensions, sweeps"
)
KeyOption = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="签名私钥（默认当前密钥）| the private key to sign with")
]
GraceOption = Annotated[
    str, typer.Option("--grace", metavar="30d", help="到期后宽限几天才可删除 | days between due and deletion")
]
TargetArgument = Annotated[
    str, typer.Argument(metavar="CLASS|DAY|SHA256", help="班期编号、日期或文件摘要 | a class, a day or a digest")
]
DayOption = Annotated[
    str, typer.Option("--day", metavar="YYYY-MM-DD", help="只指该班这一天 | only this day of the class")
]


@app.command("due", epilog=examples("xueshi retention due", "xueshi retention due --within 90d --json"))
def due(
    within: Annotated[str, typer.Option("--within", metavar="30d", help="未来几天内到期 | due within so many days")] = (
        "30d"
    ),
    everything: Annotated[bool, typer.Option("--all", help="连未到期的一并列出 | also what is not due yet")] = False,
    grace: GraceOption = "30d",
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """列出即将到期、已到期与冻结的证据及其条款 | what comes due, what is held, and by which clause."""
    request, ahead = request_of(db), _days(within, "--within")
    register, previews = open_register(request), previews_of(request)
    rows = due_list(register.live(), register.holds(), now(), grace=_days(grace, "--grace"), within=ahead)
    shown = [row for row in rows if everything or row.stage is not RetentionStage.KEPT]
    if as_json:
        print_json([*(plain(row) for row in shown), *(plain_preview(one, now()) for one in previews)])
        return
    show_previews(previews, lang)
    if not shown:
        none = (
            ("没有登记任何证据", "nothing is registered")
            if not rows
            else ("近期没有到期或冻结的证据", "nothing is due or held")
        )
        screen().print(none[lang is not Lang.ZH])
        return
    show_due(shown, lang)


@app.command("hold", epilog=examples("xueshi retention hold JZ-2025-04-01 --reason 投诉 --case 阳人社察〔2026〕12号"))
def hold(
    target: TargetArgument,
    reason: Annotated[str, typer.Option("--reason", help="原因：争议、抽查…… | a dispute, a spot check …")],
    case: Annotated[str, typer.Option("--case", help="案号或文号 | the case or order number")] = "",
    by: Annotated[str, typer.Option("--by", help="谁冻结（默认登录名）| who places it")] = "",
    day: DayOption = "",
    key: KeyOption = None,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """冻结：案件了结前一律不得删除 | keep it whatever the date, until somebody releases it."""
    desk = open_ports(request_of(db, key))
    placed, done = orders.hold(desk, new_hold(_scope(target, day), reason, case, by or getpass.getuser()))
    if as_json:
        print_json({"hold": placed.id, "objects": [ordered(one) for one in done]})
    else:
        line = f"已冻结 {len(done)} 件，编号 {placed.id}" if lang is Lang.ZH else f"{len(done)} held as {placed.id}"
        screen().print(escape(line))
        if not done:
            zh = "暂无登记的证据符合；以后封存的仍会冻结"
            screen().print(zh if lang is Lang.ZH else "nothing kept matches yet; what is sealed later will be held")
        show_refusals(done, lang)
    raise typer.Exit(code(done))


@app.command("release", epilog=examples("xueshi retention release 3fa91c07"))
def release(
    hold_id: Annotated[str, typer.Argument(metavar="HOLD", help="冻结编号，见 due | the hold's id, see due")],
    by: Annotated[str, typer.Option("--by", help="谁解除（默认登录名）| who releases it")] = "",
    key: KeyOption = None,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """解除一项冻结，其余冻结不变 | lift one hold; the others stand."""
    done = orders.release(open_ports(request_of(db, key)), hold_id, by or getpass.getuser())
    _tell(done, lang, ("已解除冻结", "released"), as_json=as_json)


@app.command(
    "extend",
    epilog=examples(
        "xueshi retention extend JZ-2025-04-01 --paid 2025-08-20",
        "xueshi retention extend 2025-04-07 --until 2030-12-31 --reason 审计要求",
    ),
)
def extend(
    target: TargetArgument,
    paid: Annotated[str, typer.Option("--paid", metavar="YYYY-MM-DD", help="补贴拨付之日 | the payout day")] = "",
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="另须留存至 | keep until then")] = "",
    reason: Annotated[str, typer.Option("--reason", help="延长的依据（配合 --until）| why, with --until")] = "",
    day: DayOption = "",
    key: KeyOption = None,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """延长留存：得知拨付日，或另有要求；只能变长 | keep longer, by the payout day or an order; never shorter."""
    if bool(paid) == bool(until) or (until and not reason):
        raise InputError(
            "extend: got neither or both of --paid and --until, or --until without --reason, expected --paid DATE or"
            " --until DATE --reason WHY"
        )
    desk, scope = open_ports(request_of(db, key)), _scope(target, day)
    if paid:
        done = orders.pay(desk, scope, _date(paid, "--paid"))
    else:
        last = datetime.combine(_date(until, "--until") + timedelta(days=1), time(), SHANGHAI)
        done = orders.keep_longer(desk, scope, last, reason)
    _tell(done, lang, ("留存期已核定", "kept as asked"), as_json=as_json)


@app.command("sweep", epilog=examples("xueshi retention sweep", "xueshi retention sweep --yes"))
def sweep_due(
    yes: Annotated[bool, typer.Option("--yes", help="真的删除（否则只列出）| delete; otherwise only list")] = False,
    grace: GraceOption = "30d",
    key: KeyOption = None,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """清理：只删到期且未冻结的证据，逐件出具签名的删除证明 | delete only what is due, with a signed certificate each.

    退出码 exit codes: 0 无异常 nothing to look at · 30 有证据库拒绝或缺失 a store refused or lacks something
    """
    request = request_of(db, key, _days(grace, "--grace"))
    if not yes:
        register = open_register(request)
        rows = due_list(register.live(now()), register.holds(), now(), grace=request.grace, within=timedelta())
        over = [one for one in previews_of(request) if now() > one.ends_at]
        _listed([row for row in rows if row.stage is RetentionStage.DELETABLE], over, lang, as_json=as_json)
        return
    desk, previews = open_ports(request), forget_previews(request)
    with desk.register.alone():
        behind = [one for one in orders.catch_up(desk) if one.refusal]
    done = list(sweep(desk))
    shredded = shred_facts(request)
    if as_json:
        told = {"swept": [swept(one) for one in done], "behind": [ordered(one) for one in behind]}
        print_json({**told, "previews": previews, "facts_destroyed": list(shredded)})
    else:
        show_swept(done, lang)
        if shredded:
            zh, en = (
                f"已销毁 {len(shredded)} 个班期的姓名与证号",
                f"names and numbers of {counted(len(shredded), 'class')} destroyed",
            )
            screen().print(zh if lang is Lang.ZH else en)
        show_forgotten(previews, lang)
        show_refusals(behind, lang)
    raise typer.Exit(0 if not behind and all(one.sound for one in done) else REFUSED)


def _listed(rows: Sequence[DueObject], over: Sequence[RecordingPreviews], lang: Lang, *, as_json: bool) -> None:
    if as_json:
        print_json([*(plain(row) for row in rows), *(plain_preview(one, now()) for one in over)])
        return
    show_previews(over, lang)
    show_due(rows, lang)
    zh = f"以上 {len(rows)} 件可以删除；确认后加 --yes" if rows else "没有可以删除的证据"
    en = f"{len(rows)} may be deleted; add --yes to delete them" if rows else "nothing may be deleted"
    screen().print(zh if lang is Lang.ZH else en)


def _tell(done: Sequence[OrderResult], lang: Lang, said: tuple[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json([ordered(one) for one in done])
    else:
        screen().print(f"{said[0]}：{len(done)} 件" if lang is Lang.ZH else f"{said[1]}: {len(done)}")
        show_refusals(done, lang)
    raise typer.Exit(code(done))


def _scope(target: str, day: str) -> Scope:
    return scope_of(target, _date(day, "--day") if day else None)


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{option}: got {text[:40]!r}, expected a day such as 2026-08-20") from error


def _days(text: str, option: str) -> timedelta:
    found = _DAYS.fullmatch(text.strip())
    if found is None:
        raise InputError(f"{option}: got {text[:40]!r}, expected days such as 30d")
    return timedelta(days=int(found[1]))


@app.command(
    "certificates",
    epilog=examples(
        "xueshi retention certificates --out 删除证明",
        "xueshi retention certificates --check 删除证明/00000012-3fa91c07b2d4.json",
    ),
)
def certificates(
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="每件写成一个文件 | one file each")] = None,
    check: Annotated[
        list[Path] | None, typer.Option("--check", metavar="FILE", help="离线核验这份证明 | check this file, offline")
    ] = None,
    fingerprint: Annotated[
        list[str] | None,
        typer.Option("--fingerprint", metavar="KEY", help="机构公布的密钥指纹（可多次）| the published fingerprints"),
    ] = None,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """列出、导出、核验删除证明（签名与日志位置）| list, export and check deletion certificates.

    退出码 exit codes: 0 全部成立 all hold · 30 有一份不成立 one does not
    """
    if check:
        found = [check_certificate_file(path, fingerprint or ()) for path in check]
    else:
        request = request_of(db)
        found = [check_certificate(name, data, fingerprint or ()) for name, data in bundles(request)]
        if out:
            write_bundles(out, request)
    if as_json:
        print_json(found)
    else:
        show_certificates(found, lang)
    raise typer.Exit(REFUSED if any(one.faults for one in found) else 0)
