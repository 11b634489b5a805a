"""Whoever holds the key may sign a changed package again: the log tells, and where the log was forged too, a kept head."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.sealing.command import SealResult
from storage.sealing.examination import FACTS, LEAVES, LISTED, PACKED_HEADS, TAGS, VERDICTS
from tests.fixtures.forged_packages import forged, resealed
from tests.fixtures.sealed_packages import SealingWorkspace, checked, copied, edited, faults, papers

Alteration = Callable[[Path], None]
REPORT = "data/report/report"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SealingWorkspace:
    """A class of papers."""
    return papers(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def made(bench: SealingWorkspace, tmp_path_factory: pytest.TempPathFactory) -> SealResult:
    """Masked packages, and the head that their regulator kept."""
    return bench.seal(tmp_path_factory.mktemp("out"))


@pytest.fixture
def package(made: SealResult, tmp_path: Path) -> Path:
    """A package that is to be rewritten; a picture lies in it, as in a class that was filmed."""
    return copied(made.packages[0], tmp_path / made.packages[0].name)


def replaced(path: Path, before: str, after: str) -> None:
    body = path.read_text("utf-8")
    assert before in body, path
    path.write_text(body.replace(before, after), "utf-8")


def report_page(package: Path) -> None:
    replaced(package / f"{REPORT}.html", "存疑待核", "达标")


def picture_added(package: Path) -> None:
    (package / "data/sheets").mkdir(exist_ok=True)
    (package / "data/sheets/2026-04-07-1-sheet.jpg").write_bytes(b"\xff\xd8another room")


def originals_shortened(package: Path) -> None:
    edited(package / LISTED, lambda body: body["originals"].pop())


def doubts_removed(package: Path) -> None:
    edited(package / f"{REPORT}.json", lambda body: body.update(doubts=[], limits=[]))


def store_raised(package: Path) -> None:
    edited(package / LISTED, lambda body: body["store"].update(enforcement="compliance", zh="不可删除", en="locked"))


def label_changed(package: Path) -> None:
    replaced(package / "bag-info.txt", "Xueshi-Enforcement: none", "Xueshi-Enforcement: compliance")


def comment_in_the_rulebook(package: Path) -> None:
    with next((package / "data/rulebook").glob("*.toml")).open("a") as file:
        file.write("# 另有口头说明\n")


def settings_changed(package: Path) -> None:
    edited(package / "data/settings.json", lambda body: body.update(keep_until="2026-05-01T00:00:00+08:00"))


def verifier_replaced(package: Path) -> None:
    (package / "verify.py").write_text("print('✓ 证据包完好')\n", "utf-8")


def readme_changed(package: Path) -> None:
    (package / "README.md").write_text("# 无需核验\n", "utf-8")


def key_added(package: Path) -> None:
    edited(package / "log/keys.json", lambda body: body["keys"].append(body["keys"][0]))


def tag_added(package: Path) -> None:
    (package / "说明.txt").write_text("以此为准", "utf-8")


def tag_unbound(package: Path) -> None:
    (package / "log/leaves.html").write_text("以此为准", "utf-8")


def file_added(package: Path) -> None:
    (package / "data/补充.txt").write_text("以此为准", "utf-8")


def facts_changed(package: Path) -> None:
    replaced(package / FACTS, "201教室", "301教室")


def passed_for_an_older_one(package: Path) -> None:
    """Facts that no longer say that the manifest is in the log, and a page of the forger's own."""
    replaced(package / FACTS, '"package": "2"', '"package_": "2"')
    report_page(package)


def verdict_changed(package: Path) -> None:
    replaced(package / VERDICTS, '"status": "UNPROVEN"', '"status": "PASS"')


ALTERATIONS: list[Alteration] = [
    report_page,
    picture_added,
    originals_shortened,
    doubts_removed,
    store_raised,
    label_changed,
    comment_in_the_rulebook,
    settings_changed,
    verifier_replaced,
    readme_changed,
    key_added,
    tag_added,
    tag_unbound,
    file_added,
    facts_changed,
    verdict_changed,
    passed_for_an_older_one,
]
each = pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda one: one.__name__)


def rewritten_json(path: Path, change: Callable[[Any], None]) -> None:
    """As the sealer writes it, with a change."""
    body = json.loads(path.read_text("utf-8"))
    change(body)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")


