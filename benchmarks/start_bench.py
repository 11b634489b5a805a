"""What a start costs: CPU seconds (user and system) of commands that do next to nothing, and of the service's process.

    python -m benchmarks.start_bench [--rounds 5]

Each line is the least of several runs in processes of their own, after one run that compiles. A file under another
checkout's root measures that checkout: what is timed comes from the working folder.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

HEAVY = ("av", "cv2", "numpy", "openpyxl", "python_calamine", "minio", "alembic", "sqlalchemy", "fastapi", "pydantic")
LOADED = f"import sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
_COMMAND = "from cli.main import run\ntry: run({!r})\nexcept SystemExit: pass"
_ANSWER = """
import asyncio, httpx
from api.http.app import create
async def answered():
    app = create()
    way = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=way, base_url="http://127.0.0.1") as one:
        assert (await one.get("/healthz")).status_code == 200
asyncio.run(answered())
"""
CASES = {
    "xueshi --help": _COMMAND.format(["--help"]),
    "xueshi policy list": _COMMAND.format(["policy", "list"]),
    "xueshi explain YQ-V1": _COMMAND.format(["explain", "YQ-V1"]),
    "import api.http.app": "import api.http.app",
    "create the application": "from api.http.app import create; create()",
    "the service's first answer": _ANSWER,
    "import typer and rich (floor)": "import typer, rich.console, rich.table, rich.panel",
    "an empty program (floor)": "pass",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{'':32}{'CPU s':>8}  heavy libraries loaded")
    with tempfile.TemporaryDirectory() as home:
        environ = {
            **os.environ,
            "XUESHI_HOME": home,
            "XUESHI_DB": f"sqlite:///{home}/xueshi.db",
            "XUESHI_WORKS_ITSELF": "0",
            "PYTHONPATH": str(Path.cwd()),
            "COLUMNS": "120",
        }
        for name, code in CASES.items():
            spent, loaded = measured(code, environ, rounds)
            print(f"{name:32}{spent:8.2f}  {loaded or '-'}")
    return 0


def measured(code: str, environ: dict[str, str], rounds: int) -> tuple[float, str]:
    """The least CPU time of the rounds, and which heavy libraries the process holds at its end."""
    spent = min([_run(code, environ)[0] for _ in range(rounds + 1)][1:])
    return spent, _run(f"{code}\n{LOADED}", environ)[1].splitlines()[-1]


def _run(code: str, environ: dict[str, str]) -> tuple[float, str]:
    with tempfile.TemporaryFile() as out:
        files = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1)]
        pid = os.posix_spawn(sys.executable, [sys.executable, "-c", code], environ, file_actions=files)
        _, status, used = os.wait4(pid, 0)
        out.seek(0)
        text = out.read().decode()
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{code}: got exit {os.waitstatus_to_exitcode(status)}, expected 0")
    return used.ru_utime + used.ru_stime, text


if __name__ == "__main__":
    sys.exit(main())
