import json
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy import Engine

from cli.keys import KeysOption
from cli.terminal import (
    JsonOption,
    Lang,
    LangOption,
    ShelfOption,
    examples,
    grid,
    open_shelf,
    print_json,
    screen,
    wrapped,
)
from facts.codec import plain
from facts.errors import InputError, SetupError
from facts.history import HistoryDoubt, Limits
from facts.idnumber import IdNumber
from facts.registry import Registry
from ingest.registries.columns import COLUMNS, REQUIRED, TITLES
from ingest.tables.fault import TableFault
from runtime.clock import today
from runtime.history import Taken, import_file, limits_of
from runtime.home import home
from storage.database.opening import reading, shown, sqlite_address
from storage.database.schema import open_database
from storage.history.keys import HistoryKeys, keys_in
from storage.history.ledger import counts, imports
from storage.history.person import past_of
from storage.history.screen import abouts, whole

FAULTY = 2
app = typer.Typer(
    no_args_is_help=True, help="历史比对：导入各登记，找出疑点 | the history: import registries, list doubts"
)
DbOption = Annotated[
    str, typer.Option("--db", envvar="XUESHI_DB", metavar="ADDRESS", help="数据库地址（默认本机文件）| the database")
]


def _engine(address: str) -> Engine:
    return open_database(address or sqlite_address(home(os.environ) / "xueshi.db"))


def _keys(folder: Path | None, *, make: bool = False) -> HistoryKeys:
    return keys_in(folder or home(os.environ) / "keys", make=make)


