"""证据包 in the console: listed with what each label says, carried off with the right and, for names and faces, the reason."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.accounts.rights import Role
from storage.database.connection import reading
from storage.database.tables.evidence_log import LEAVES
from tests.fixtures.sealed_classes import sealed, worker_of
from tests.fixtures.sealed_packages import DAYS, papers
from tests.fixtures.service import Running

PAGE = "/packages"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return papers(tmp_path_factory.mktemp("papers")).folder


def exports(running: Running) -> list[str]:
    with reading(running.service.engine, "test") as connection:
        return [
            row.subject
            for row in connection.execute(
                select(LEAVES.c.subject).where(LEAVES.c.kind == "export").order_by(LEAVES.c.place)
            )
        ]


def test_each_class_day_stands_there_with_its_label_and_its_place_in_the_log(
    running_service: Running, folder: Path
) -> None:
    number = sealed(running_service, folder)
    with running_service.as_(Role.INSPECTOR) as inspector:
        page = inspector.get(PAGE).text
        rows = re.findall(r'<tr id="p\d+">.*?</tr>', page, re.DOTALL)
        assert [re.search(r"2026-04-\d\d", row).group() for row in rows] == [  # type: ignore[union-attr]
            f"2026-04-{day:02}" for day in sorted(DAYS, reverse=True)
        ]
        assert all("只有本程序拒绝删除" in row and "已遮蔽" in row and "保存至" in row for row in rows)
        link = re.search(r'href="(/api/v1/packages/\d+/zip)"', rows[0])
        assert link
        assert zipfile.ZipFile(io.BytesIO(inspector.get(link.group(1)).content)).namelist()
        place = re.search(r"sha256=([0-9a-f]{64})\">第 (\d+) 条", rows[0])
        assert place
        leaf = running_service.service.log.leaf(int(place.group(2)) - 1)
        assert (leaf.sha256.sha256, leaf.kind.value) == (place.group(1), "export")
        assert f"/packages?class_id={number}" in inspector.get(f"/classes/{number}").text
        assert len(re.findall('<tr id="p', inspector.get(f"{PAGE}?class_id={number}").text)) == len(DAYS)
        assert "没有符合条件" in inspector.get(f"{PAGE}?kind=identified").text
        assert 'href="/packages/check"' in page


def test_names_and_faces_are_carried_off_after_a_reason_that_is_logged(running_service: Running, folder: Path) -> None:
    number = sealed(running_service, folder)
    with running_service.as_(Role.CLERK) as clerk:
        for kind in ("identity", "face"):
            clerk.post(f"/api/v1/classes/{number}/looks/{kind}", json={"reason": "应监管部门要求移交"})
        clerk.post(f"/api/v1/classes/{number}/seal", json={"identified": True})
    assert worker_of(running_service).step()
    with running_service.as_(Role.INSPECTOR) as inspector:
        page = inspector.get(f"{PAGE}?kind=identified").text
        assert ("说明理由后下载" in page, "/zip" in page) == (True, False)
        path = re.search(r'action="(/packages/(\d+)/look)"', page)
        assert path
        assert inspector.post(path.group(1), data={"reason": "看"}).status_code == 422
        answer = inspector.post(path.group(1), data={"reason": "投诉件复核"})
        assert answer.headers["location"] == f"/packages?class_id={number}#p{path.group(2)}"
        assert "理由有效至" in inspector.get(f"{PAGE}?kind=identified").text
        assert inspector.get(f"/api/v1/packages/{path.group(2)}/zip").status_code == 200
    assert f"class:{number} package:{path.group(2)}" in exports(running_service)[-1]


def test_without_packages_without_the_right_and_without_reach_the_page_says_so(
    running_service: Running, folder: Path
) -> None:
    with running_service.as_(Role.AUDITOR) as auditor, running_service.as_(Role.CLERK) as clerk:
        assert "还没有证据包" in clerk.get(PAGE).text
        number = sealed(running_service, folder)
        assert "还没有证据包" in auditor.get(PAGE).text, "an auditor sees no class, and may check what others bring"
        assert clerk.get(f"{PAGE}?class_id=999").status_code == 404
    with running_service.as_(Role.CLERK, "邻校") as other, running_service.as_(Role.TEACHER) as teacher:
        assert "还没有证据包" in other.get(PAGE).text
        assert other.get(f"{PAGE}?class_id={number}").status_code == 404
        assert other.post("/packages/1/look", data={"reason": "投诉件复核"}).status_code == 404
        assert teacher.get(PAGE).status_code == 403
        assert "/packages?class_id" not in teacher.get(f"/classes/{number}").text


def test_the_page_is_complete_in_english(running_service: Running, folder: Path) -> None:
    sealed(running_service, folder)
    with running_service.as_(Role.CLERK) as clerk:
        text = re.sub(r'data-zh="[^"]*"|lang="zh-CN"[^<]*<', "", clerk.get(f"{PAGE}?lang=en").text)
    shown = re.findall(r">([^<]*[一-鿿][^<]*)<", text)
    assert [one for one in shown if not re.search("正信职校|职业|班|家政", one)] == []
