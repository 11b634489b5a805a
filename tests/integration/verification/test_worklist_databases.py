"""The console's own queries say the same on SQLite and on PostgreSQL."""

from pipeline.accounts.rights import Role
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.service import Running


def test_lists_and_the_first_page_read_alike_on_either_database(running_service: Running) -> None:
    seeded(running_service)
    blank(running_service, "100%_x", "百分班")
    with running_service.as_(Role.INSPECTOR) as inspector:
        home = inspector.get("/").text
        assert "不达标 1 学时 · 2025-04-08（周二） · 家政服务员2班" in home
        assert "存疑待核 3 学时 · 2025-04-10（周四）" in home
        assert home.count("◆ 疑点：") == 3
        assert "尚无报告的班期 1" in home
        listed = inspector.get("/classes").text
        assert listed.index("百分班") < listed.index("家政服务员2班"), "the newest first"
        found = inspector.get("/classes", params={"q": "YQ-2025"}).text
        assert "家政服务员2班" in found
        assert "百分班" not in found
        assert "百分班" in inspector.get("/classes", params={"q": "%_X"}).text
    with running_service.as_(Role.AUDITOR) as auditor:
        assert auditor.get("/audit", params={"kind": "verdict"}).text.count("学时结论</td>") == 25
        assert "没有符合条件的条目" in auditor.get("/audit", params={"about": "class:%"}).text
