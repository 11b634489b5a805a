"""docker-compose.yml: strict about itself, hardened, without a default secret, and what ``make stack`` runs."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Context
from typer.main import get_command

from cli.main import app
from deploy.make_secrets import NAMES, make
from deploy.radosgw.start import missing_programs
from deploy.stack import Place, Stack, compose, inner_ports, place_in, services
from facts.text import Text
from runtime.accounts.openid.settings import OpenIdSettings, openid_from
from runtime.platform.database import database_status
from storage.blobs.address import open_blobs
from storage.database.errors import DatabaseError
from storage.evidence.address import open_store
from storage.evidence.errors import StoreError
from tests.fixtures.evidence_stores import RealClock
from tests.fixtures.paths import ROOT
from tests.fixtures.postgres import programs

FILE = compose()
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
# Of the compose specification, what this file uses; anything else is a slip or needs a thought first.
KEYS = {"build", "image", "command", "environment", "secrets", "volumes", "networks", "expose", "ports", "depends_on"}
KEYS |= {"healthcheck", "user", "read_only", "init", "restart", "cap_drop", "security_opt", "tmpfs", "shm_size"}
KEYS |= {"stop_grace_period", "pids_limit", "mem_limit", "cpus", "logging"}
HEALTH = {"test", "interval", "timeout", "retries", "start_period"}
CONDITIONS = {"service_healthy", "service_completed_successfully"}
ONCE = {"setup-store", "setup-db"}
DOCKERFILES = [ROOT / "Dockerfile", *sorted((ROOT / "deploy").glob("*/Dockerfile"))]


def test_the_file_holds_nothing_but_what_is_known() -> None:
    assert {key for key in FILE if not key.startswith("x-")} == {"name", "services", "volumes", "networks", "secrets"}
    for name, one in SERVICES.items():
        assert set(one) <= KEYS, name
        assert isinstance(one["command"], list), "a list, so that no shell reads it"
        assert all(isinstance(word, str) for word in one["command"]), name
        assert all(isinstance(value, str | int) for value in one["environment"].values()), name
        assert set(one.get("networks", ())) <= set(FILE["networks"])
        assert set(one.get("secrets", ())) <= set(FILE["secrets"])
        assert {volume.partition(":")[0] for volume in one["volumes"]} <= set(FILE["volumes"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_as_poor_in_rights_as_it_can_be(name: str) -> None:
    one = SERVICES[name]
    assert one["user"] == "10001:10001"
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in one.get("ports", ())), "TLS ends in front of it"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_log_and_no_herd_of_processes_grows_without_end(name: str) -> None:
    one = SERVICES[name]
    assert one["logging"] == {"driver": "json-file", "options": {"max-size": "20m", "max-file": "5"}}
    assert one["pids_limit"] > 0
    assert {one["mem_limit"], one["cpus"]} == {0}, "an operator sets them, by XUESHI_MEMORY and XUESHI_CPUS"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_what_stays_up_says_whether_it_is_well(name: str) -> None:
    health = SERVICES[name]["healthcheck"]
    assert set(health) == HEALTH
    assert health["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_services_wait_for_what_they_need() -> None:
    for name, one in SERVICES.items():
        for need, how in one.get("depends_on", {}).items():
            assert set(how) == {"condition"}
            assert how["condition"] in CONDITIONS
            expected = "service_completed_successfully" if need in ONCE else "service_healthy"
            assert how["condition"] == expected, f"{name} needs {need}"
    assert set(SERVICES["api"]["depends_on"]) == set(SERVICES["worker"]["depends_on"]) == ONCE
    assert set(SERVICES["recorder"]["depends_on"]) == ONCE


def test_every_secret_comes_by_file_and_none_has_a_value_here() -> None:
    assert set(FILE["secrets"]) == set(NAMES)
    for one in SERVICES.values():
        for key, value in one["environment"].items():
            if any(word in key for word in ("SECRET", "PASSWORD", "ACCESS_KEY", "_DB")):
                assert key.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in one["secrets"]
        files = {str(value) for value in one["environment"].values() if str(value).startswith("/run/secrets/")}
        assert files == {f"/run/secrets/{secret}" for secret in one["secrets"]}, "no secret that nobody reads"


def test_secrets_are_random_kept_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    assert make(tmp_path / "a") == list(NAMES)
    make(tmp_path / "b")
    for name in NAMES:
        one, two = ((tmp_path / place / name).read_text("utf-8") for place in "ab")
        assert one != two
        assert len(one.strip()) >= 20
        assert (tmp_path / "a" / name).stat().st_mode & 0o077 == 0
    before = (tmp_path / "a" / "db_password").read_text("utf-8")
    assert before.strip() in (tmp_path / "a" / "db_url").read_text("utf-8")
    assert make(tmp_path / "a") == []
    assert (tmp_path / "a" / "db_password").read_text("utf-8") == before


def test_api_and_worker_have_the_same_settings() -> None:
    assert SERVICES["api"]["environment"] == SERVICES["worker"]["environment"] == SERVICES["recorder"]["environment"]
    assert SERVICES["api"]["environment"] == SERVICES["setup-db"]["environment"]


def test_every_setting_is_one_that_the_program_reads() -> None:
    text = "".join(
        path.read_text("utf-8")
        for room in ("runtime", "storage", "cli", "api", "deploy")
        for path in (ROOT / room).rglob("*.py")
    )
    for one in SERVICES.values():
        for key in one["environment"]:
            assert f'"{key}"' in text or f'"{key.removesuffix("_FILE")}"' in text, key


def test_signing_in_by_a_provider_is_a_file_on_top_that_the_program_understands(tmp_path: Path) -> None:
    file = yaml.safe_load((ROOT / "deploy" / "openid.yml").read_text("utf-8"))
    assert set(file) == {"services", "secrets"}
    assert set(file["services"]) == {"api"}
    own = file["services"]["api"]
    assert set(own) == {"secrets", "environment"}
    told = own["environment"]
    assert told["XUESHI_OPENID_CLIENT_SECRET_FILE"] == f"/run/secrets/{own['secrets'][0]}"
    assert set(file["secrets"]) == set(own["secrets"])
    assert re.fullmatch(r"\$\{XUESHI_OPENID_ISSUER:\?[^}]+\}", told["XUESHI_OPENID_ISSUER"]), "no provider by default"
    (tmp_path / "secret").write_text("geheim\n")
    given = {
        "XUESHI_OPENID_ISSUER": "https://id.example",
        "XUESHI_OPENID_CLIENT_ID": "xueshi",
        "XUESHI_OPENID_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "XUESHI_OPENID_SCOPES": "openid profile",
        "XUESHI_OPENID_NAME_ZH": "晋政通",
        "XUESHI_OPENID_NAME_EN": "the province",
    }
    assert set(told) == set(given)
    assert openid_from(given, "https://xueshi.example") == OpenIdSettings(
        "https://id.example", "xueshi", "geheim", ("openid", "profile"), Text("晋政通", "the province")
    )


def test_the_proxy_is_a_file_on_top_that_ends_tls_and_is_believed_alone() -> None:
    file = yaml.safe_load((ROOT / "deploy" / "proxy.yml").read_text("utf-8"))
    assert set(file["services"]) == {"proxy", "api"}
    one, api = file["services"]["proxy"], file["services"]["api"]
    assert set(one) <= KEYS
    for key in ("user", "read_only", "init", "restart", "cap_drop", "security_opt", "logging"):
        assert one[key] == SERVICES["api"][key], key
    assert one["ports"] == ["443:8443"], "a port that needs no rights inside"
    assert api["environment"] == {"XUESHI_PROXIES": one["networks"]["door"]["ipv4_address"]}
    assert set(api["networks"]) - set(SERVICES["api"]["networks"]) == {"door"} == set(file["networks"])
    assert file["networks"]["door"]["internal"] is True
    rules = (ROOT / "deploy" / "proxy" / "Caddyfile").read_text("utf-8")
    assert set(re.findall(r"\{\$(\w+)", rules)) - {"XUESHI_UPSTREAM"} == set(one["environment"])
    assert "reverse_proxy {$XUESHI_UPSTREAM:api:8000}" in rules
    assert "header_up X-Forwarded-For {remote_host}" in rules, "what a caller claims of itself counts for nothing"
    assert "flush_interval -1" in rules, "the roll call's code changes every ten seconds"


def test_every_command_is_one_that_the_program_has() -> None:
    known = get_command(app)
    for one in SERVICES.values():
        for command in (one["command"], one.get("healthcheck", {}).get("test", ["CMD"])[1:]):
            if command[:1] != ["xueshi"]:
                continue
            if command[1] in {"serve", "worker"} and not (ROOT / "cli" / f"{command[1]}.py").exists():
                continue  # not here yet
            room = known.get_command(Context(known), command[1])  # type: ignore[attr-defined] # a group
            assert room is not None, command
            inner = getattr(room, "commands", None)
            assert inner is None or command[2] in inner


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_images_are_pinned_unprivileged_and_name_no_registry(path: Path) -> None:
    text = path.read_text("utf-8")
    (base,) = re.findall(r"^ARG BASE=(\S+)", text, re.MULTILINE)
    assert re.fullmatch(r"(python|debian):[\w.-]*bookworm-slim|(python):3\.11-slim-bookworm", base)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${BASE}"}, (
        "so that an operator's digest is the base"
    )
    proxy = yaml.safe_load((ROOT / "deploy" / "proxy.yml").read_text("utf-8"))["services"]["proxy"]
    builds = [one["build"] for one in SERVICES.values() if "build" in one]
    by_default = proxy["build"]["args"]["BASE"].partition(":-")[2].rstrip("}")
    builds.append({**proxy["build"], "args": {**proxy["build"]["args"], "BASE": by_default}})
    assert {one["args"]["BASE"] for one in builds if ROOT / one["dockerfile"] == path} == {base}
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE)[-1] == "10001:10001"
    mirrors = set(re.findall(r'^ARG (\w+)=""$', text, re.MULTILINE))
    assert mirrors >= {"APT_MIRROR"}
    assert ("PIP_INDEX_URL" in mirrors) is ("--require-hashes" in text)
    for one in builds:
        if ROOT / one["dockerfile"] == path:
            assert set(one["args"]) == {"BASE", *mirrors}
    assert "://" not in text
    for line in text.replace("\\\n", " ").splitlines():
        for install in re.findall(r"pip install [^&]*", line):
            assert "--require-hashes" in install or "--no-index" in install
    for source in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert (ROOT / source).exists()


def test_an_image_runs_by_itself_what_compose_tells_it_to() -> None:
    for name, path in (("postgres", "deploy/postgres"), ("s3", "deploy/radosgw"), ("api", ".")):
        (command,) = re.findall(r"^CMD (.*)$", (ROOT / path / "Dockerfile").read_text("utf-8"), re.MULTILINE)
        assert yaml.safe_load(command) == SERVICES[name]["command"]
        (port,) = re.findall(r"^EXPOSE (\d+)$", (ROOT / path / "Dockerfile").read_text("utf-8"), re.MULTILINE)
        assert int(port) == inner_ports(FILE)[name]


def test_the_build_context_holds_the_programs_and_no_secret() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "**"
    wheel = re.search(r"^packages = (\[.*\])$", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert wheel
    assert {f"!{name}" for name in yaml.safe_load(wheel[1])} <= set(lines)
    assert "!secrets" not in lines


def test_the_stack_runs_the_commands_and_settings_of_the_file(tmp_path: Path) -> None:
    ports = {name: 10_000 + index for index, name in enumerate(inner_ports(FILE))}
    found = {one.name: one for one in services(FILE, Place(tmp_path, ports))}
    order = list(found)
    assert all(order.index(need) < order.index(name) for name, one in found.items() for need in one.needs)
    assert set(found) == set(SERVICES)
    for name, one in found.items():
        assert set(one.environ) == set(SERVICES[name]["environment"])
        text = " ".join([*one.command, *one.environ.values(), *one.check])
        assert "/run/secrets" not in text.replace(f"{tmp_path}/run/secrets", "")
        assert "0.0.0.0" not in text  # noqa: S104 - that it is not
        assert not re.search(r"[@/](postgres|s3|api):\d", text)
    assert found["api"].command[1:] == ["-m", "cli.main", "serve", "--host", "127.0.0.1", "--port", str(ports["api"])]
    assert found["api"].environ["XUESHI_STORE"] == f"s3+http://127.0.0.1:{ports['s3']}/xueshi-evidence"
    assert found["api"].environ["XUESHI_BLOBS"] == f"s3+http://127.0.0.1:{ports['s3']}/xueshi-blobs"
    assert found["worker"].command == [sys.executable, "-m", "cli.main", "worker"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the postgres user may enter, where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="xueshi-stack-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.s3
def test_the_stack_keeps_what_it_has_takes_new_keys_over_and_ends(folder: Path) -> None:
    if missing_programs() or programs() is None:
        assert not os.environ.get("CI"), "CI must run the stack"
        pytest.skip("needs Debian's radosgw, ceph-mon, ceph-osd and postgresql")
    parts = frozenset({"postgres", "s3", *ONCE})
    former: dict[str, str] = {}
    for turn in range(2):  # founded once, then started again with other secrets
        place = place_in(folder, FILE, free=True)
        with Stack(place, FILE) as stack:
            stack.start(parts)
            assert set(stack.running) == {"postgres", "s3"}
            environ = stack.environ["setup-db"]
            assert database_status(environ).schema.current
            store = open_store(environ["XUESHI_STORE"], environ, RealClock())
            assert store.enforcement.value == "s3-compliance"
            open_blobs(environ["XUESHI_BLOBS"], environ)
            told = (place.logs / "setup-store.log").read_text("utf-8").splitlines()[-1]
            assert ("已建好", "已存在")[turn] in told
            if former:
                with pytest.raises(StoreError):
                    open_store(environ["XUESHI_STORE"], former, RealClock())
                with pytest.raises(DatabaseError):
                    database_status(former)
            former = {
                key: _value(environ, key) for key in ("XUESHI_DB", "XUESHI_S3_ACCESS_KEY", "XUESHI_S3_SECRET_KEY")
            }
            for name in NAMES:
                (folder / "secrets" / name).unlink()
        assert not [port for port in place.ports.values() if _answers(port)]


@pytest.mark.s3
def test_a_service_that_is_killed_is_started_again_and_ctrl_c_ends_all(folder: Path) -> None:
    if programs() is None:
        pytest.skip("needs Debian's postgresql")
    line = [sys.executable, "-m", "deploy.stack", str(folder / "s"), "--only", "postgres", "--free-ports"]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(line, cwd=ROOT, stdout=out, stderr=out)  # noqa: S603 - our own words
    kept = folder / "s/volumes/postgres/data/postmaster.pid"
    try:
        _until(lambda: "Ctrl-C" in (folder / "out").read_text("utf-8"))
        server = int(kept.read_text("utf-8").split()[0])
        port = place_in(folder / "s", FILE, free=True).ports["postgres"]
        os.kill(server, signal.SIGKILL)
        _until(lambda: int(kept.read_text("utf-8").split()[0] if kept.exists() else server) != server)
        _until(lambda: _answers(port))
        assert "postgres 已结束（-9），重新启动" in (folder / "out").read_text("utf-8")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert not kept.exists()
    finally:
        process.kill()
        process.wait()


def _value(environ: dict[str, str], key: str) -> str:
    return Path(environ[f"{key}_FILE"]).read_text("utf-8").strip()


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _until(true: Any) -> None:  # noqa: ANN401 - a question
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)
