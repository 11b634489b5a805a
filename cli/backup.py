from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.database import DbOption
from cli.terminal import JsonOption, Lang, LangOption, examples, print_json, screen
from facts.counting import counted
from runtime.platform.backup import BackupContents, address_of, backup, restore
from runtime.platform.environment import environment

app = typer.Typer()
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 | the backup file")]


@app.command("backup", epilog=examples("xueshi db backup /备份/xueshi-2026-11-25.backup"))
def backup_database(
    file: FileArgument, db: DbOption = "", lang: LangOption = Lang.ZH, as_json: JsonOption = False
) -> None:
    """联机备份成一个文件，不停机 | one consistent file while the service runs.

    证据原件在证据库里，另行备份；密钥文件夹也是。Originals lie in the evidence store, keys in their folder: both apart.
    """
    _tell(backup(address_of(environment(), db), file), lang, ("已备份", "kept"), as_json=as_json)


@app.command("restore", epilog=examples("xueshi db restore 备份文件 --db postgresql://xueshi@主机/新库"))
def restore_database(
    file: FileArgument, db: DbOption = "", lang: LangOption = Lang.ZH, as_json: JsonOption = False
) -> None:
    """恢复到空库并逐条核查日志；从不覆盖 | restore into an empty place and verify the log; nothing is replaced.

    请把树根与备份时的一行、与监管部门留存的树头对照。Compare the root with the backup's line and the heads kept elsewhere.
    """
    _tell(
        restore(address_of(environment(), db), file),
        lang,
        ("已恢复，日志核查无误", "restored, the log holds"),
        as_json=as_json,
    )


def _tell(kept: BackupContents, lang: Lang, words: tuple[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(_plain(kept))
        return
    zh = lang is Lang.ZH
    out = screen()
    out.print(
        escape(f"✓ {words[not zh]}: {kept.file} ({kept.size_bytes:,} B, SHA-256 {kept.digest.sha256})"), soft_wrap=True
    )
    log = (
        f"{kept.leaves} 条，{kept.heads} 个树头，根"
        if zh
        else f"{counted(kept.leaves, 'leaf', 'leaves')}, {counted(kept.heads, 'head')}, root"
    )
    out.print(f"{'日志' if zh else 'log'}: {log} {kept.root or '–'}", soft_wrap=True)


def _plain(kept: BackupContents) -> dict[str, object]:
    own = {"size_bytes": kept.size_bytes, "leaves": kept.leaves, "root": kept.root, "heads": kept.heads}
    return {"file": str(kept.file), "sha256": kept.digest.sha256, **own}
