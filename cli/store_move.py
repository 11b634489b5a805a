from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli.terminal import JsonOption, Lang, LangOption, print_json, screen
from facts.errors import InputError
from runtime.platform.environment import environment
from storage.blobs.address import open_blobs
from storage.blobs.blob_move import MoveState, move_blobs

_WORDS = {
    MoveState.THERE: ("已在那里", "there already"),
    MoveState.COPIED: ("已复制并核对", "copied and compared"),
    MoveState.LACKING: ("待复制", "to be copied"),
}


def move_store(
    source: Annotated[str, typer.Argument(metavar="FROM", help="数据目录或桶 | a service's home or a bucket")],
    target: Annotated[str, typer.Argument(metavar="TO", help="数据目录或桶 | a service's home or a bucket")],
    dry: Annotated[bool, typer.Option("--dry-run", help="只看要复制什么 | only say what would be copied")] = False,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """把数据库之外的文件（上传、图片、证据包）复制到另一处，逐个核对摘要，可中断再续 | copy what is kept beside the database.

    原处不删除；证据库另有其规则，不在其列 | nothing is deleted where it was; evidence is not among it.
    """
    old, new = open_blobs(source, environment()), open_blobs(target, environment())
    if old.url == new.url:
        raise InputError(f"{source}: got the same place twice, expected two; name where the files shall be with TO")
    counts: Counter[MoveState] = Counter()
    sizes: Counter[MoveState] = Counter()
    with Console(stderr=True).status("…") as shown:
        for number, step in enumerate(move_blobs(old, new, dry=dry), 1):
            counts[step.state] += 1
            sizes[step.state] += step.entry.size_bytes
            shown.update(escape(f"{number} · {sum(sizes.values()) / 1e6:.1f} MB · {step.entry.name}"))
    if as_json:
        found = {one.value: {"files": counts[one], "size_bytes": sizes[one]} for one in MoveState}
        print_json({"from": old.url, "to": new.url, "dry_run": dry, **found})
        return
    for state in (one for one in MoveState if counts[one]):
        words = _WORDS[state][lang is not Lang.ZH]
        screen().print(f"{words}: {counts[state]} · {sizes[state] / 1e6:.1f} MB")
    if not counts:
        screen().print("没有文件" if lang is Lang.ZH else "nothing to copy")
