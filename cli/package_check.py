import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text as Styled
from rich.tree import Tree

from cli.terminal import JsonOption, Lang, LangOption, print_json, screen
from facts.counting import counted
from runtime.sealing.package_check import PackageCheckRequest, PackageCheckResult, check
from storage.sealing.examination import BAD, NOTE, OK

BROKEN = 30
_STYLES = {OK: "blue", BAD: "bold red", NOTE: "yellow"}


def check_package(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="证据包文件夹或 ZIP | a package's folder or ZIP")],
    originals: Annotated[
        Path | None,
        typer.Option("--originals", metavar="DIR", help="按内容核对不在包内的原件 | where the originals lie"),
    ] = None,
    heads: Annotated[
        Path | None, typer.Option("--heads", metavar="FILE", help="另行留存的树头文件 | heads that you kept yourself")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", metavar="FINGERPRINT", help="机构公布的密钥指纹 | the published fingerprint")
    ] = "",
    recompute: Annotated[
        bool, typer.Option("--recompute", help="从事实重新判定一遍 | judge again from the facts")
    ] = False,
    tsa_ca: Annotated[
        Path | None,
        typer.Option(
            "--tsa-ca",
            metavar="FILE",
            envvar="XUESHI_TSA_CA",
            help="用这些可信根核对时间戳 | roots that you trust for time stamps",
        ),
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """离线核验一个证据包，一次列出全部问题 | check a package offline, every fault at once.

    本系统录制的录像另核对附录、台账与录制当时的日志叶；亮码核对签名、学时与时钟 | recordings of the system's own recorder
    are held against their sidecars, ledger and leaves, time codes against their signatures, hours and clocks.

    退出码 exit codes: 0 全部成立 all holds · 30 有一项不成立 something does not
    """
    with _bar() as bar:
        checked = check(PackageCheckRequest(package, originals, heads, key, recompute, tsa_ca), bar)
    if as_json:
        print_json({"sound": checked.sound, "lines": checked.lines})
    else:
        show_checked(package, checked, lang)
    raise typer.Exit(0 if checked.sound else BROKEN)


def show_checked(package: Path, checked: PackageCheckResult, lang: Lang) -> None:
    """The tree of ✓ and ✗, and whether the package may be believed."""
    tree, branches = Tree(Styled(str(package.name), style="bold")), dict[str, Tree]()
    for line in checked.lines:
        if line.part not in branches:
            zh, _, en = line.part.partition(" ")
            branches[line.part] = tree.add(zh if lang is Lang.ZH else en)
        text = line.zh if lang is Lang.ZH else line.en
        branches[line.part].add(Styled(f"{line.mark} {text}", style=_STYLES[line.mark]))
    out = screen()
    out.print(tree)
    faults = sum(line.mark == BAD for line in checked.lines)
    if checked.sound:
        out.print("✓ 证据包完好" if lang is Lang.ZH else "✓ the package holds", style="bold blue")
    else:
        words = (
            f"✗ 证据包不可信：{faults} 项不成立"
            if lang is Lang.ZH
            else f"✗ do not believe it: {counted(faults, 'fault')}"
        )
        out.print(words, style="bold red")


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress, self._task = progress, progress.add_task("SHA-256", total=None)

    def __call__(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def _bar() -> Iterator[_Bar]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        yield _Bar(progress)
