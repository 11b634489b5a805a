import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text as Styled

from cli.database import DbOption
from cli.keys import KeysOption, ring_of
from cli.progress import ProgressDisplay, ProgressMode
from cli.record_audit import audit_log
from cli.sealing import TsaOption, TsaRootsOption
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from facts.counting import counted
from facts.digest import Digest
from facts.errors import InputError, SetupError
from facts.span import local
from runtime.evidence_log.time_stamps import Authority, stamp_line, stamp_shelf
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from runtime.platform.home import home
from storage.database.connection import shown
from storage.evidence_log.audit import LogAudit
from storage.evidence_log.errors import LogAlteredError
from storage.evidence_log.head import HeadFile
from storage.evidence_log.ledger import EvidenceLog, founded
from storage.evidence_log.stamp import stamp_head

BROKEN = 30
_DIGEST_CHARS = 64

app = typer.Typer(no_args_is_help=True, help="证据日志：树头、证明、核查 | the evidence log: heads, proofs, checks")


@contextmanager
def _log(db: str, lang: Lang = Lang.ZH) -> Iterator[EvidenceLog]:
    """The log of a database; one that was altered ends the command with the exit code of a broken check."""
    engine = open_db(environment(), db, must_exist=True)
    try:
        if not founded(engine):
            raise InputError(f"{shown(engine)}: got no log, expected one; it begins with the first `xueshi seal`")
        yield EvidenceLog(engine)
    except LogAlteredError as error:
        words = "日志被改动" if lang is Lang.ZH else "the log was changed"
        screen().print(escape(f"✗ {words}: {error}"), style="bold red", soft_wrap=True)
        raise typer.Exit(BROKEN) from error
    finally:
        engine.dispose()


@app.command("heads", epilog=examples("xueshi log heads", "xueshi log heads --out 树头.json"))
def heads(
    db: DbOption = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="写成文件，交监管部门留存 | write them for the regulator"),
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """列出签名树头；--out 写出全部树头与一致性证明 | the signed heads, and the proofs that the log only grew."""
    with _log(db, lang) as log:
        found = log.heads()
        if out:
            _write(out, log.head_file(found).to_bytes())
    if as_json:
        print_json([head.plain() for head in found])
        return
    titles = (
        ("条数", "时间", "根", "密钥", "时间戳") if lang is Lang.ZH else ("leaves", "time", "root", "key", "stamped")
    )
    table, kept = grid(*titles), stamp_shelf(home(environment()))
    for head in found:
        when, stamped = local(head.at).isoformat(timespec="seconds"), kept.of(head)
        at = local(stamped.at).isoformat(timespec="seconds") if stamped else "—"
        table.add_row(str(head.size), when, head.root.short, head.key.key_id, at)
    screen().print(table)


def _write(place: Path, data: bytes) -> None:
    try:
        place.write_bytes(data)
    except OSError as error:
        raise SetupError(f"{place}: cannot be written ({error.strerror}); choose another file") from error


@app.command("stamp", epilog=examples("xueshi log stamp --tsa https://tsa.example.org/tsr"))
def stamp(
    tsa: TsaOption = "",
    tsa_ca: TsaRootsOption = None,
    db: DbOption = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="另存时间戳 | write the stamp here too")
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """请第三方给最新树头盖时间戳（RFC 3161）| have another authority put its time on the newest head."""
    stamper = Authority(tsa, tsa_ca).stamper()
    if stamper is None:
        raise SetupError("--tsa: got no authority, expected its address; name it with --tsa or in XUESHI_TSA")
    with _log(db, lang) as log:
        head = next(iter(log.heads(1)), None)
    if head is None:
        raise InputError("log: got no head, expected a signed one; run `xueshi seal` first")
    made = stamp_head(stamper, head)
    stamp_shelf(home(environment())).put(made)
    if out:
        _write(out, made.response)
    screen().print(escape(stamp_line(made, ()).say(lang)), soft_wrap=True)
    if tsa_ca is None:
        words = (
            "没有指定可信根（--tsa-ca），其签名未核对",
            "its signature was not checked: no trusted root was named (--tsa-ca)",
        )
        screen().print(words[lang is not Lang.ZH], style="yellow")


@app.command(
    "list",
    epilog=examples("xueshi log list", "xueshi log list --subject 2025-04家政1班", "xueshi log list --after 999"),
)
def list_leaves(
    subject: Annotated[str, typer.Option("--subject", help="只看这一对象 | of this subject only")] = "",
    after: Annotated[int, typer.Option("--after", min=-1, help="从这一条之后看起 | those after this place")] = -1,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="至多多少条 | at most so many")] = 100,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """列出日志里的各条：何时、何事、何对象 | the leaves: when, what, of which subject."""
    with _log(db, lang) as log:
        found = [entry for entry in log.of_subject(subject) if entry.place > after][:limit] if subject else None
        found = list(log.leaves(after, limit)) if found is None else found
    zh = lang is Lang.ZH
    headings = (
        ("条", "时间", "何事", "对象", "摘要", "备注") if zh else ("leaf", "time", "what", "subject", "digest", "note")
    )
    table = grid(*headings, fold=(3, 5))
    for entry in found:
        leaf = entry.leaf
        when = local(leaf.at).isoformat(timespec="seconds")
        cells = (str(entry.place), when, leaf.kind.text.say(lang), leaf.subject, leaf.sha256.short, leaf.note)
        table.add_row(*map(escape, cells))
    screen().print(table)


