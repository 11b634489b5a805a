"""The commands by name. A command's module is imported when it is called, so that none pays for the others."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from cli.language import help_language, speak, spoken
from cli.terminal import Lang, examples
from cli.usage import Subcommands
from facts.text import Text

_ANYBODY = Text("先看一看", "To begin with")
_SCHOOL = Text("培训机构", "For an institution")
_REGULATOR = Text("监管部门", "For a regulator")
_DESK = Text("补贴经办", "For a claims desk")
_OPERATOR = Text("系统运维", "For an operator")


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the top's help, and where the command lives.

    ``place`` is ``module:name`` of its function, or of a group; ``beside`` are groups whose commands belong to it too.
    """

    help: str
    place: str
    calls: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    who: Text = field(default=_ANYBODY)


COMMANDS: Mapping[str, Command] = {
    "demo": Command(
        "画一个示范班期（没有真人）：核验、与真值对照、封存、再核验证据包、筛查一份申领 | draw a class, verify, seal, check, screen a claim.",
        "cli.demo:demo",
        ("xueshi demo", "xueshi demo ./示范班 --lang en"),
    ),
    "example": Command(
        "建一个待填的班期文件夹：表头、class.toml、录像放哪里 | a class folder to fill in.",
        "cli.example:example",
        ("xueshi example ./2025-04家政1班",),
        who=_SCHOOL,
    ),
    "doctor": Command(
        "只检查材料（几秒钟，不看画面）：读到了什么、哪里有问题、怎么补 | inputs only, in seconds: what was found, what is wrong.",
        "cli.doctor:doctor",
        ("xueshi doctor ./2025-04家政1班",),
        who=_SCHOOL,
    ),
    "verify": Command(
        "核验一个班期文件夹：逐学时给出结论、原因和办法 | judge a class folder hour by hour.",
        "cli.verification:verify",
        ("xueshi verify ./2025-04家政1班", "xueshi verify 班 --json - --fail-on fail"),
        who=_SCHOOL,
    ),
    "review": Command(
        "机构自查：核验本机构的班期文件夹，在本机打开复核页自己标人头 | an institution reviews its own class on this machine.",
        "cli.review:review",
        ("xueshi review ./2025-04家政1班", "xueshi review 班 --port 8200 --no-open"),
        who=_SCHOOL,
    ),
    "seal": Command(
        "封存：核验后每天一个证据包，签名、入日志 | seal one signed package for each class day.",
        "cli.sealing:seal_folder",
        (
            "xueshi seal ./2025-04家政1班",
            "xueshi seal 班/核验报告/report.json",
            "xueshi seal 班 --store ./evidence --identified",
        ),
        who=_SCHOOL,
    ),
    "record": Command(
        "录摄像机的码流：按钟点切成片段，缺的每一秒都有原因 | record camera streams; every missing second has its reason.",
        "cli.recorder:record",
        (
            "xueshi record CAMERAS.toml --out ./录像",
            "xueshi record --try CAMERAS.toml CH02",
            "xueshi record --status ./录像",
        ),
        who=_SCHOOL,
    ),
    "check": Command(
        "离线核验一个证据包，一次列出全部问题 | check a package offline, every fault at once.",
        "cli.package_check:check_package",
        ("xueshi check 证据包", "xueshi check 证据包 --heads 树头.json --recompute"),
        who=_REGULATOR,
    ),
    "draw": Command(
        "双随机抽查：承诺、揭示、重抽、核验 | spot checks by lot: commit, reveal, draw again, check",
        "cli.spot_checks:app",
        who=_REGULATOR,
    ),
    "explain": Command(
        "讲清一条规则：条款、原文、判定式、参数、假设、效力 | explain one rule: clause, quote, formula, assumptions.",
        "cli.explanation:explain",
        ("xueshi explain YQ-V1", "xueshi explain YQ-M1 --lang en"),
        who=_REGULATOR,
    ),
    "policy": Command("政策规则库 | the law as data", "cli.policy:app", beside=("cli.money:app",), who=_REGULATOR),
    "log": Command(
        "证据日志：树头、证明、核查 | the evidence log: heads, proofs, checks", "cli.log:app", who=_REGULATOR
    ),
    "claim": Command("补贴申领：模板、核查、比对、公示、疑点 | subsidy claims", "cli.claims:app", who=_DESK),
    "history": Command(
        "历史比对：导入各登记，找出疑点 | the history: import registries, list doubts",
        "cli.history:app",
        beside=("cli.history_doubts:app",),
        who=_DESK,
    ),
    "serve": Command(
        "启动网页服务；空库会打印一次性设置链接 | the service; on an empty database it prints a one-time set-up link.",
        "cli.service:serve",
        ("xueshi serve", "xueshi serve --host 0.0.0.0 --port 8443 --db postgresql://…"),
        who=_OPERATOR,
    ),
    "worker": Command(
        "在本机处理核验任务队列 | do the queued verifications on this machine.",
        "cli.worker:worker",
        ("xueshi worker", "xueshi worker --db postgresql://… --once"),
        who=_OPERATOR,
    ),
    "reverify": Command(
        "按新政策或新模型重走档案：哪些学时的结论会变；已作出的结论一律不动 | what would change in the archive; nothing does.",
        "cli.archive:reverify",
        (
            "xueshi reverify --since 2026-01-01 --policy YQ-2025-39 --dry-run",
            "xueshi reverify --since 2026-01-01 --look",
        ),
        who=_REGULATOR,
    ),
    "cluster": Command(
        "集群：证书、调度器、工作进程 | the cluster: certificates, scheduler, workers",
        "cli.cluster:app",
        who=_OPERATOR,
    ),
    "recorder": Command(
        "录控制台里登记的摄像机；可在几台机器上各运行一个 | record the cameras that the console lists.",
        "cli.recorder:recorder",
        ("xueshi recorder", "xueshi recorder --db postgresql://… --most 30"),
        who=_OPERATOR,
    ),
    "cameras": Command(
        "摄像机：在本地网络上查找 | cameras: find them on the local network",
        "cli.cameras:app",
        who=_SCHOOL,
    ),
    "models": Command("检测模型 | detectors, by their model cards", "cli.models:app", who=_OPERATOR),
    "keys": Command("签名密钥：生成、更换、列出 | signing keys: make, rotate, list", "cli.keys:app", who=_OPERATOR),
    "store": Command("证据库：检验与审计 | evidence stores: trials and audits", "cli.store:app", who=_OPERATOR),
    "retention": Command(
        "留存与删除：到期、冻结、延长、清理 | retention: what is due, holds, extensions, sweeps",
        "cli.retention:app",
        who=_OPERATOR,
    ),
    "db": Command(
        "数据库：状况、升级 | the database: how it stands, upgrades",
        "cli.database:app",
        beside=("cli.backup:app",),
        who=_OPERATOR,
    ),
}


