"""Errors come in the user's language and say what was probably meant; the real command, as its caller surrounds it."""

import pytest

from cli.error_lines import defect_text, error_lines
from cli.language import error_language
from cli.terminal import Lang
from facts.errors import ConflictError, Fault, FaultsError, InternalError, NotFoundError, RulebookError, SetupError
from facts.refusals import RefusalsError, stands
from facts.text import Text
from tests.fixtures.paths import ROOT
from tests.fixtures.warm_program import warm_program

USAGE = [
    (["verfy"], "没有命令 verfy；是不是 verify 或 reverify？", "no command verfy; did you mean verify or reverify?"),
    (["zzz"], "没有命令 zzz\n", "no command zzz\n"),
    (["claim", "sreen"], "没有命令 sreen；是不是 screen？", "no command sreen; did you mean screen?"),
    (["claim", "doubts", "lst"], "没有命令 lst；是不是 list？", "no command lst; did you mean list?"),
    (["--verson"], "没有选项 --verson；是不是 --version？", "no option --verson; did you mean --version?"),
    (["verify", "班", "--polcy=x"], "没有选项 --polcy；是不是 --policy？", "no option --polcy; did you mean --policy?"),
    (["verify"], "缺少参数 FOLDER\n", "argument FOLDER is missing\n"),
    (["verify", "班", "班"], "多余的参数：班", "more arguments than expected: 班"),
    (["verify", "班", "--out"], "选项 --out 后面缺少值", "option --out needs a value after it"),
    (
        ["verify", "班", "--fail-on", "sometimes"],
        "--fail-on：收到 sometimes，应为 ",
        "--fail-on: got sometimes, expected ",
    ),
    (
        ["serve", "--port", "abc"],
        "--port：收到 abc，应为 1 到 65535 的整数",
        "--port: got abc, expected a whole number from 1 to 65535",
    ),
    (
        ["policy", "list", "--as-of", "today"],
        "--as-of：收到 today，应为 YYYY-MM-DD 形式的日期",
        "--as-of: got today, expected a date such as YYYY-MM-DD",
    ),
]


def ran(words: list[str], **environ: str) -> tuple[int, str, str]:
    return warm_program().run(words, {"PATH": "/usr/bin:/bin", **environ}, ROOT, 60)


@pytest.mark.parametrize(("words", "zh", "en"), USAGE, ids=[" ".join(words) for words, _, _ in USAGE])
def test_a_wrong_call_is_told_in_both_languages_and_ends_with_2(words: list[str], zh: str, en: str) -> None:
    for environ, told in (({}, zh), ({"LANG": "en_GB.UTF-8"}, en)):
        code, out, err = ran(words, **environ)
        assert (code, out) == (2, "")
        assert err.startswith("✗ ")
        assert told in err
        assert len(err.splitlines()) <= 2


def test_a_wrong_call_names_the_help_of_the_very_command() -> None:
    assert ran(["claim", "sreen"])[2].splitlines()[1] == "  用法见 xueshi claim --help"
    assert ran(["claim", "sreen", "--lang", "en"])[2].splitlines()[1] == "  see xueshi claim --help"


def test_a_missing_folder_says_who_must_act_in_chinese() -> None:
    code, _, err = ran(["verify", "/没有"])
    assert code == 2
    assert err.splitlines() == [
        "✗ /没有：没有这个文件夹，应为一个班期的文件夹；请核对路径，或用 xueshi example 建一个",
        "→ 请改正材料或参数后再运行",
    ]
    assert ran(["verify", "/没有", "--lang", "en"])[2].splitlines() == [
        "✗ /没有: got no folder, expected the folder of one class; check the path"
    ]


@pytest.mark.parametrize(
    ("words", "environ", "lang"),
    [
        ([], {}, Lang.ZH),
        ([], {"LANG": "C"}, Lang.ZH),
        ([], {"LANG": "C.UTF-8"}, Lang.ZH),
        ([], {"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, Lang.ZH),
        ([], {"LANG": "zh_CN.UTF-8"}, Lang.ZH),
        ([], {"LANG": "en_US.UTF-8"}, Lang.EN),
        ([], {"LC_ALL": "en_GB", "LANG": "zh_CN.UTF-8"}, Lang.EN),
        ([], {"XUESHI_LANG": "zh", "LANG": "en_US.UTF-8"}, Lang.ZH),
        (["verify", "--lang", "en"], {"XUESHI_LANG": "zh"}, Lang.EN),
        (["verify", "--lang=zh"], {"LANG": "en_US.UTF-8"}, Lang.ZH),
        (["verify", "--lang", "fr"], {"LANG": "en_US.UTF-8"}, Lang.EN),
        (["verify", "--lang"], {}, Lang.ZH),
        (["verify", "--", "--lang", "en"], {}, Lang.ZH),
    ],
)
def test_the_option_comes_before_the_locale_and_chinese_before_all(
    words: list[str], environ: dict[str, str], lang: Lang
) -> None:
    assert error_language(words, environ) is lang


def test_refusals_are_told_by_their_titles() -> None:
    assert error_lines(NotFoundError("课程", "class"), Lang.ZH)[0].startswith("✗ 没有这个课程，或不在您的权限范围内")
    assert error_lines(NotFoundError("课程", "class"), Lang.EN)[0].startswith("✗ no such class, or not within")
    assert "got two, expected one; take one" in error_lines(ConflictError("two", "one", "take one"), Lang.ZH)[0]
    several = RefusalsError([stands(where, Text(f"甲{where}", f"first {where}"), "a", "b") for where in "12"])
    assert error_lines(several, Lang.ZH) == ["✗ 甲1", "✗ 甲2"]
    assert error_lines(several, Lang.EN) == ["✗ first 1", "✗ first 2"]


def test_every_fault_has_a_line_and_every_family_its_own_last_one() -> None:
    faults = FaultsError([Fault("a", "1", "2"), Fault("b", "3", "4")])
    assert error_lines(faults, Lang.EN) == ["✗ a: got 1, expected 2", "✗ b: got 3, expected 4"]
    last = {error_lines(family("x"), Lang.ZH)[-1] for family in (RulebookError, SetupError, InternalError)}
    assert len({*last, error_lines(faults, Lang.ZH)[-1]}) == 4


def test_a_defect_says_how_to_see_more() -> None:
    told = defect_text(ValueError("x"))
    assert told.zh == "内部错误：ValueError: x；设 XUESHI_DEBUG=1 再运行可看详情"
    assert told.en == "internal error: ValueError: x; set XUESHI_DEBUG=1 for details"
