import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text as Styled

from cli.keys import KeysOption, ring_of
from cli.seal import TsaOption, TsaRootsOption
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from facts.digest import Digest
from facts.errors import InputError, SetupError
from facts.span import local
from runtime.seal import home
from runtime.stamping import Authority, said, shelf
from storage.log.check import check_log
from storage.log.errors import LogAlteredError
from storage.log.file import EvidenceLog
from storage.log.head import HeadFile, TreeHead
from storage.log.stamp import stamp_head

BROKEN = 30
_DIGEST_CHARS = 64

app = typer.Typer(no_args_is_help=True, help="证据日志：树头、证明、核查 | the evidence log: heads, proofs, checks")
LogOption = Annotated[
    Path | None, typer.Option("--log", metavar="DIR", help="日志文件夹 | the log's folder", envvar="XUESHI_LOG")
]


def _log(folder: Path | None) -> EvidenceLog:
    place = folder or home(os.environ) / "log"
    if not place.is_dir():
        raise InputError(f"{place}: got no log, expected one; it begins with the first `xueshi seal`")
    return EvidenceLog(place)


@app.command("heads", epilog=examples("xueshi log heads", "xueshi log heads --out 树头.json"))
def heads(
    log: LogOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="写成文件，交监管部门留存 | write them for the regulator"),
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """列出签名树头；--out 写出全部树头与一致性证明 | the signed heads, and the proofs that the log only grew."""
    own = _log(log)
    found = own.heads()
    if out:
        _write(out, _file(own, found).to_bytes())
    if as_json:
        print_json([head.plain() for head in found])
        return
    titles = (
        ("条数", "时间", "根", "密钥", "时间戳") if lang is Lang.ZH else ("leaves", "time", "root", "key", "stamped")
    )
    table, kept = grid(*titles), shelf(home(os.environ))
    for head in found:
        when, stamped = local(head.at).isoformat(timespec="seconds"), kept.of(head)
        at = local(stamped.at).isoformat(timespec="seconds") if stamped else "—"
        table.add_row(str(head.size), when, head.root.short, head.key.key_id, at)
    screen().print(table)


def _file(log: EvidenceLog, found: tuple[TreeHead, ...]) -> HeadFile:
    last = found[-1].size if found else 0
    sizes = sorted({head.size for head in found if 0 < head.size < last})
    return HeadFile(found, tuple(log.growth(size, last) for size in sizes))


def _write(place: Path, data: bytes) -> None:
    try:
        place.write_bytes(data)
    except OSError as error:
        raise SetupError(f"{place}: cannot be written ({error.strerror}); choose another file") from error


@app.command("stamp", epilog=examples("xueshi log stamp --tsa https://tsa.example.org/tsr"))
def stamp(
    tsa: TsaOption = "",
    tsa_ca: TsaRootsOption = None,
    log: LogOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="另存时间戳 | write the stamp here too")
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """请第三方给最新树头盖时间戳（RFC 3161）| have another authority put its time on the newest head."""
    stamper = Authority(tsa, tsa_ca).stamper()
    if stamper is None:
        raise SetupError("--tsa: got no authority, expected its address; name it with --tsa or in XUESHI_TSA")
    head = next(iter(_log(log).heads()[-1:]), None)
    if head is None:
        raise InputError("log: got no head, expected a signed one; run `xueshi seal` first")
    made = stamp_head(stamper, head)
    shelf(home(os.environ)).put(made)
    if out:
        _write(out, made.response)
    screen().print(escape(said(made, ()).say(lang)), soft_wrap=True)
    if tsa_ca is None:
        screen().print(
            "没有指定可信根（--tsa-ca），其签名未核对"
            if lang is Lang.ZH
            else "its signature was not checked: no trusted root was named (--tsa-ca)",
            style="yellow",
        )


@app.command("prove", epilog=examples("xueshi log prove 12", "xueshi log prove 3f9a…（SHA-256）"))
def prove(
    what: Annotated[str, typer.Argument(metavar="INDEX|SHA256", help="第几条，或文件的 SHA-256 | a place or a digest")],
    log: LogOption = None,
) -> None:
    """给出某一条在最新树头里的包含证明（JSON）| the proof that a leaf is in the newest head."""
    own = _log(log)
    found = own.heads()
    if not found:
        raise InputError(f"{own.root}: got a log without a head, expected a signed one; run `xueshi seal`")
    size = found[-1].size
    places = own.places(Digest(what)) if len(what) == _DIGEST_CHARS else (_place(what),)
    places = tuple(index for index in places if 0 <= index < size)
    if not places:
        raise InputError(f"{what[:80]}: got nothing that the head of {size} leaves knows, expected a leaf of it")
    print_json({"head": found[-1].plain(), "leaves": [_proof(own, index, size) for index in places]})


def _place(text: str) -> int:
    if not text.isdecimal():
        raise InputError(f"{text[:80]}: got neither a place nor a SHA-256, expected one such as 12")
    return int(text)


def _proof(log: EvidenceLog, index: int, size: int) -> dict[str, object]:
    path = [step.hex() for step in log.tree.inclusion(index, size)]
    return {"index": index, "leaf": log.leaves[index].to_bytes().decode(), "path": path}


@app.command("check", epilog=examples("xueshi log check", "xueshi log check --heads 树头.json"))
def check(
    log: LogOption = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option("--heads", metavar="FILE", help="另行留存的树头文件（可多次）| heads kept elsewhere"),
    ] = None,
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """核查日志：与每个树头逐一比对，删除、调换、倒填都会现形 | compare the log with every head.

    退出码 exit codes: 0 一致 holds · 30 不一致 does not
    """
    own = _opened(log, lang)
    files = [HeadFile.from_bytes(_read(path), str(path)) for path in kept or ()]
    against = (*own.heads(), *(head for file in files for head in file.heads))
    trusted = [entry.public.key_id for entry in ring_of(keys).entries()]
    out, zh = screen(), lang is Lang.ZH
    faults = list(check_log(own.log_id, own.leaves, own.tree, against, trusted))
    for fault in faults:
        out.print(Styled(wrapped(f"✗ {fault.text.say(lang)}", out.width), style="bold red"))
    if not faults:
        counts = len(own.leaves), len(against)
        words = "✓ {} 条与 {} 个树头一致" if zh else "✓ {} leaves agree with {} heads"
        out.print(words.format(*counts), style="blue")
    raise typer.Exit(BROKEN if faults else 0)


def _opened(log: Path | None, lang: Lang) -> EvidenceLog:
    try:
        return _log(log)
    except LogAlteredError as error:
        words = "日志被改动" if lang is Lang.ZH else "the log was changed"
        screen().print(escape(f"✗ {words}: {error}"), style="bold red", soft_wrap=True)
        raise typer.Exit(BROKEN) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: got a file that cannot be read ({error.strerror}), expected tree heads") from error
