"""Retention as a clerk meets it: seal, list, hold, extend, sweep, certificates, and an audit that knows what must be there."""

import io
import json
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from cli.main import app
from facts.digest import Digest
from facts.retention import RetentionEntry
from runtime.platform.clock import now
from runtime.recordings.previews import LIFE, previews_folder
from storage.database import jobs
from storage.database.accounts import accounts
from storage.database.classes.classes import add_class
from storage.database.connection import reading, writing
from storage.database.schema import open_database
from storage.database.verification.facts_keys import FactsGoneError, with_facts_keys
from storage.database.verification.reports import NewReport, facts_of, keep_report, newest_facts
from storage.evidence.local import LocalStore
from storage.evidence.port import Ref
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.retention.register import EvidenceRegister
from tests.fixtures.databases import sqlite_database
from tests.fixtures.evidence_stores import LONG, RealClock
from tests.fixtures.retention_case import use
from tests.fixtures.sealed_packages import SealingWorkspace, papers


class Place:
    """A user's folder with keys, a database and a store, and the commands run on it."""

    def __init__(self, root: Path, bench: SealingWorkspace) -> None:
        self.root, self.bench, self.url = root, bench, str(root / "store")
        self.db = sqlite_database(bench.home / "xueshi.db")
        self.env = {"XUESHI_HOME": str(bench.home), "COLUMNS": "200"}

    def run(self, *words: str) -> tuple[int, str]:
        """One command."""
        done = CliRunner().invoke(app, [*words], env=self.env, catch_exceptions=False)
        return done.exit_code, done.output

    def json(self, *words: str) -> object:
        """What it prints for machines."""
        return json.loads(self.run(*words, "--json")[1])

    def keep(self, data: bytes, *, keep: timedelta = timedelta(), class_id: str = "JZ-2020-01") -> RetentionEntry:
        """An object of a class whose duty ended years ago, locked for a moment or for longer."""
        store = LocalStore(Path(self.url), now)
        stored = store.put(io.BytesIO(data), retain_until=now() + (keep or timedelta(milliseconds=1)))
        engine = open_database(self.db)
        kept = EvidenceRegister(engine).record(store.url, stored, use(class_id, class_end=date(2020, 1, 31)))
        engine.dispose()
        if not keep:
            RealClock().wait_until(stored.retain_until or now())
        return kept


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Papers of a class, keys, and nothing stored yet."""
    return Place(tmp_path, papers(tmp_path))


def test_sealing_into_a_store_registers_every_original_with_its_duty(place: Place) -> None:
    made = place.bench.seal(place.root / "out", store=place.url)
    rows = place.json("retention", "due", "--all")
    assert isinstance(rows, list)
    assert {row["sha256"] for row in rows} == {one.key for one in LocalStore(Path(place.url), now).list()}
    assert {row["stage"] for row in rows} == {"kept"}
    assert {datetime.fromisoformat(row["keep_until"]) for row in rows} == {made.retention_period.until}
    assert made.retention_period.until.astimezone(UTC) == datetime(2028, 4, 8, 16, tzinfo=UTC)
    assert all(datetime.fromisoformat(row["retain_until"]) >= made.retention_period.until for row in rows)
    text = place.run("retention", "due", "--within", "900d")[1]
    assert "即将到期" in text
    assert "xueshi retention hold" in text
    assert not any(person.name in text for person in place.bench.people)


def test_a_payout_is_counted_and_remembered_when_the_class_is_sealed_again(place: Place) -> None:
    place.bench.seal(place.root / "out", store=place.url)
    rows = place.json("retention", "due", "--all")
    class_id = rows[0]["classes"][0]  # type: ignore[index] # JSON
    code, text = place.run("retention", "extend", class_id, "--paid", "2026-09-10")
    assert code == 0, text
    place.bench.seal(place.root / "again", store=place.url)
    after = place.json("retention", "due", "--all")
    assert {row["keep_until"] for row in after} == {"2028-09-10T16:00:00+00:00"}  # type: ignore[attr-defined] # JSON
    assert all(
        one.retain_until == datetime(2028, 9, 10, 16, tzinfo=UTC) for one in LocalStore(Path(place.url), now).list()
    )


def test_a_hold_on_a_class_holds_what_is_sealed_later(place: Place) -> None:
    place.bench.seal(place.root / "out", store=place.url)
    class_id = place.json("retention", "due", "--all")[0]["classes"][0]  # type: ignore[index] # JSON
    shutil.copyfile(place.bench.folder / "花名册.xlsx", place.root / "花名册.xlsx")
    held = place.json("retention", "hold", class_id, "--reason", "投诉", "--case", "2026-12", "--by", "王科员")
    (place.bench.folder / "补充说明.txt").write_text("补充", "utf-8")
    place.bench.seal(place.root / "again", store=place.url)
    assert all(one.holds for one in LocalStore(Path(place.url), now).list())
    code, text = place.run("retention", "due")
    assert "冻结" in text
    assert held["hold"] in text  # type: ignore[index] # JSON
    assert place.run("retention", "release", held["hold"], "--by", "李科长")[0] == 0  # type: ignore[index] # JSON
    assert not any(one.holds for one in LocalStore(Path(place.url), now).list())
    assert code == 0


def test_a_sweep_lists_first_and_deletes_only_when_told_to_with_a_certificate_each(place: Place) -> None:
    kept = place.keep(b"due")
    place.keep(b"locked", keep=LONG)
    code, text = place.run("retention", "sweep")
    assert (code, "以上 1 件可以删除" in text) == (0, True)
    assert len([*LocalStore(Path(place.url), now).list()]) == 2
    code, text = place.run("retention", "sweep", "--yes", "--lang", "en")
    assert code == 0, text
    assert "1 deleted, each with a signed certificate" in text
    assert [one.key for one in LocalStore(Path(place.url), now).list()] == [Digest.of(b"locked").sha256]
    out = place.root / "删除证明"
    assert place.run("retention", "certificates", "--out", str(out))[0] == 0
    (file,) = out.iterdir()
    fingerprint = place.bench.ring.entries()[-1].public.key_id
    code, text = place.run("retention", "certificates", "--check", str(file), "--fingerprint", fingerprint)
    assert (code, text[0], kept.digest.short in text) == (0, "✓", True)
    file.write_text(file.read_text("utf-8").replace("JZ-2020-01", "JZ-2020-02"), "utf-8")
    code, text = place.run("retention", "certificates", "--check", str(file))
    assert (code, text[0]) == (30, "✗")
    assert place.run("retention", "sweep")[1].count("没有可以删除的证据") == 1


def judged_classes(place: Place, *codes: str) -> Engine:
    """The service's classes of those codes, each with a report and its facts; the database stays open."""
    engine, at = with_facts_keys(open_database(place.db), place.bench.home / "keys"), now()
    texts = dict.fromkeys(("name", "locality", "programme", "trainee_group", "occupation", "level", "policy"), "")
    with writing(engine, "test") as connection:
        school = accounts.add_institution(connection, "阳泉示范培训学校", "", "山西省阳泉市", at)
        for code in codes:
            owner = add_class(connection, school.id, at, code=code, **texts)
            job = jobs.enqueue(connection, "verify", code, owner.id, at)
            keep_report(connection, NewReport(owner.id, job.id, at, "PASS", "{}", f"facts of {code}", "0" * 64), [], [])
    return engine


