"""Retention and spot checks by the API: what others keep, seen by whoever oversees it and by nobody else."""

from datetime import UTC, date, datetime, timedelta

from facts.digest import Digest
from facts.retention import Category, Use
from pipeline.accounts.rights import Role
from storage.evidence.port import Enforcement, Ref, StoredObject
from storage.retention.register import EvidenceRegister
from tests.fixtures.service import Running

DUE = datetime(2027, 3, 1, tzinfo=UTC)


def recorded(running: Running, institution: str, text: bytes, class_id: str) -> str:
    digest = Digest.of(text)
    stored = StoredObject(Ref(digest), len(text), DUE, Enforcement.APPLICATION, stored_at=running.clock())
    use = Use(class_id, Category.VIDEO, "v", institution, date(2025, 4, 7), "YQ-R1", date(2025, 4, 7), DUE)
    EvidenceRegister(running.service.engine).record("file:///x", stored, use)
    return digest.sha256


def test_each_sees_what_its_reach_keeps(running_service: Running) -> None:
    running_service.institution("正信职校")
    running_service.institution("邻校")
    mine = recorded(running_service, "正信职校", b"a", "JZ1")
    theirs = recorded(running_service, "邻校", b"b", "BX1")
    seen = {}
    for role in (Role.CLERK, Role.INSPECTOR, Role.AUDITOR):
        with running_service.as_(role) as client:
            seen[role] = [one["sha256"] for one in client.get("/api/v1/retention/objects").json()["items"]]
    assert seen == {Role.CLERK: [mine], Role.INSPECTOR: [mine], Role.AUDITOR: [mine, theirs]}
    with running_service.as_(Role.AUDITOR) as client:
        before = {"due_before": (DUE - timedelta(seconds=1)).isoformat()}
        assert client.get("/api/v1/retention/objects", params=before).json()["items"] == []
        first = client.get("/api/v1/retention/objects", params={"limit": 1}).json()
        assert first["items"][0]["keep_until"] == "2027-03-01T00:00:00Z"
        rest = client.get("/api/v1/retention/objects", params={"cursor": first["next"]}).json()
        assert [one["sha256"] for one in rest["items"]] == [theirs]


def test_a_draw_that_was_never_announced_is_not_there(running_service: Running) -> None:
    with running_service.as_(Role.INSPECTOR) as client:
        assert client.get("/api/v1/spot-checks").json()["items"] == []
        assert client.get(f"/api/v1/spot-checks/{'0' * 64}").status_code == 404
        assert client.get(f"/api/v1/spot-checks/{'0' * 64}/sheet").status_code == 404