class CommandGroup(Subcommands):
    """The top of the command line."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer keeps click's own types to itself
        """In the order in which people need them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as above
        """The command, its module imported now."""
        del ctx
        return _command(cmd_name, help_language()) if cmd_name in COMMANDS else None

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """From the table alone: importing every command to ask for its line would take two seconds."""
        lang = help_language()
        lines = [
            TyperCommand(name, callback=None, help=spoken(one.help, lang), rich_help_panel=one.who.say(lang))
            for name, one in COMMANDS.items()
        ]
        top = TyperGroup(
            name=self.name,
            commands=lines,
            params=[copy(param) for param in self.params],
            help=self.help,
            rich_markup_mode=self.rich_markup_mode,
        )
        top.epilog = examples("xueshi demo", "xueshi verify ./2025-04家政1班", "xueshi check 证据包", "xueshi serve")
        speak(top, lang)
        top.format_help(ctx, formatter)


@cache
def _command(name: str, lang: Lang) -> Any:  # noqa: ANN401 - as above
    known = COMMANDS[name]
    found = _imported(known.place)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name, epilog=examples(*known.calls))(found)
        found = alone
    found._add_completion = False  # noqa: SLF001 - a group is not installed by itself, so nobody completes its name
    for place in known.beside:
        found.registered_commands.extend(_imported(place).registered_commands)
    for group in (found.info, *found.registered_groups):
        if not isinstance(group.cls, type):  # one that brings a class of its own brings a kind of Subcommands
            group.cls = Subcommands
    command = typer.main.get_command(found)
    command.name = name
    speak(command, lang)
    return command


def _imported(place: str) -> Any:  # noqa: ANN401 - a function or a group, as the table says
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
