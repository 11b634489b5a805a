from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.rulebooks import ShelfOption
from cli.terminal import JsonOption, examples, print_json, read_text, screen, write_text
from facts.counting import counted
from facts.errors import Fault, FaultsError, InputError
from policy.lint import lint, sealed, source_faults
from policy.loader import parse, read_draft
from policy.scaffold import Outline, scaffold
from policy.shelf import packaged, packaged_texts
from runtime.policy.folder import folder_texts

app = typer.Typer()
SourcesOption = Annotated[
    Path | None,
    typer.Option("--sources", metavar="DIR", help="政策原文所在文件夹 | the folder of the documents' texts"),
]


@app.command(
    "lint",
    epilog=examples(
        "xueshi policy lint",
        "xueshi policy lint my-county.toml --sources documents/",
        "xueshi policy lint *.toml --json",
    ),
)
def lint_files(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...")] = None,
    sources: SourcesOption = None,
    rulebooks: ShelfOption = None,
    as_json: JsonOption = False,
) -> None:
    """一次列出全部错误（缺省查自带文件）| report every fault at once; of the shipped rulebooks by default."""
    texts = {str(path): read_text(path) for path in paths} if paths else packaged_texts()
    known = _sources(sources)
    folder = folder_texts(rulebooks)
    drafts = [read_draft(text, name).book for name, text in (*folder.items(), *texts.items())] if paths else []
    at_hand = {book.id: book for book in (*packaged().books, *drafts) if book is not None}
    faults = {name: lint(text, name, known, tuple(at_hand.values())) for name, text in texts.items()}
    count = sum(map(len, faults.values()))
    if as_json:
        print_json(faults)
    else:
        _print_faults([fault for found in faults.values() for fault in found])
        looked = "quotes found in their sources" if sources else "digests checked"
        screen().print(
            f"{len(texts)} 份文件，{count} 处错误 | {counted(len(texts), 'rulebook')}, {counted(count, 'fault')} ({looked})"
        )
    raise typer.Exit(1 if count else 0)


@app.command("seal", epilog=examples("xueshi policy seal my-county.toml --sources documents/"))
def seal(
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    sources: Annotated[
        Path, typer.Option("--sources", metavar="DIR", help="政策原文所在文件夹 | the documents' texts")
    ],
) -> None:
    """核对引文后写入摘要 | check the quotes against the source and write their digests into the file."""
    text = read_text(path)
    draft = read_draft(text, str(path))
    # A broken older seal is what is being replaced, so it is no fault here.
    faults = [*draft.faults, *source_faults(draft, _sources(sources) or {})]
    if faults:
        raise FaultsError(faults)
    whole = sealed(text, draft)
    parse(whole, str(path))
    write_text(path, whole)
    screen().print(f"{path}: 已写入 {len(draft.quotes)} 条引文的摘要 | sealed {counted(len(draft.quotes), 'quote')}")


@app.command(
    "new",
    epilog=examples(
        "xueshi policy new pingding-2027 --prefix PD --place 山西省/阳泉市/平定县 --first 2027-01-01 -o pd.toml"
    ),
)
def new(
    book_id: Annotated[str, typer.Argument(metavar="ID")],
    prefix: Annotated[str, typer.Option(help="规则编号前缀，如 PD | prefix of the rule ids")],
    place: Annotated[str, typer.Option(help="省/市/县 | province/city/county")],
    first: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="施行日 | first day in force")],
    last: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="失效日 | last day in force")] = None,
    issued: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="发文日 | day of issue")] = None,
    title: Annotated[str, typer.Option(help="标题 | title")] = "（文件标题）",
    number: Annotated[str, typer.Option(help="文号 | document number")] = "（文号）",
    issuer: Annotated[str, typer.Option(help="发文机关 | issuing body")] = "（发文机关）",
    source: Annotated[str, typer.Option(help="原文文件名开头 | how the source's file name begins")] = "000",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="写入文件 | write to a file")] = None,
) -> None:
    """新建一份规则文件的骨架 | begin a rulebook for another county."""
    day, ends = first.date(), last.date() if last else None
    outline = Outline(book_id, prefix, title, number, issuer, source, place, (issued or first).date(), day, ends)
    text = scaffold(outline)
    parse(text, f"{book_id}.toml")
    if out is None:
        typer.echo(text, nl=False)
        return
    if out.exists():
        raise InputError(f"{out}: got a file that is there already, expected a new name; nothing was overwritten")
    write_text(out, text)
    screen().print(f"{out}: 已写好骨架；下一步 | next: xueshi policy lint {out} --sources DIR")


def _sources(folder: Path | None) -> dict[str, str] | None:
    if folder is None:
        return None
    found = {path.name: read_text(path) for path in sorted(folder.glob("*.txt"))} if folder.is_dir() else {}
    if not found:
        raise InputError(f"{folder}: got no source texts, expected *.txt files of the documents; check --sources")
    return found


def _print_faults(faults: list[Fault]) -> None:
    for fault in faults:
        typer.echo(f"✗ {fault}")