def head_renamed(package: Path) -> None:
    rewritten_json(package / PACKED_HEADS, lambda body: body["heads"][-1].update(schema="PASS"))


def heads_spaced(package: Path) -> None:
    (package / PACKED_HEADS).write_bytes((package / PACKED_HEADS).read_bytes() + b"\n")


def earlier_head_dated(package: Path) -> None:
    rewritten_json(package / PACKED_HEADS, lambda body: body["heads"][0].update(at="2020-01-01T00:00:00.000Z"))


def earlier_head_dropped(package: Path) -> None:
    def drop(body: Any) -> None:  # noqa: ANN401 - JSON
        body["consistency"] = [one for one in body["consistency"] if one["from"] != body["heads"][0]["size"]]
        del body["heads"][0]

    rewritten_json(package / PACKED_HEADS, drop)


def proof_dropped(package: Path) -> None:
    rewritten_json(package / PACKED_HEADS, lambda body: body["consistency"].pop())


def proof_spoilt(package: Path) -> None:
    rewritten_json(package / PACKED_HEADS, lambda body: body["consistency"][0].update({"path": ["00" * 32]}))


def leaves_reordered(package: Path) -> None:
    rows = (package / LEAVES).read_bytes().splitlines(keepends=True)
    (package / LEAVES).write_bytes(b"".join([rows[1], rows[0], *rows[2:]]))


def leaf_doubled(package: Path) -> None:
    rows = (package / LEAVES).read_bytes().splitlines(keepends=True)
    (package / LEAVES).write_bytes(b"".join([rows[0], *rows]))


def leaf_of_a_twin_left_out(package: Path) -> None:
    """Two originals with the same bytes have two leaves; with one of them gone every digest is still in the log."""
    rows = (package / LEAVES).read_bytes().splitlines(keepends=True)
    spoken = [json.loads(json.loads(row)["leaf"])["sha256"] for row in rows]
    twin = next(number for number, digest in enumerate(spoken) if digest in spoken[:number])
    (package / LEAVES).write_bytes(b"".join(rows[:twin] + rows[twin + 1 :]))


def leaves_without_their_last_line_end(package: Path) -> None:
    (package / LEAVES).write_bytes((package / LEAVES).read_bytes()[:-1])


LOG_ALTERATIONS: list[Alteration] = [
    head_renamed,
    heads_spaced,
    earlier_head_dated,
    earlier_head_dropped,
    proof_dropped,
    proof_spoilt,
    leaves_reordered,
    leaf_doubled,
    leaf_of_a_twin_left_out,
    leaves_without_their_last_line_end,
]


@pytest.mark.parametrize("alter", LOG_ALTERATIONS, ids=lambda one: one.__name__)
def test_the_log_s_own_word_in_a_package_is_held_to_the_letter(
    alter: Alteration, bench: SealingWorkspace, made: SealResult, tmp_path: Path
) -> None:
    """Signed again with the key; ``made`` came before, so that the second sealing carries an earlier head."""
    assert made.packages
    package = bench.seal(tmp_path / "out").packages[0]
    assert faults(package) == []
    alter(package)
    resealed(package, bench.ring.signer())
    assert any(fault.endswith("is not as it was written") for fault in faults(package)), faults(package)


def asked(bench: SealingWorkspace, made: SealResult) -> dict[str, object]:
    """Everything that a regulator has in hand."""
    return {"heads": made.head_file, "key": bench.ring.entries()[-1].public.key_id, "recompute": True}


def test_an_untouched_package_holds_against_head_key_and_facts(made: SealResult, bench: SealingWorkspace) -> None:
    for package in made.packages:
        lines = checked(package, **asked(bench, made)).lines
        assert [line.en for line in lines if line.mark == "✗"] == []
        assert any("the manifest is leaf" in line.en for line in lines)
        assert any("the pages drawn again from the facts are the same" in line.en for line in lines)


@each
def test_a_change_that_the_key_signed_again_contradicts_the_log(
    alter: Alteration, package: Path, bench: SealingWorkspace
) -> None:
    alter(package)
    resealed(package, bench.ring.signer())
    assert any("in the log" in fault for fault in faults(package)), faults(package)


