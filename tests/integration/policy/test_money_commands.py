import json

import pytest

from cli.main import run

Said = pytest.CaptureFixture[str]


def call(capsys: Said, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        run(["policy", "example", *arguments])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_the_worked_example_of_the_demo(capsys: Said) -> None:
    code, out, _ = call(capsys, "YQ-M1")
    assert code == 0
    table = [line.split() for line in out.splitlines() if line[:1].isdigit()]
    assert [(row[0], row[-1]) for row in table] == [
        ("1", "150元"),
        ("10", "1,500元"),
        ("11", "1,600元"),
        ("44", "4,900元"),
        ("45", "5,000元"),
        ("46", "5,000元"),
    ]
    assert "150元×10天 + 100元×35天 = 5,000元，上限5,000元" in out
    assert "补贴标准为培训前10天每人每天150元" in out


def test_the_example_speaks_english(capsys: Said) -> None:
    _, out, _ = call(capsys, "YQ-M1", "--days", "11", "--lang", "en")
    assert "150 yuan × 10 days + 100 yuan × 1 day = 1,600 yuan, cap 5,000 yuan" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("WY-M2", "--hours", "39"), "25元×39课时 = 975元"),
        (("WY-M2", "--hours", "11"), "不足 12 课时"),
        (("YQ-M1", "--days", "0"), "有效时长为 0 天"),
        (("QJ-M3", "--months", "7"), "200元×6月 = 1,200元"),
        (("YQ-M2", "--heads", "9", "--days", "10"), "1,500元×9人 = 13,500元"),
        (("yq-m10",), "《就业补助资金管理办法》"),
    ],
)
def test_what_is_asked_is_worked(capsys: Said, arguments: tuple[str, ...], said: str) -> None:
    code, out, _ = call(capsys, *arguments)
    assert code == 0
    assert said in out.replace("\n", "")


def test_the_trace_as_json(capsys: Said) -> None:
    _, out, _ = call(capsys, "YQ-M1", "--days", "44", "--json")
    said = json.loads(out)
    assert (said["rule"], said["total"], said["cap"]) == ("YQ-M1", {"fen": 490_000}, {"fen": 500_000})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("YQ-V1",), "got kind video.continuous, expected a money rule"),
        (("XX-M1",), "没有规则 XX-M1"),
        (("YQ-M1", "--days", "-1"), "--days"),
    ],
)
def test_what_cannot_be_worked_is_said_in_a_line(capsys: Said, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = call(capsys, *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
