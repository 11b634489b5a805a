"""申领 in the console: handing in, faults by row and column, the follow-through of doubts, exports, other people's claims."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from demo.claim import ClaimStory, write_claim
from demo.dossier import SampleManifest
from demo.identity import identities
from pipeline.accounts.rights import Role
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.demo_service import filled, signed_in
from tests.fixtures.log_keeper import events
from tests.fixtures.service import Running

CLASS = "yq-2025-jz-02"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with filled(tmp_path) as (found, _):
        yield found


def workbook(tmp_path: Path, class_code: str = CLASS) -> Path:
    place = tmp_path / "申领.xlsx"
    write_claim(place, identities(24, 5), ClaimStory(SampleManifest(class_id=class_code)))
    return place


def hand_in(client: httpx.Client, data: bytes, name: str = "申领.xlsx") -> httpx.Response:
    return client.post("/claims", files={"file": (name, data)})


def first_doubt(page: str) -> str:
    found = re.search(r'id="(D[0-9a-f]{10}-\d+)"', page)
    assert found, page
    return found[1]


def test_a_claim_is_handed_in_and_its_page_traces_the_money(served: Running, tmp_path: Path) -> None:
    before = len(events(served.service.log))
    with signed_in(served, "clerk") as clerk:
        answer = hand_in(clerk, workbook(tmp_path).read_bytes())
        assert answer.status_code == 303, answer.text
        page = clerk.get(answer.headers["location"]).text
    for words in ("逐人资金", "核验项", "疑点与后续", "材料清单", "审批与签字", "个工作日", "致机构的函"):
        assert words in page, words
    assert "style=" not in page.partition("<main")[2]
    assert "没有找到本班期的核验结论" not in page
    assert len(events(served.service.log)) > before + 1
    person = identities(24, 5)[0]
    assert person.name not in page
    assert person.id_number.digits not in page


def test_a_corrected_claim_is_a_new_version_and_the_earlier_one_stays(served: Running, tmp_path: Path) -> None:
    with signed_in(served, "clerk") as clerk:
        data = workbook(tmp_path).read_bytes()
        first = hand_in(clerk, data).headers["location"]
        second = hand_in(clerk, data).headers["location"]
        assert first != second
        assert "这是旧版" in clerk.get(first).text
        assert "这是旧版" not in clerk.get(second).text
        assert clerk.get("/claims").text.count('<th scope="row"><a href="/claims/') == 1


def test_faults_are_told_by_row_and_column_and_nothing_is_kept(served: Running, tmp_path: Path) -> None:
    place = workbook(tmp_path)
    book = load_workbook(place)
    for row in book["学员"].iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, str) and re.fullmatch(r"\d{17}[\dX]", cell.value):
                cell.value = cell.value[:-1] + ("0" if cell.value[-1] != "0" else "1")
    kept = io.BytesIO()
    book.save(kept)
    with signed_in(served, "clerk") as clerk:
        answer = hand_in(clerk, kept.getvalue())
        assert (answer.status_code, "未能收下" in answer.text) == (422, True)
        assert re.search(r"学员.{0,12}[A-Z]{1,2}\d+|学员.{0,20}第\d+行", answer.text)
        odd = hand_in(clerk, b"PK\x03\x04 not a workbook")
        assert (odd.status_code, "未能收下" in odd.text) == (422, True)
        assert hand_in(clerk, b"x", "a.exe").status_code == 422
        strange = hand_in(clerk, workbook(tmp_path, "someone-elses").read_bytes())
        assert "不在贵机构的班期中" in strange.text


def test_a_doubt_is_explained_with_a_sealed_file_and_refusing_money_takes_two(served: Running) -> None:
    with (
        signed_in(served, "clerk") as clerk,
        signed_in(served, "reviewer") as one,
        signed_in(served, "reviewer2") as two,
    ):
        page = clerk.get("/claims/1").text
        doubts = re.findall(r'id="(D[0-9a-f]{10}-\d+)"', page)
        doubt = f"/claims/1/doubts/{doubts[1]}"
        assert clerk.post(f"{doubt}/explain", data={"words": " "}).status_code == 422
        bad = clerk.post(f"{doubt}/explain", data={"words": "见附件"}, files={"files": ("a.exe", b"MZ")})
        assert "应为 PDF" in bad.text
        good = clerk.post(f"{doubt}/explain", data={"words": "见附件合同"}, files={"files": ("合同.pdf", b"%PDF-1.4")})
        assert good.status_code == 303, good.text
        assert clerk.post(f"{doubt}/accept", data={"words": "x"}).status_code == 403
        assert "个疑点" in one.get("/").text
        assert "金额应写成" in one.post(f"{doubt}/uphold", data={"words": "无合同", "refuse": "many"}).text
        assert one.post(f"{doubt}/uphold", data={"words": "无合同", "refuse": "1700"}).status_code == 303
        assert "待第二人签字" in one.get("/claims/1").text
        same = one.post(f"{doubt}/uphold", data={"words": "无合同", "refuse": "1700"})
        assert (same.status_code, "未能保存" in same.text) == (409, True)
        assert two.post(f"{doubt}/uphold", data={"words": "同意", "refuse": "1700"}).status_code == 303
        assert "已维持" in two.get("/claims/1").text
        sha = re.search(r"合同\.pdf", two.get("/claims/1").text)
        assert sha
        assert "/papers/" not in two.get("/claims/1").text
        assert two.post("/claims/1/look", data={"reason": "复核附件"}).status_code == 303
        paper = re.search(r"/claims/1/papers/[0-9a-f]{64}", two.get("/claims/1").text)
        assert paper
        assert two.get(paper[0]).content == b"%PDF-1.4"
        assert one.get(paper[0]).json()["code"] == "REASON_NEEDED"
    kinds = [entry.leaf.kind for entry in events(served.service.log)]
    assert kinds.count(LeafKind.VIEW) == 1


def test_the_screening_and_the_masked_notice_are_exported(served: Running) -> None:
    with signed_in(served, "reviewer") as reviewer:
        body = json.loads(reviewer.get("/claims/1/files/claim.json").content)
        assert body["schema"].startswith("xueshi.claim")
        assert load_workbook(io.BytesIO(reviewer.get("/claims/1/files/claim.xlsx").content)).sheetnames
        sheet = load_workbook(io.BytesIO(reviewer.get("/claims/1/files/notice.xlsx?from=2025-05-12").content)).active
        assert sheet is not None
        assert "2025-05-12" in str(sheet["A4"].value)
        page = reviewer.get("/claims/1/files/notice.html?from=2025-05-12")
        assert "attachment" in page.headers["content-disposition"]
        assert reviewer.get("/claims/template/项目制培训.xlsx").status_code == 200
        assert reviewer.get("/claims/template/x.xlsx").status_code == 404


def test_another_institutions_claim_is_not_there(served: Running) -> None:
    with signed_in(served, "clerk") as clerk:
        doubt = first_doubt(clerk.get("/claims/1").text)
    with served.as_(Role.CLERK, "邻校") as other:
        assert other.get("/claims/1").status_code == 404
        assert other.get("/claims/1/files/claim.json").status_code == 404
        assert other.post(f"/claims/1/doubts/{doubt}/explain", data={"words": "x"}).status_code == 404
        assert "还没有申领" in other.get("/claims").text


def test_a_body_that_is_too_large_is_refused(served: Running) -> None:
    with signed_in(served, "clerk") as clerk:
        assert hand_in(clerk, b"0" * (21 << 20)).status_code == 413


def test_a_doubt_waits_on_the_first_page_of_whoever_is_to_act(served: Running) -> None:
    with signed_in(served, "clerk") as clerk:
        told = re.search(r"申领 \S+：(\d+) 个疑点", clerk.get("/").text)
        assert told
        count = len(json.loads(clerk.get("/api/v1/claims/1/document").text)["doubts"])
        assert int(told[1]) == count - 1, "one was explained by this clerk and waits for the reviewer"
        doubt = first_doubt(clerk.get("/claims/1").text)
        for name in re.findall(r'id="(D[0-9a-f]{10}-\d+)"', clerk.get("/claims/1").text):
            clerk.post(f"/claims/1/doubts/{name}/explain", data={"words": "已核对并附更正说明"})
        assert "个疑点" not in clerk.get("/").text
    with signed_in(served, "reviewer") as one, signed_in(served, "reviewer2") as other:
        assert f"{count} 个疑点" in one.get("/").text
        one.post(f"/claims/1/doubts/{doubt}/uphold", data={"words": "不予采信", "refuse": "100"})
        assert f"{count - 1} 个疑点" in one.get("/").text, "whoever signed first does not sign second"
        assert f"{count} 个疑点" in other.get("/").text