def test_names_and_numbers_end_with_the_last_of_a_class_s_evidence(place: Place) -> None:
    engine = judged_classes(place, "due", "kept", "held", "partly", "never sealed")
    place.keep(b"1", class_id="due")
    place.keep(b"2", class_id="kept", keep=LONG)
    place.keep(b"3", class_id="held")
    place.keep(b"4", class_id="partly")
    place.keep(b"5", class_id="partly", keep=LONG)
    assert place.run("retention", "hold", "held", "--reason", "投诉", "--case", "1", "--by", "王科员")[0] == 0
    assert place.json("retention", "sweep", "--yes")["facts_destroyed"] == ["due"]  # type: ignore[call-overload, index] # JSON
    assert place.json("retention", "sweep", "--yes")["facts_destroyed"] == []  # type: ignore[call-overload, index] # JSON
    with reading(engine, "test") as connection:
        assert [one.facts for one in newest_facts(connection)] == [
            f"facts of {code}" for code in ("kept", "held", "partly", "never sealed")
        ]
        with pytest.raises(FactsGoneError):
            facts_of(connection, 1)
    subjects = [one.leaf.subject for one in EvidenceLog(engine).leaves() if one.leaf.kind is LeafKind.DELETION]
    assert subjects.count("class:1 facts key destroyed") == 1
    engine.dispose()


def test_a_new_key_over_names_and_numbers_leaves_them_readable_and_forgets_the_old_one(place: Place) -> None:
    engine = judged_classes(place, "one")
    file = place.bench.home / "keys" / "facts.key"
    before = file.read_text()
    code, text = place.run("keys", "rotate-facts", "--forget-older", "--lang", "en")
    assert (code, "1 institution wrapped anew, 1 older secret destroyed" in text) == (0, True), text
    assert before not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    with reading(engine, "test") as connection:
        assert facts_of(connection, 1) == "facts of one"
    engine.dispose()


