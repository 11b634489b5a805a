"""疑点 of one class in the console: history, what the reader may do, and what was wrong, with what was typed kept."""

from dataclasses import replace
from datetime import timedelta

from facts.text import Text
from pipeline.accounts.rights import Role
from tests.fixtures.doubted_class import doubted, doubted_report, of_kind
from tests.fixtures.sample_service import keep
from tests.fixtures.service import Running

PAPER = {"files": ("说明.pdf", b"%PDF-1.4 hello", "application/pdf")}


def test_the_clerk_explains_several_and_the_inspector_accepts_several(running_service: Running) -> None:
    number = doubted(running_service)
    place = f"/classes/{number}/doubts"
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.INSPECTOR) as inspector:
        gaps = [str(one) for one in of_kind(clerk, "ROSTER_GAP")]
        page = clerk.get(place).text
        assert 'form="group-' in page
        assert f'action="{place}/accept"' not in page
        assert "/uphold" not in page
        done = clerk.post(f"{place}/explain", data={"doubts": gaps, "words": "当日断网"}, files=PAPER)
        assert done.status_code == 303, done.text
        assert done.headers["location"].startswith(f"{place}#doubt-")
        page = inspector.get(place).text
        assert page.count("当日断网") == len(gaps)
        assert page.count("说明.pdf") == len(gaps)
        assert f'action="{place}/explain"' not in page
        assert "/papers/" not in page, "why first"
        done = inspector.post(f"{place}/accept", data={"doubts": gaps[:2], "words": "已看录像"})
        assert done.status_code == 303
        assert inspector.get(place).text.count("✓ 已采信") == 2


def test_what_may_not_be_done_is_told_beside_what_was_typed(running_service: Running) -> None:
    number = doubted(running_service)
    place = f"/classes/{number}/doubts"
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.INSPECTOR) as inspector:
        gaps, (shared,) = of_kind(clerk, "ROSTER_GAP"), of_kind(clerk, "SHARED_DEVICE")
        nothing = clerk.post(f"{place}/explain", data={"words": "没有选中的"})
        assert nothing.status_code == 422
        assert "请先选中疑点" in nothing.text
        mixed = clerk.post(f"{place}/explain", data={"doubts": [gaps[0], shared], "words": "一起说"})
        assert mixed.status_code == 422
        assert "一次只能说明同一类的疑点" in mixed.text
        odd = clerk.post(
            f"{place}/explain", data={"doubts": [shared], "words": "见附件"}, files={"files": ("a.exe", b"x")}
        )
        assert odd.status_code == 422
        assert ">见附件</textarea>" in odd.text
        assert inspector.post(f"{place}/uphold", data={"doubts": gaps, "words": "都维持"}).status_code == 422
        assert inspector.post(f"{place}/uphold", data={"doubts": [shared], "words": "维持"}).status_code == 303
        page = inspector.get(place).text
        assert "待第二人签字" in page
        again = inspector.post(f"{place}/uphold", data={"doubts": [shared], "words": "还是我"})
        assert again.status_code == 409
        assert "现在不能这样办" in again.text
    with running_service.as_(Role.REVIEWER) as reviewer:
        assert "第二人签字" in reviewer.get(place).text


def test_a_teacher_reads_and_is_offered_nothing(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.TEACHER) as teacher:
        page = teacher.get(f"/classes/{number}/doubts").text
        assert page.count('<article class="doubt"') == 5
        assert "<textarea" not in page
        assert teacher.post(f"/classes/{number}/doubts/accept", data={"doubts": "1", "words": "x"}).status_code == 403


def test_words_that_changed_since_somebody_spoke_are_shown_beside_the_new_ones(running_service: Running) -> None:
    number, worse = doubted(running_service), Text("2025-04-07/1：9 人未打卡也未请假", "9 did not check in")
    place = f"/classes/{number}/doubts"
    with running_service.as_(Role.INSPECTOR) as inspector:
        first, *_ = of_kind(inspector, "ROSTER_GAP")
        assert inspector.post(f"{place}/accept", data={"doubts": [first], "words": "一人病假"}).status_code == 303
        assert "处理时的文字" not in inspector.get(place).text
        running_service.clock.ahead += timedelta(minutes=5)
        report = doubted_report()
        again = replace(report, doubts=(replace(report.doubts[0], text=worse), *report.doubts[1:]))
        keep(running_service, number, again)
        page = inspector.get(place).text
        assert worse.zh in page
        assert f"处理时的文字：{report.doubts[0].text.zh}" in page
