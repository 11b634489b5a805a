import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy import Engine

from cli.keys import KeysOption
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from facts.counting import counted
from facts.id_number import IdNumber
from facts.registry import Registry
from ingest.registries.columns import COLUMNS, REQUIRED, TITLES
from ingest.tables.fault import TableFault
from runtime.claims.history import RegistryImport, import_file
from runtime.platform.clock import today
from runtime.platform.environment import environment
from runtime.platform.home import home
from storage.database.connection import reading, shown, sqlite_address
from storage.database.schema import open_database
from storage.history.keys import HistoryKeys, keys_in
from storage.history.ledger import counts, imports
from storage.history.person import past_of

FAULTY = 2
app = typer.Typer(
    no_args_is_help=True, help="历史比对：导入各登记，找出疑点 | the history: import registries, list doubts"
)
DbOption = Annotated[
    str, typer.Option("--db", envvar="XUESHI_DB", metavar="ADDRESS", help="数据库地址（默认本机文件）| the database")
]


def open_history(address: str) -> Engine:
    """The database that was named, or this user's file."""
    return open_database(address or sqlite_address(home(environment()) / "xueshi.db"))


def _keys(folder: Path | None, *, make: bool = False) -> HistoryKeys:
    return keys_in(folder or home(environment()) / "keys", make=make)


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
    engine = open_history(db)
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
            progress=lambda done: bar.update(f"{done:,} 行 rows") if bar else None,
        )
    _tell(taken, lang, dry_run=dry_run)
    if not (taken.written or taken.known) and (taken.read.faults or not dry_run):
        raise typer.Exit(FAULTY)


def _tell(taken: RegistryImport, lang: Lang, *, dry_run: bool) -> None:
    out, zh = screen(), lang is Lang.ZH
    for each, sign, style in ((taken.read.faults, "✗", "red"), (taken.read.notes, "·", "dim")):
        for fault in each:
            _tell_fault(out, fault, f"[{style}]{sign}[/{style}]", lang)
    rows, left_out = len(taken.read.rows), taken.read.left_out
    if taken.known:
        words = "此文件已导入过，未作改动" if zh else "this very file was imported before; nothing changed"
    elif taken.written:
        words = (
            f"已导入 {rows} 行，略去 {left_out} 行" if zh else f"{counted(rows, 'row')} imported, {left_out} left out"
        )
    elif dry_run:
        words = (
            f"可导入 {rows} 行，有误 {left_out} 行；未写入"
            if zh
            else f"{counted(rows, 'row')} good, {left_out} faulty; not written"
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
    engine = open_history(db)
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


@app.command("person", epilog=examples("xueshi history person", "xueshi history person --json < 证号.txt"))
def person(
    db: DbOption = "",
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """某人的全部班期（遮蔽显示）；证号从提示或标准输入读取，不写在命令行 | one person's past, masked; the ID is asked."""
    raw = typer.prompt("身份证号 ID number", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    with reading(open_history(db), "reading the history") as connection:
        found = past_of(connection, _keys(keys), IdNumber(raw))
    if as_json:
        print_json(found)
        return
    out, zh = screen(), lang is Lang.ZH
    if found is None:
        out.print("历史中没有此人" if zh else "the history does not know this person")
        return
    certificates, employers = found.certificates, found.employers
    rest = (
        f"证书 {certificates} 张，单位 {employers} 个"
        if zh
        else f"{counted(certificates, 'certificate')}, {counted(employers, 'employer')}"
    )
    out.print(escape(f"{found.shown} · {rest}"))
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
