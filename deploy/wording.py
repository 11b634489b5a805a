# ruff: noqa: INP001 - a script, as its neighbours
"""``docs/wording.md``: every sentence of page and report in both languages, side by side, for a native reader's pass.

python -m deploy.wording            writes it anew
python -m deploy.wording --check    ends with 1 where it is not what the sources say
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "wording.md"
_TEMPLATES = ("api", "report")
_MODULES = (
    "facts",
    "policy",
    "ingest",
    "vision",
    "attendance",
    "claims",
    "pipeline",
    "report",
    "storage",
    "runtime",
    "cli",
    "api",
)
_PAIR = re.compile(
    r"""\b(?:t|both)\((?P<a>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?:\|format\([^()]*\))?, *(?P<b>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
)
_NOUN = re.compile(r"""\b(?:t|both)\((?P<a>"[^"]*"), *[^"']*?\|noun\((?P<one>"[^"]*")""")
_CALLS = {"Text", "both"}
Pair = tuple[str, str]


def wording() -> str:
    """The whole document."""
    parts = [_HEAD]
    for path in _sources():
        pairs = dict.fromkeys(_of_template(path) if path.suffix == ".j2" else _of_module(path))
        if pairs:
            rows = "\n".join(f"| {_cell(zh)} | {_cell(en)} |" for zh, en in pairs)
            parts.append(f"\n## {path.relative_to(ROOT).as_posix()}\n\n| 中文 | English |\n|---|---|\n{rows}\n")
    return "".join(parts)


def _sources() -> Iterator[Path]:
    for top in _TEMPLATES:
        yield from sorted((ROOT / top).rglob("*.html.j2"))
    for top in _MODULES:
        yield from sorted((ROOT / top).rglob("*.py"))


def _of_template(path: Path) -> Iterator[Pair]:
    text = path.read_text("utf-8")
    found = [(one.start(), one["a"][1:-1], one["b"][1:-1]) for one in _PAIR.finditer(text)]
    found += [(one.start(), one["a"][1:-1], one["one"][1:-1]) for one in _NOUN.finditer(text)]
    yield from ((zh, en) for _, zh, en in sorted(found) if _spoken(zh))


def _of_module(path: Path) -> Iterator[Pair]:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            said = [_literal(one) for one in node.args[:2]]
        elif isinstance(node, ast.Tuple):
            said = [_literal(one) for one in node.elts]
        else:
            continue
        if len(said) == 2 and said[0] and said[1] and _spoken(said[0]) and not _spoken(said[1]):  # noqa: PLR2004 - two languages
            yield said[0], said[1]


def _literal(node: ast.expr) -> str:
    """The sentence, with an ellipsis where a value is set in; nothing where it is no sentence."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else "…" for one in node.values
        )
    return ""


def _spoken(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


_HEAD = """# Wording

Every sentence of the console, the report and the claim in both languages, side by side, as the sources have it (… stands for a value). Written by `python -m deploy.wording`; a test compares it with the sources. A native reader corrects the source, not this page.

## One term for one thing

| 中文 | English | not |
|---|---|---|
| 核定可支持金额（表头：核定可支持） | supported | 有据支持 |
| 暂无证据支持 | no evidence for it yet | 申领而无据 |
| 存疑待核 | unproven | 待定、未知 |
| 花名册（图中：名册） | roster | 点名册、学员名单 |
| 结课 | end of the class | 结班 |
| 疑点 | doubt | 造假、作弊、舞弊 |
| 深色模式 | dark / light | 深浅色 |
| 教职工兼学员 | staff as trainees | 教职工作学员 |
| 承诺、揭示、公共信标、树头 | commitment, reveal, public beacon, tree head | each with its sentence: `report/words.py`, `EXPLAINED` |
"""

if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if TARGET.is_file() and TARGET.read_text("utf-8") == wording() else 1)
    TARGET.write_text(wording(), "utf-8")
