from typing import Annotated

import typer

from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen
from runtime.platform.clock import now
from runtime.platform.database import DatabaseStatus, database_status, open_db
from runtime.platform.environment import environment
from runtime.verification.facts_sealing import seal_older_facts
from storage.database.connection import shown
from storage.database.schema import schema_of

app = typer.Typer(no_args_is_help=True, help="数据库：状况、升级 | the database: how it stands, upgrades")
DbOption = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="XUESHI_DB",
        metavar="URL",
        help="数据库地址（默认本用户的 SQLite 文件）| sqlite:///FILE or postgresql://…, this user's own file if unsaid",
    ),
]


@app.command("status", epilog=examples("xueshi db status", "xueshi db status --db postgresql://xueshi@主机/xueshi"))
def status(db: DbOption = "", lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """地址（不含密码）、结构版本、各表行数；不作任何改动 | address, schema and row counts; nothing is changed."""
    found = database_status(environment(), db)
    if as_json:
        print_json({"address": found.address, "schema": found.schema, "rows": dict(found.rows)})
    else:
        _show(found, lang)


def _show(found: DatabaseStatus, lang: Lang) -> None:
    out, zh = screen(), lang is Lang.ZH
    out.print(f"{'地址' if zh else 'address'}: {found.address}", markup=False, soft_wrap=True)
    at = found.schema.at or ("无" if zh else "none")
    if found.schema.current:
        out.print(f"{'结构版本' if zh else 'schema'}: {at} ✓", style="blue")
    else:
        words = (
            "结构版本: {}，应为 {}；运行 xueshi db upgrade" if zh else "schema: {}, wanted {}; run xueshi db upgrade"
        )
        out.print(words.format(at, found.schema.wanted), style="yellow")
    table = grid(*(("表", "行数") if zh else ("table", "rows")))
    for name, count in found.rows.items():
        table.add_row(name, "-" if count is None else str(count))
    out.print(table)


@app.command("upgrade", epilog=examples("xueshi db upgrade", "xueshi db upgrade --db sqlite:////srv/xueshi.db"))
def upgrade(db: DbOption = "", lang: LangOption = Lang.ZH) -> None:
    """升级到本版本的结构（一个事务，只进不退）| migrate to this version's schema, in one transaction, forward only."""
    engine = open_db(environment(), db)
    seal_older_facts(engine, now)
    words = "✓ {}：结构版本 {}" if lang is Lang.ZH else "✓ {}: schema {}"
    screen().print(words.format(shown(engine), schema_of(engine).at), style="blue", markup=False, soft_wrap=True)
    engine.dispose()