def test_previews_are_listed_and_those_whose_week_is_over_go_with_a_leaf_each(place: Place) -> None:
    place.keep(b"locked", keep=LONG)
    files = [previews_folder(place.bench.home) / "ab" / f"{from_s}-300.mp4" for from_s in (0, 300)]
    files[0].parent.mkdir(parents=True)
    for file, age in zip(files, (LIFE + timedelta(hours=1), timedelta()), strict=True):
        file.write_bytes(b"picture")
        drawn = (now() - age).timestamp()
        os.utime(file, (drawn, drawn))
    code, text = place.run("retention", "due")
    assert (code, "预览" in text, "ab" in text) == (0, True, True)
    (row,) = [one for one in place.json("retention", "sweep") if one.get("previews")]  # type: ignore[attr-defined] # JSON
    assert (row["sha256"], row["previews"], row["stage"], row["rule"]) == ("ab", 2, "deletable", "life:preview")
    assert all(file.exists() for file in files)
    code, text = place.run("retention", "sweep", "--yes")
    assert (code, "另删除预览 1 件，均已记入日志" in text) == (0, True), text
    assert [file.exists() for file in files] == [False, True]
    engine = open_database(place.db)
    subjects = [one.leaf.subject for one in EvidenceLog(engine).leaves() if one.leaf.kind is LeafKind.DELETION]
    engine.dispose()
    assert [one.startswith("preview ab 0-300 ") for one in subjects] == [True]


def test_what_the_store_refuses_is_told_and_ends_in_exit_code_30(place: Place) -> None:
    kept = place.keep(b"due")
    LocalStore(Path(place.url), now).hold(Ref(kept.digest), "法院保全")
    code, text = place.run("retention", "sweep", "--yes")
    assert code == 30
    assert "法院保全" in text
    assert "证据库拒绝" in text


def test_a_hold_on_a_day_holds_the_lists_of_the_classes_of_that_day_and_no_others(place: Place) -> None:
    place.bench.seal(place.root / "out", store=place.url)
    other = place.keep(b"of another class", keep=LONG)
    held = place.json("retention", "hold", "2026-04-07", "--reason", "抽查")
    numbers = {one["sha256"] for one in held["objects"]}  # type: ignore[index] # JSON
    assert numbers == {one.key for one in LocalStore(Path(place.url), now).list()} - {other.digest.sha256}
    code, text = place.run("retention", "hold", "2019-04-07", "--reason", "抽查")
    assert (code, "暂无" in text) == (0, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("extend", "JZ"), "expected --paid DATE or"),
        (("extend", "JZ", "--paid", "morgen"), "expected a day such as 2026-08-20"),
        (("due", "--within", "bald"), "expected days such as 30d"),
        (("release", "0" * 8), "expected one of them (none)"),
    ],
)
def test_what_was_mistyped_is_told(place: Place, words: tuple[str, ...], says: str) -> None:
    place.keep(b"x", keep=LONG)
    done = CliRunner().invoke(app, ["retention", *words], env=place.env)
    assert says in str(done.exception)


def test_an_audit_by_the_register_knows_what_was_taken_away_together_with_its_record(place: Place) -> None:
    gone, short = place.keep(b"gone", keep=LONG), place.keep(b"shortened", keep=LONG)
    place.keep(b"sound", keep=LONG)
    for kind in ("objects", "records"):
        (Path(place.url) / kind / gone.digest.sha256[:2] / gone.digest.sha256).unlink()
    record = Path(place.url) / "records" / short.digest.sha256[:2] / short.digest.sha256
    record.write_text(record.read_text("utf-8").replace(str(short.retain_until.year), "2027", 1), "utf-8")  # type: ignore[union-attr] # stored
    assert place.run("store", "audit", place.url)[0] == 0
    report = place.root / "审计.json"
    code, text = place.run("store", "audit", place.url, "--db", place.db, "--report", str(report))
    assert code == 30
    assert "完好 1  缺失 1  内容已变 0  未锁定 1" in text
    made = json.loads(report.read_text("utf-8"))
    assert made["counts"] == {"sound": 1, "missing": 1, "altered": 0, "unlocked": 1}
    assert any(gone.digest.sha256 in line for line in made["lines"])
    assert made["expected"] == 3
