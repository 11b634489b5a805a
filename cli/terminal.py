import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from facts.codec import plain
from facts.errors import InputError, SetupError
from runtime.platform.clock import today

# A Latin word, a number, or one Chinese character with the closing marks that may not begin a line.
_PIECES = re.compile(r"[（「《“(\[{]*(?:[!-~]+|[^!-~\s])[，。；：、）」》”！？,.;:)\]}%]*\s*|\s+")


class Lang(StrEnum):
    """The languages of the screen."""

    ZH = "zh"
    EN = "en"


LangOption = Annotated[Lang, typer.Option("--lang", envvar="XUESHI_LANG", help="语言 language")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON | print JSON")]
DayOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="按哪一天判断效力（默认今天）| the day asked about"
    ),
]


def examples(*lines: str) -> str:
    """Worked calls for the foot of a command's help; Typer keeps the lines apart only across empty ones."""
    return "\n\n".join(["示例 examples:", *(f"• {escape(line)}" for line in lines)])


def screen() -> Console:
    """Where answers go."""
    return Console(highlight=False)


def grid(*headings: str, fold: tuple[int, ...] = ()) -> Table:
    """A table with little ink; columns that are not in ``fold`` keep their words on one line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for index, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=index not in fold)
    return table


def wrapped(text: str, width: int) -> str:
    """The text in lines of at most ``width`` cells, broken between Chinese characters or at spaces, as print is."""
    return "\n".join(line for part in text.split("\n") for line in _lines(part, width))


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for piece in _PIECES.findall(text):
        if line and cell_len((line + piece).rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    yield line.rstrip()


def print_json(value: object, where: Path | None = None) -> None:
    """The value as indented JSON on standard output, or in a file."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n"
    if where is None:
        sys.stdout.write(text)
        return
    try:
        where.write_text(text, "utf-8")
    except OSError as error:
        raise SetupError(f"{where}: cannot be written ({error.strerror}); choose another file") from error


def day_of(as_of: datetime | None) -> date:
    """The day that was asked about, today where none was."""
    return as_of.date() if as_of else today()


def read_text(path: Path) -> str:
    """The file's text, or a fault that says why it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: got no such file, expected one; check the path") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got a file that cannot be read as UTF-8 ({error}), expected a text file") from error


def write_text(path: Path, text: str) -> None:
    """Write the file whole, or say why it cannot be written."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{path}: got a place that cannot be written ({reason}), expected a writable one") from error
