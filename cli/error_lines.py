"""How the command line tells what went wrong, in the user's language; a message of ours that says nothing in Chinese stays English."""

import errno
from collections.abc import Iterator, Mapping, Sequence

from typer._click.exceptions import ClickException, NoArgsIsHelpError  # see cli/usage.py

from cli.terminal import Lang
from cli.usage import help_text, usage_text
from facts.errors import FaultsError, InputError, InternalError, RefusalError, RulebookError, SetupError, XueshiError
from facts.refusals import RefusalsError
from facts.text import Text

ABORTED = Text("已中止", "aborted")
NO_UNIX = Text(
    "✗ 这一命令要用 Linux 的文件锁和子进程隔离，本机系统没有；Windows 上请在 WSL 2 里运行（docs/install.md）",
    "✗ this command needs Linux's file locks and confined processes, which this system lacks; on Windows run it in WSL 2"
    " (docs/install.md)",
)
_SHOWN = 80
_REFUSED: Mapping[int, Text] = {
    errno.ENOENT: Text("没有这个文件或文件夹", "there is no such file or folder"),
    errno.ENOTDIR: Text("路径里有一段不是文件夹", "a part of the path is no folder"),
    errno.EISDIR: Text("是文件夹，不是文件", "it is a folder and no file"),
    errno.EEXIST: Text("已经有了", "it is there already"),
    errno.ENAMETOOLONG: Text("名字太长", "the name is too long"),
    errno.EACCES: Text("没有权限", "no right to it"),
    errno.EPERM: Text("没有权限", "no right to it"),
    errno.EROFS: Text("磁盘只读", "the disk is read-only"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
    errno.EDQUOT: Text("磁盘配额已用完", "the disk quota is used up"),
    errno.EIO: Text("磁盘读写出错", "the disk reports a fault"),
}
# Who must act, as the families of facts/errors.py have it; the English message says so itself.
_REMEDIES: Mapping[type[XueshiError], str] = {
    InputError: "请改正材料或参数后再运行",
    RulebookError: "规则库有误，请其编写者改正",
    SetupError: "本机缺少所需条件，请运维处理",
    InternalError: "这是程序缺陷，请报告开发者",
}


def usage_lines(error: ClickException, lang: Lang) -> Sequence[str]:
    """What is wrong with the call, and where the right one is shown; nothing where the help itself was the answer."""
    if isinstance(error, NoArgsIsHelpError):
        return []
    where = help_text(error)
    return [f"✗ {usage_text(error).say(lang)}", *([f"  {where.say(lang)}"] if where else [])]


def error_lines(error: XueshiError, lang: Lang) -> Sequence[str]:
    """Each fault on a line of its own; in Chinese, then, who can mend it."""
    remedies = [f"→ {remedy}" for family, remedy in _REMEDIES.items() if isinstance(error, family)]
    return [*(f"✗ {line}" for line in _messages(error, lang)), *(remedies if lang is Lang.ZH else [])]


def defect_text(error: Exception) -> Text:
    """An error that nobody foresaw."""
    what = f"{type(error).__name__}: {error}"
    return Text(
        f"内部错误：{what}；设 XUESHI_DEBUG=1 再运行可看详情", f"internal error: {what}; set XUESHI_DEBUG=1 for details"
    )


def system_text(error: OSError) -> Text:
    """What the system refused of a file or folder that was named."""
    name, known = str(error.filename), _REFUSED.get(error.errno or 0)
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    zh, en = (known.zh, known.en) if known else (error.strerror, error.strerror)
    return Text(
        f"✗ {shown}：{zh}；换个名字或位置再运行（XUESHI_DEBUG=1 可看详情）",
        f"✗ {shown}: {en}; name another place and run again (XUESHI_DEBUG=1 shows details)",
    )


def of_the_name(error: OSError) -> bool:
    """Whether another name alone would do; otherwise the machine lacks something."""
    return error.errno in {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EINVAL}


def _messages(error: XueshiError, lang: Lang) -> Iterator[str]:
    if isinstance(error, FaultsError):
        yield from map(str, error.faults)
    elif isinstance(error, RefusalsError):
        yield from (text.say(lang) for text in error.texts)
    elif isinstance(error, RefusalError):
        yield error.title.say(lang) + _details(error)
    else:
        yield error.zh if error.zh and lang is Lang.ZH else str(error)


def _details(error: RefusalError) -> str:
    told = [f"got {error.got}"] * bool(error.got) + [f"expected {error.expected}"] * bool(error.expected)
    parts = [", ".join(told), error.remedy]
    known = "; ".join(part for part in parts if part)
    return f" ({known})" if known else ""
