"""The command line as a Windows office PC would meet it: a GBK console, and a Python without what Unix alone has.

What was tried with Python for Windows beside that stands in docs/install.md.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.earlier_version import earlier_package
from tests.fixtures.folders import honest
from tests.fixtures.paths import ROOT

GBK = {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0", "XUESHI_LANG": "zh"}
HIDDEN = """
import sys
class Unix:
    def find_spec(self, name, path=None, target=None):
        if name in {"fcntl", "resource", "pwd", "grp", "termios"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Unix())
import os, signal, socket, tempfile
for module, names in {os: "O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_PATH fork fchmod pipe2 sched_getaffinity geteuid getuid", socket: "AF_UNIX"}.items():
    for name in names.split():
        delattr(module, name)
"""


def called(
    *words: str, cwd: Path, first: str = "", more: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    code = f"{first}\nimport sys\nfrom cli.main import run\nrun(sys.argv[1:])"
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cwd / "cache"), **(more or {})}
    line = [sys.executable, "-c", code, *words]
    return subprocess.run(line, cwd=cwd, env=environ, capture_output=True, check=False)  # noqa: S603 - our own


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["example", "班"], 0, "√ "),
        (["--help"], 0, "学时证"),
        (["verfy"], 2, "× "),
        (["policy", "list"], 0, "规则库"),
        (["doctor", "没有"], 2, "× "),
    ],
)
def test_a_gbk_console_is_told_everything(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    done = called(*words, cwd=tmp_path, more=GBK)
    told = (done.stdout + done.stderr).decode("gbk")
    assert (done.returncode, said in told) == (code, True), told


@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["policy", "list"],
        ["example", "班"],
        ["--help"],
        ["models", "list"],
        ["draw", "list"],
        ["claim", "template", "项目制培训", "--out", "申领.xlsx"],
        ["history", "status"],
    ],
)
def test_what_needs_nothing_of_unix_runs_without_it(tmp_path: Path, words: list[str]) -> None:
    done = called(*words, cwd=tmp_path, first=HIDDEN)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(
    "words",
    [["serve"], ["worker", "--once"], ["review", "班"], ["seal", "班"], ["keys", "init"], ["demo"], ["record", "x"]],
)
def test_what_needs_unix_says_so_in_one_line_and_does_nothing(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "班").mkdir()
    done = called(*words, cwd=tmp_path, first=HIDDEN, more={**GBK, "XUESHI_HOME": str(tmp_path / "home")})
    told = done.stderr.decode("gbk")
    assert (done.returncode, told.count("\n"), "WSL 2" in told) == (69, 1, True), told
    assert [path.name for path in tmp_path.rglob("*") if path.name != "cache"] == ["班"]


def test_a_package_is_checked_without_unix(tmp_path: Path) -> None:
    done = called("check", str(earlier_package(tmp_path)), cwd=tmp_path, first=HIDDEN)
    assert (done.returncode, "证据包完好" in done.stdout.decode()) == (0, True), done.stdout + done.stderr


@pytest.mark.slow
def test_a_class_is_verified_without_unix(tmp_path: Path) -> None:
    """Tables and recordings are read, people counted, and the report written."""
    folder = honest(tmp_path / "班")
    done = called("verify", str(folder), "--progress", "none", cwd=tmp_path, first=HIDDEN, more=GBK)
    assert (done.returncode, "√ 达标" in done.stdout.decode("gbk")) == (0, True), done.stderr.decode("gbk")
    assert (folder / "核验报告" / "report.html").stat().st_size > 50_000


def test_the_verifier_in_a_package_runs_without_unix_on_a_gbk_console(tmp_path: Path) -> None:
    package = earlier_package(tmp_path)
    code = f"{HIDDEN}\nimport runpy, sys\nsys.argv = ['verify.py', {str(package)!r}]\nrunpy.run_path({str(package / 'verify.py')!r}, run_name='__main__')"
    line = [sys.executable, "-I", "-c", code]
    done = subprocess.run(line, env={**os.environ, **GBK}, capture_output=True, check=False, cwd=tmp_path)  # noqa: S603
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["example", "长" * 100], 2, "名字太长"),
        (["doctor", "长" * 100], 2, "名字太长"),
        (["verify", "长" * 100], 2, "名字太长"),
        (["check", "长" * 100], 2, "名字太长"),
        (["explain", "YQ-R1", "--rulebooks", "长" * 100], 2, "名字太长"),
        (["example", "/dev/null/班"], 2, "不是文件夹"),
        (["example", "/proc/1/班"], 2, "没有"),
        (["example", "长" * 100, "--lang", "en"], 2, "the name is too long"),
    ],
)
def test_a_name_that_the_system_refuses_is_told_in_one_line(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    done = called(*words, cwd=tmp_path)
    told = done.stderr.decode()
    assert (done.returncode, said in told, told.count("\n")) == (code, True, 1), told
    assert all(len(line) < 200 for line in told.splitlines())


def test_a_defect_in_a_table_of_numbers_is_told_as_one(tmp_path: Path) -> None:
    """What lacks the attribute may be anything: an array answers a comparison with an array."""
    first = "import cli.main, numpy\ncli.main.app = lambda **_: numpy.zeros(3).nothing"
    done = called("policy", "list", cwd=tmp_path, first=first)
    told = done.stderr.decode()
    assert (done.returncode, told.count("\n"), "AttributeError" in told) == (70, 1, True), told