@app.command("prove", epilog=examples("xueshi log prove 12", "xueshi log prove 3f9a…（SHA-256）"))
def prove(
    what: Annotated[str, typer.Argument(metavar="INDEX|SHA256", help="第几条，或文件的 SHA-256 | a place or a digest")],
    db: DbOption = "",
) -> None:
    """给出某一条在最新树头里的包含证明（JSON）| the proof that a leaf is in the newest head."""
    with _log(db) as log:
        found = log.heads()
        if not found:
            raise InputError("log: got a log without a head, expected a signed one; run `xueshi seal`")
        size = found[-1].size
        places = log.places(Digest(what)) if len(what) == _DIGEST_CHARS else (_place(what),)
        places = tuple(index for index in places if 0 <= index < size)
        if not places:
            raise InputError(
                f"{what[:80]}: got nothing that the head of {counted(size, 'leaf')} knows, expected a leaf of it"
            )
        print_json({"head": found[-1].plain(), "leaves": [one.plain() for one in log.prove(places, size)]})


def _place(text: str) -> int:
    if not text.isdecimal():
        raise InputError(f"{text[:80]}: got neither a place nor a SHA-256, expected one such as 12")
    return int(text)


@app.command("export", epilog=examples("xueshi log export 日志.jsonl"))
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个文件 | where to")],
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """导出全部各条（每行一条，即被摘要的原文）与树头，任何人可重算 | every leaf as hashed, a line each, and the heads.

    树头写在旁边的 FILE.heads.json | the heads go beside it, into FILE.heads.json
    """
    beside = file.with_name(file.name + ".heads.json")
    with _log(db, lang) as log:
        _write(beside, log.head_file(log.heads()).to_bytes())  # first, so that the leaves reach every head
        count = _write_leaves(file, log)
    many = f"{count} 条" if lang is Lang.ZH else counted(count, "leaf")
    words = "✓ {} → {}，树头 → {}" if lang is Lang.ZH else "✓ {} → {}, heads → {}"
    screen().print(words.format(many, file, beside), style="blue", markup=False, soft_wrap=True)


def _write_leaves(file: Path, log: EvidenceLog) -> int:
    count = 0
    try:
        with file.open("wb") as out:
            while page := log.leaves(count - 1):
                out.writelines(entry.leaf.to_bytes() + b"\n" for entry in page)
                count += len(page)
    except OSError as error:
        raise SetupError(f"{file}: cannot be written ({error.strerror}); choose another file") from error
    return count


@app.command("check", epilog=examples("xueshi log check", "xueshi log check --heads 树头.json"))
def check(
    db: DbOption = "",
    kept: Annotated[
        list[Path] | None,
        typer.Option("--heads", metavar="FILE", help="另行留存的树头文件（可多次）| heads kept elsewhere"),
    ] = None,
    keys: KeysOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """核查日志：全部重算并与每个树头比对，删除、调换、倒填都会现形 | hash all of it again and compare with every head.

    退出码 exit codes: 0 一致 holds · 30 不一致 does not
    """
    files = [HeadFile.from_bytes(_read(path), str(path)) for path in kept or ()]
    trusted = [entry.public.key_id for entry in ring_of(keys).entries()]
    shown_how = ProgressMode.AUTO if sys.stderr.isatty() else ProgressMode.NONE
    with _log(db, lang) as log, ProgressDisplay(shown_how, lang) as teller:
        heard = teller.stage("核查日志", "check the log")
        against = [head for file in files for head in file.heads]
        done = log.audit(against, trusted, lambda read, total: heard(read, total, ""))
    _tell(done, lang)
    raise typer.Exit(BROKEN if done.faults else 0)


app.command("audit", epilog=examples("xueshi log audit", "xueshi log audit --anew --json"))(audit_log)


def _tell(done: LogAudit, lang: Lang) -> None:
    out, zh = screen(), lang is Lang.ZH
    for fault in done.faults:
        out.print(Styled(wrapped(f"✗ {fault.text.say(lang)}", out.width), style="bold red"))
    if done.more:
        out.print(f"✗ 另有 {done.more} 处同类问题" if zh else f"✗ and {done.more} more of the kind", style="bold red")
    if not done.faults:
        leaves, heads = done.leaves, done.heads
        en = f"✓ {counted(leaves, 'leaf agrees', 'leaves agree')} with {counted(heads, 'head')}"
        out.print(f"✓ {leaves} 条与 {heads} 个树头一致" if zh else en, style="blue")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: got a file that cannot be read ({error.strerror}), expected tree heads") from error