@each
def test_the_verifier_of_another_package_says_so_with_python_alone(
    alter: Alteration, package: Path, made: SealResult, bench: SealingWorkspace
) -> None:
    alter(package)
    resealed(package, bench.ring.signer())
    words = [sys.executable, "-I", "-S", str(made.packages[1] / "verify.py"), str(package), "--lang", "en"]
    done = subprocess.run(words, capture_output=True, check=False, timeout=60)  # noqa: S603 - our own verifier
    assert done.returncode == 30
    assert "in the log" in done.stdout.decode()


@each
def test_a_change_with_a_forged_log_is_caught_by_the_head_that_was_kept(
    alter: Alteration, package: Path, made: SealResult, bench: SealingWorkspace
) -> None:
    alter(package)
    forged(package, bench)
    found = faults(package, **asked(bench, made))
    assert any("rewritten" in fault or "nothing proves that the log only grew" in fault for fault in found), found


def test_only_the_kept_head_tells_where_the_log_was_forged_with_the_key(
    package: Path, made: SealResult, bench: SealingWorkspace
) -> None:
    readme_changed(package)
    forged(package, bench)
    assert faults(package, recompute=True, key=bench.ring.entries()[-1].public.key_id) == []  # as the README says
    assert faults(package, heads=made.head_file)
    assert "only a head that was kept elsewhere" in (made.packages[0] / "README.md").read_text("utf-8").lower()


@pytest.mark.parametrize("alter", [report_page, doubts_removed], ids=lambda one: one.__name__)
def test_pages_that_the_facts_do_not_draw_are_caught_even_where_the_log_was_forged(
    alter: Alteration, package: Path, bench: SealingWorkspace
) -> None:
    alter(package)
    forged(package, bench)
    assert any("is not what the facts draw" in fault for fault in faults(package, recompute=True))


def test_originals_that_differ_from_the_facts_are_caught_even_where_the_log_was_forged(
    package: Path, bench: SealingWorkspace
) -> None:
    originals_shortened(package)
    forged(package, bench)
    assert any("the facts used it, the originals lack it" in fault for fault in faults(package))


def test_a_list_of_tags_that_lacks_the_verifier_binds_nothing(package: Path, bench: SealingWorkspace) -> None:
    resealed(package, bench.ring.signer())
    edited(package / TAGS, lambda body: body["tags"].pop("verify.py"))
    assert "verify.py is bound by nothing" in faults(package)


def test_a_package_that_was_sealed_after_the_head_is_told_so(made: SealResult, bench: SealingWorkspace) -> None:
    shutil.copy(bench.folder / "花名册.xlsx", bench.folder / "花名册2.xlsx")
    later = bench.seal(made.packages[0].parent.parent / "later").packages[0]
    lines = checked(later, heads=made.head_file).lines
    assert any("sealed after this head" in line.en for line in lines if line.mark == "!")
    (bench.folder / "花名册2.xlsx").unlink()


def test_a_chain_of_too_many_keys_is_refused_before_it_is_checked(package: Path) -> None:
    edited(package / "log/keys.json", lambda body: body.update(keys=body["keys"] * 100_000))
    assert "100000 keys are listed, at most 256 can be" in faults(package)


def test_a_chain_is_checked_once_whoever_asks(package: Path, made: SealResult) -> None:
    edited(package / "log/keys.json", lambda body: body.update(keys=[{**body["keys"][0], "before": "0" * 16}]))
    said = [fault for fault in faults(package, heads=made.head_file) if "lacks its first keys" in fault]
    assert len(said) == 1


@pytest.mark.parametrize("names", [("Ä.txt", "ä.txt"), ("e\u0301.txt", "é.txt")], ids=["case", "spelling"])
def test_names_that_another_system_takes_for_one_are_faults(
    names: tuple[str, str], package: Path, bench: SealingWorkspace
) -> None:
    for name in names:
        (package / "data" / name).write_text(name, "utf-8")
    resealed(package, bench.ring.signer())
    assert any("differ by case or spelling only" in fault for fault in faults(package))


def test_a_name_that_is_not_nfc_is_a_fault(package: Path, bench: SealingWorkspace) -> None:
    (package / "data" / "e\u0301.txt").write_text("x", "utf-8")
    forged(package, bench)
    assert any("a name that is not NFC" in fault for fault in faults(package))
