"""Audits that resume and pace themselves, a doctor that notices a store that breaks its word, and their commands."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.store import app
from facts.codec import dumps
from facts.digest import Digest
from facts.errors import InputError
from storage.evidence.address import open_store
from storage.evidence.audit import AuditEntry, Condition, Throttle, audit
from storage.evidence.audit_progress import Saved
from storage.evidence.doctor import examine
from storage.evidence.errors import StoreSetupError
from storage.evidence.local import LocalStore
from storage.evidence.port import Ref, StoredObject
from storage.evidence.trials import BY_HAND, DELETE, HOLD, SHORTEN, TrialOutcome
from tests.fixtures.evidence_stores import FAKES, LONG, ClockedStore, ManualClock, RealClock, local
from tests.fixtures.memory_store import MemoryStore


@pytest.mark.parametrize("name", FAKES)
def test_an_interrupted_audit_goes_on_where_it_was(name: str, tmp_path: Path) -> None:
    kept = FAKES[name](tmp_path)
    refs = sorted(kept.put(bytes([number])).ref for number in range(6))
    begun = audit(kept.store)
    seen = [next(begun) for _ in range(4)]
    rest = list(audit(kept.store, after=seen[-1].done))
    assert [item.ref for item in rest] == refs[3:]
    assert {item.ref for item in [*seen, *rest]} == set(refs)


def test_an_audit_keeps_to_its_rate(tmp_path: Path) -> None:
    kept = local(tmp_path)
    kept.put(bytes(5 << 20))
    time_s = [0.0]

    def sleep(wait_s: float) -> None:
        time_s[0] += wait_s

    throttle = Throttle(1 << 20, lambda: time_s[0], sleep)
    assert [item.condition for item in audit(kept.store, throttle=throttle)] == [Condition.SOUND]
    assert time_s[0] == pytest.approx(5.0)


def test_only_what_is_expected_can_be_known_to_be_gone(tmp_path: Path) -> None:
    kept = local(tmp_path)
    here = kept.put(b"here").ref
    gone = Ref(Digest.of(b"taken away with its record"))
    found = {item.ref: item.condition for item in audit(kept.store, expected=[here, gone])}
    assert found == {here: Condition.SOUND, gone: Condition.MISSING}


@pytest.mark.parametrize("name", FAKES)
def test_the_doctor_finds_our_stores_true_to_their_word(name: str, tmp_path: Path) -> None:
    kept = FAKES[name](tmp_path)
    trials = list(examine(kept.store, kept.clock, kept.clock.wait_until))
    assert [trial.name.en for trial in trials if trial.outcome is TrialOutcome.BROKEN] == []
    assert list(kept.store.list()) == []
    assert any(trial.name == BY_HAND for trial in trials) == (name == "local")


class Forgetful(MemoryStore):
    """A store that promises and keeps nothing of it: every date has come, whatever was said."""

    def stat(self, ref: Ref) -> StoredObject:
        """As if it were due."""
        return replace(super().stat(ref), retain_until=datetime(2000, 1, 1, tzinfo=UTC), holds=())

    def release(self, ref: Ref, reason: str) -> StoredObject:
        """Whatever."""
        del reason
        return self.stat(ref)

    def delete(self, ref: Ref) -> None:
        """Says yes and does it at the third time, so that the doctor can go on."""
        self.stat(ref)
        self.asked = getattr(self, "asked", 0) + 1
        if self.asked > 2:
            super().delete(ref)


def test_the_doctor_says_so_when_a_store_breaks_its_word() -> None:
    clock = ManualClock()
    trials = examine(Forgetful(clock), clock, clock.wait_until)
    broken = {trial.name for trial in trials if trial.outcome is TrialOutcome.BROKEN}
    assert broken == {DELETE, SHORTEN, HOLD}


@pytest.fixture
def real(tmp_path: Path) -> ClockedStore:
    """A folder under the machine's own clock, as the commands open it."""
    clock = RealClock()
    return ClockedStore(LocalStore(tmp_path / "store", clock), clock)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words], catch_exceptions=False)
    return done.exit_code, done.output


def test_the_command_says_loudly_what_a_folder_cannot_do(tmp_path: Path) -> None:
    code, text = run("doctor", str(tmp_path / "store"))
    assert code == 0
    assert "约束级别 application" in text
    assert "到期前拒绝删除" in text
    code, text = run("doctor", str(tmp_path / "store"), "--json")
    assert json.loads(text)["enforcement"] == "application"
    assert "refuses to delete under a hold" in {trial["name"]["en"][:30] for trial in json.loads(text)["trials"]}
    assert HOLD.en.startswith("refuses to delete under a hold")


def test_an_empty_store_shows_nothing_and_is_not_called_sound(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    code, text = run("audit", str(tmp_path / "store"))
    assert code == 20
    assert "没有可核的证据，不等于完好" in text


def test_the_command_reports_altered_and_missing_evidence_and_exits_30(real: ClockedStore, tmp_path: Path) -> None:
    sound, bad = real.put(b"sound"), real.put(b"altered")
    url = str(tmp_path / "store")
    assert run("audit", url)[0] == 0
    path = tmp_path / "store" / "objects" / bad.key[:2] / bad.key
    path.chmod(0o644)
    path.write_bytes(b"ALTERED")
    expected = tmp_path / "expected.txt"
    expected.write_text(f"{sound.key}\n{Digest.of(b'gone').sha256}\n", "utf-8")
    code, text = run("audit", url, "--expected", str(expected))
    assert code == 30
    assert "完好 1  缺失 1  内容已变 1  未锁定 0" in text
    assert bad.ref.digest.short in text


def test_an_audit_resumes_from_its_state_and_removes_it_at_the_end(real: ClockedStore, tmp_path: Path) -> None:
    refs = sorted(real.put(bytes([number])).ref for number in range(4))
    state = tmp_path / "audit.json"
    saved = Saved(real.store.url, refs[1].digest, {"sound": 1, "altered": 1}, (AuditEntry(refs[0], Condition.ALTERED),))
    state.write_text(dumps(saved), "utf-8")
    code, text = run("audit", str(tmp_path / "store"), "--state", str(state), "--lang", "en")
    assert (code, state.exists()) == (30, False)
    assert "sound 3  missing 0  altered 1" in text
    state.write_text(dumps(Saved("file:///another")), "utf-8")
    with pytest.raises(InputError, match="remove it to begin anew"):
        run("audit", str(tmp_path / "store"), "--state", str(state))
    state.write_text("[]", "utf-8")
    with pytest.raises(InputError, match="no state of an audit"):
        run("audit", str(tmp_path / "store"), "--state", str(state))


def test_the_clock_is_confirmed_by_a_person(real: ClockedStore, tmp_path: Path) -> None:
    real.put(b"x", LONG)
    url = str(tmp_path / "store")
    before = (tmp_path / "store" / "last-seen").read_bytes()
    assert "--confirm" in run("clock", url)[1]
    assert (tmp_path / "store" / "last-seen").read_bytes() == before
    assert "已确认" in run("clock", url, "--confirm")[1]
    assert (tmp_path / "store" / "last-seen").read_bytes() != before


@pytest.mark.parametrize("url", ["", "ftp://host/x", "file://host/x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StoreSetupError, match="expected a folder"):
        open_store(url, {}, ManualClock())


def test_a_folder_may_be_named_by_path_or_by_address(tmp_path: Path) -> None:
    folder = tmp_path / "证据 库"
    opened = [open_store(url, {}, ManualClock()) for url in (str(folder), folder.as_uri())]
    assert opened[0].url == opened[1].url == folder.as_uri()