@app.command(
    "import",
    epilog=examples(
        "xueshi history import 实名制2024.xlsx --as realname",
        "xueshi history import 养老待遇.csv --as pension --seen 2026-06-30",
        "xueshi history import 处理名单.xlsx --as sanctions --dry-run",
    ),
)
def import_registry(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="XLSX 或 CSV（UTF-8、GB18030）| XLSX or CSV")],
    registry: Annotated[Registry, typer.Option("--as", help="这是什么登记 | which registry it is")],
    seen: Annotated[
        datetime | None,
        typer.Option("--seen", formats=["%Y-%m-%d"], metavar="DAY", help="导出日期（默认今天）| the day of the export"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 | check only")] = False,
    leave_out: Annotated[
        bool, typer.Option("--leave-out-faulty", help="略去有误的行，其余导入 | import all but the faulty rows")
    ] = False,
    db: DbOption = "",
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """导入一份登记；有一处错误即整份不导入，并列出全部错误 | import one file whole, or list every fault.

    退出码 exit codes: 0 已导入或早已导入 imported, or known already · 2 有误，未导入 faulty, nothing imported
    """
    engine = _engine(db)
    day = seen.date() if seen else today()
    stderr = Console(stderr=True, highlight=False)
    with stderr.status("…") if stderr.is_terminal else nullcontext() as bar:
        taken = import_file(
            engine,
            _keys(keys, make=not dry_run),
            file,
            registry,
            day,
            dry_run=dry_run,
            leave_out=leave_out,
            told=lambda done: bar.update(f"{done:,} 行 rows") if bar else None,
        )
    _tell(taken, lang, dry_run=dry_run)
    if not (taken.written or taken.known) and (taken.read.faults or not dry_run):
        raise typer.Exit(FAULTY)


def _tell(taken: Taken, lang: Lang, *, dry_run: bool) -> None:
    out, zh = screen(), lang is Lang.ZH
    for each, sign, style in ((taken.read.faults, "✗", "red"), (taken.read.notes, "·", "dim")):
        for fault in each:
            _tell_fault(out, fault, f"[{style}]{sign}[/{style}]", lang)
    rows, left_out = len(taken.read.rows), taken.read.left_out
    if taken.known:
        words = "此文件已导入过，未作改动" if zh else "this very file was imported before; nothing changed"
    elif taken.written:
        words = f"已导入 {rows} 行，略去 {left_out} 行" if zh else f"{rows} rows imported, {left_out} left out"
    elif dry_run:
        words = (
            f"可导入 {rows} 行，有误 {left_out} 行；未写入"
            if zh
            else f"{rows} rows good, {left_out} faulty; not written"
        )
    else:
        words = f"有误 {left_out} 行，全部未导入" if zh else f"{left_out} faulty rows; nothing was imported"
    out.print(words)


def _tell_fault(out: Console, fault: TableFault, sign: str, lang: Lang) -> None:
    out.print(f"{sign} {escape(wrapped(fault.line.say(lang), max(out.width - 2, 20)))}")


@app.command("registries", epilog=examples("xueshi history registries"))
def registries(lang: LangOption = Lang.ZH) -> None:
    """列出可导入的登记及其必需列 | the registries, and the columns each cannot do without."""
    zh = lang is Lang.ZH
    table = grid(
        *(("--as", "登记", "必需列", "可选列") if zh else ("--as", "registry", "needed", "optional")), fold=(2, 3)
    )
    for registry in Registry:
        needed = [" / ".join(COLUMNS[registry][name].split()[0] for name in group) for group in REQUIRED[registry]]
        named = {name for group in REQUIRED[registry] for name in group}
        rest = [words.split()[0] for name, words in COLUMNS[registry].items() if name not in named]
        table.add_row(registry.value, TITLES[registry].say(lang), "、".join(needed), "、".join(rest))
    screen().print(table)


@app.command("status", epilog=examples("xueshi history status", "xueshi history status --json"))
def status(db: DbOption = "", lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """历史里有多少，从哪些文件来 | how much the history holds, and from which files."""
    engine = _engine(db)
    with reading(engine, "reading the history") as connection:
        held, ledger = counts(connection), imports(connection)
    if as_json:
        print_json({"database": shown(engine), "counts": held, "imports": ledger})
        return
    out, zh = screen(), lang is Lang.ZH
    out.print("、".join(f"{_COUNTS[name] if zh else name} {number:,}" for name, number in held.items()), soft_wrap=True)
    table = grid(
        *(("导出日", "登记", "行", "略去", "文件") if zh else ("as of", "registry", "rows", "left out", "file"))
    )
    for one in ledger:
        table.add_row(str(one.seen), one.registry, f"{one.rows:,}", str(one.left_out), escape(one.file))
    out.print(table)


@app.command(
    "doubts",
    epilog=examples(
        "xueshi history doubts --policy yangquan-2024 --since 2026-01-01",
        "xueshi history doubts --detector overlap.hours --json - --limit 100",
        "xueshi history doubts --set account.shared.people=3",
    ),
)
def doubts(
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="按哪份规则算重复享受 | whose keys tell a repetition")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], metavar="DAY", help="只列此日及以后的 | from this day on"),
    ] = None,
    detector: Annotated[
        list[str] | None,
        typer.Option("--detector", metavar="ID", help="只用此项（可多次）| only this one (repeatable)"),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ID.NAME=N", help="改一个参数（可多次）| set a parameter (repeatable)"),
    ] = None,
    where: Annotated[str, typer.Option("--json", metavar="FILE|-", help="每行一条 JSON | one JSON object a line")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多列几条 | at most so many")] = 1_000_000,
    db: DbOption = "",
    rulebooks: ShelfOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """列出历史中的疑点，先易后难，不加总不打分 | every doubt, the cheapest check first; never summed to a score."""
    engine = _engine(db)
    limits = limits_of(open_shelf(rulebooks).book(policy)) if policy else Limits()
    chosen = tuple(detector or ())
    parameters = _settings(settings or [])
    with reading(engine, "screening the history") as connection:
        found = whole(connection, limits, parameters, chosen)
        kept = (each for each in found if since is None or each.latest >= since.date())
        _show(islice(kept, limit), where, lang)
    if not policy and not chosen and not where:
        zh = lang is Lang.ZH
        words = (
            "未比对重复享受：请用 --policy 指定规则"
            if zh
            else "repetition was not asked about: name a rulebook with --policy"
        )
        screen().print(f"[dim]{words}[/dim]")


def _show(found: Iterator[HistoryDoubt], where: str, lang: Lang) -> None:
    if where == "-":
        _lines(found, sys.stdout)
    elif where:
        try:
            with Path(where).open("w", encoding="utf-8") as file:
                _lines(found, file)
        except OSError as error:
            raise SetupError(f"{where}: cannot be written ({error.strerror}); choose another file") from error
    else:
        _print(found, lang)


def _lines(found: Iterator[HistoryDoubt], file: TextIO) -> None:
    for each in found:
        body = {
            "schema": "xueshi.history-doubt/1",
            "latest": each.latest,
            "doubt": each.as_doubt(),
            "classes": each.classes,
        }
        file.write(json.dumps(plain({**body, "numbers": dict(each.numbers)}), ensure_ascii=False) + "\n")


def _print(found: Iterator[HistoryDoubt], lang: Lang) -> None:
    out, last, number = screen(), "", 0
    for number, each in enumerate(found, start=1):  # noqa: B007 - the count outlives the loop
        if each.about.id != last:
            last = each.about.id
            out.print(_heading(each, lang), soft_wrap=True)
        out.print(f"  {escape(wrapped(each.text.say(lang), max(out.width - 4, 20)))}")
    out.print(f"{number} 条疑点" if lang is Lang.ZH else f"{number} doubts")


def _heading(each: HistoryDoubt, lang: Lang) -> str:
    about, zh = each.about, lang is Lang.ZH
    innocent = ("；" if zh else "; ").join(text.say(lang) for text in about.innocent)
    cost = f"核查约 {about.check_cost_s} 秒" if zh else f"a check takes about {about.check_cost_s} s"
    also = "也可能是" if zh else "may innocently be"
    rules = f" · {each.rule or ', '.join(about.rules)}" if each.rule or about.rules else ""
    return f"\n[bold]{about.title.say(lang)}[/bold] [dim]{about.id} · {about.signal}{rules} · {cost}[/dim]\n[dim]{also}：{escape(innocent)}[/dim]"


def _settings(given: list[str]) -> dict[str, dict[str, int]]:
    known = {f"{about.id}.{each.name}" for about in abouts() for each in about.parameters}
    found: dict[str, dict[str, int]] = {}
    for one in given:
        name, _, value = one.partition("=")
        if name not in known or not value.isdecimal():
            raise InputError(
                f"--set {one[:60]}: got no parameter and whole number, expected one of {', '.join(sorted(known))}"
            )
        detector, _, parameter = name.rpartition(".")
        found.setdefault(detector, {})[parameter] = int(value)
    return found


@app.command("detectors", epilog=examples("xueshi history detectors", "xueshi history detectors --lang en"))
def list_detectors(lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """列出每个检测项：找什么、无辜的解释、参数 | each detector, its innocent explanations and parameters."""
    if as_json:
        print_json(abouts())
        return
    zh = lang is Lang.ZH
    table = grid(
        *(("项", "找什么", "也可能是", "参数") if zh else ("id", "looks for", "may innocently be", "parameters")),
        fold=(1, 2, 3),
    )
    for about in abouts():
        innocent = "\n".join(f"· {text.say(lang)}" for text in about.innocent)
        own = "\n".join(f"{each.name}={each.default} {each.text.say(lang)}" for each in about.parameters)
        table.add_row(about.id, f"{about.title.say(lang)}（{about.signal}，{about.check_cost_s} s）", innocent, own)
    screen().print(table)


@app.command("person", epilog=examples("xueshi history person", "xueshi history person --json < 证号.txt"))
def person(
    db: DbOption = "",
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """某人的全部班期（遮蔽显示）；证号从提示或标准输入读取，不写在命令行 | one person's past, masked; the ID is asked."""
    raw = typer.prompt("身份证号 ID number", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    with reading(_engine(db), "reading the history") as connection:
        found = past_of(connection, _keys(keys), IdNumber(raw))
    if as_json:
        print_json(found)
        return
    out, zh = screen(), lang is Lang.ZH
    if found is None:
        out.print("历史中没有此人" if zh else "the history does not know this person")
        return
    counted = (found.certificates, found.employers)
    rest = "证书 {} 张，单位 {} 个" if zh else "{} certificates, {} employers"
    out.print(escape(f"{found.shown} · {rest.format(*counted)}"))
    for kind in found.standings:
        out.print(f"  {escape(kind)}")
    table = grid(
        *(
            ("机构", "班期", "类型", "工种", "等级", "起止", "天", "金额")
            if zh
            else ("institution", "class", "programme", "occupation", "level", "days", "n", "amount")
        )
    )
    for one in found.classes:
        span = f"{one.first_day} – {one.last_day}"
        cells = (one.institution, one.number, one.programme, one.occupation, one.level, span, one.days, one.amount)
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in cells))
    out.print(table)


_COUNTS = {
    "persons": "人", "classes": "班期", "enrolments": "参训", "sessions": "课次", "certificates": "证书",
    "employments": "就业", "standings": "待遇", "posts": "教职工", "sanctions": "整改", "catalogue": "目录",
}  # fmt: skip
