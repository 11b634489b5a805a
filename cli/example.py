from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import Lang, LangOption, screen
from demo.example_folder import write_example
from facts.errors import InputError
from facts.text import Text


def example(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="新建的文件夹 | a new folder")],
    lang: LangOption = Lang.ZH,
) -> None:
    """建一个待填的班期文件夹：表头、class.toml、录像放哪里 | a class folder to fill in.

    不含任何人的信息；接着运行 xueshi doctor DIR | nobody's data is in it; then run xueshi doctor DIR.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(
            Text(
                f"{folder}：里面已有文件，应为新的或空的文件夹；请换一个",
                f"{folder}: got a folder with files in it, expected a new or empty one; name another",
            )
        )
    told = screen()
    for path in write_example(folder):
        told.print(f"✓ {path}{'/' if path.is_dir() else ''}", highlight=False, markup=False)
    told.print(
        Text(
            f"填好后 → xueshi doctor {folder}", f"fill it in, then → xueshi doctor {folder}"
        ).say(lang), highlight=False, markup=False,
    )  # fmt: skip
