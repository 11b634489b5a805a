"""Whatever an address names is not there for another institution or another area: every route, with what is really there."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.http.auth import RightGuard
from api.http.route_guards import GuardedRoute, guarded_routes
from pipeline.accounts.rights import RIGHTS, Action, Role
from tests.fixtures.demo_service import signed_in
from tests.fixtures.full_service import OWN, FullService, full_service

FAR = "山西省吕梁市"
NOT_OF_ANYBODY = {
    "/claims/template/{programme}.xlsx": "an empty form",
    "/policy/{book_id}": "law is public",
    "/policy-handed/{number}": "law is public, also what waits for its second signature",
    "/retention/certificates/{name}": "a test of its own: certificates are listed by reach",
    "/api/v1/me/sessions/{number}": "sessions are the account's own; test_nobody_ends_a_session_of_somebody_else",
    "/me/sessions/{number}/end": "the same in the console",
    "/me/filters/{number}/end": "filters are the account's own; test_a_filter_is_kept_under_a_name_for_its_account_alone",
    "/me/identity/{identity}/end": "identities are the account's own; test_nobody_ends_the_link_of_somebody_else",
    "/classes/{number}/hours/{index}/review/papers/{sha256}": "test_review_replies: papers of an answer are asked for by strangers",
}
_REVIEW = "/api/v1/classes/{number}/hours/{index}/review"
_SPOT = "/api/v1/spot-checks/{commitment}"
_PHOTOGRAPH = {"files": ("王芳_1234.jpg", b"\xff\xd8\xff", "image/jpeg")}
SENT: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", _REVIEW): {"json": {"frames": []}},
    ("POST", f"{_REVIEW}/{{review}}/count"): {"json": {"frames": []}},
    ("POST", f"{_REVIEW}/{{review}}/word"): {"json": {"agrees": True}},
    ("POST", f"{_REVIEW}/reply"): {"data": {"words": "学生在后排"}},
    ("POST", "/classes/{number}/hours/{index}/review/reply"): {"data": {"words": "学生在后排"}},
    ("POST", "/classes/{number}/hours/{index}/review/look"): {"data": {"reason": "想看一看别人的附件"}},
    ("POST", f"{_SPOT}/reveal"): {"json": {"beacon": ""}},
    ("POST", f"{_SPOT}/classes/{{place}}/findings"): {"json": {"status": "PASS", "text": "所见一致"}},
    ("POST", f"{_SPOT}/classes/{{place}}/second"): {"json": {"agrees": True}},
    ("POST", "/api/v1/retention/holds/{name}/release"): {"json": {"reason": "别人的冻结"}},
    ("POST", "/retention/holds/{name}/release"): {"data": {"reason": "别人的冻结"}},
    ("POST", "/api/v1/classes/{number}/uploads/plan"): {"json": {"files": [{"name": "a.mp4", "size_bytes": 5}]}},
    ("PUT", "/api/v1/classes/{number}/settings"): {"json": {"version": 0}},
    ("PUT", "/api/v1/classes/{number}/recognition"): {"json": {"active": False}},
    ("POST", "/api/v1/classes/{number}/recognition/consents"): {
        "json": {"consents": [{"trainee": "ab", "given_on": "2025-04-07", "way": "paper"}]}
    },
    ("POST", "/api/v1/classes/{number}/recognition/withdrawals"): {"json": {"trainee": "ab"}},
    ("POST", "/api/v1/classes/{number}/recognition/photographs"): {"files": _PHOTOGRAPH},
    ("POST", "/classes/{number}/recognition/switch"): {"data": {"active": "off"}},
    ("POST", "/classes/{number}/recognition/consents"): {"data": {"given_on": "2025-04-07", "way": "paper"}},
    ("POST", "/classes/{number}/recognition/withdraw"): {"data": {"trainee": "ab"}},
    ("POST", "/classes/{number}/recognition/photographs"): {"files": _PHOTOGRAPH},
    ("PATCH", "/api/v1/files/{number}"): {"json": {"role": "roster"}},
    ("POST", "/classes/{number}/files/{file_id}/role"): {"data": {"role": "roster"}},
    ("POST", "/packages/{number}/look"): {"data": {"reason": "想看一看别人的证据包"}},
    ("PATCH", "/api/v1/classes/{number}"): {"json": {"name": "别人的班"}},
    ("POST", "/api/v1/classes/{number}/looks/face"): {"json": {"reason": "想看一看别人的班"}},
    ("POST", "/api/v1/classes/{number}/looks/identity"): {"json": {"reason": "想看一看别人的班"}},
    ("POST", "/api/v1/claims/{number}/doubts/{doubt}/explain"): {"data": {"words": "说明"}},
    ("POST", "/api/v1/claims/{number}/doubts/{doubt}/accept"): {"json": {"words": "采信"}},
    ("POST", "/api/v1/claims/{number}/doubts/{doubt}/uphold"): {"json": {"words": "维持"}},
    ("POST", "/claims/{number}/doubts/{doubt}/explain"): {"data": {"words": "说明"}},
    ("POST", "/claims/{number}/doubts/{doubt}/accept"): {"data": {"words": "采信"}},
    ("POST", "/claims/{number}/doubts/{doubt}/uphold"): {"data": {"words": "维持"}},
    ("POST", "/api/v1/classes/{number}/doubts/explain"): {"data": {"doubts": "1", "words": "说明"}},
    ("POST", "/api/v1/classes/{number}/doubts/accept"): {"json": {"doubts": [1], "words": "采信"}},
    ("POST", "/api/v1/classes/{number}/doubts/{doubt}/uphold"): {"json": {"words": "维持"}},
    ("POST", "/classes/{number}/doubts/explain"): {"data": {"doubts": "1", "words": "说明"}},
    ("POST", "/classes/{number}/doubts/accept"): {"data": {"doubts": "1", "words": "采信"}},
    ("POST", "/classes/{number}/doubts/uphold"): {"data": {"doubts": "1", "words": "维持"}},
    ("POST", "/classes/{number}/doubts/look"): {"data": {"reason": "想看一看别人的附件"}},
    **{
        ("POST", f"{place}/claims/{{number}}/decision/{deed}"): {kind: {"ruling": "refuse", "words": "不予支持"}}
        for place, kind in (("", "data"), ("/api/v1", "json"))
        for deed in ("propose", "sign", "object")
    },
    ("POST", "/api/v1/claims/{number}/decision/pay"): {
        "json": {"day": "2026-01-05", "amount_fen": 100, "recipient": "培训机构"}
    },
    ("POST", "/claims/{number}/decision/pay"): {"data": {"purse": "培训机构｜", "day": "2026-01-05", "amount": "1"}},
    ("POST", "/claims/{number}/look"): {"data": {"reason": "想看一看别人的申领"}},
    ("POST", "/api/v1/classes/{number}/files/{file_id}/excerpts"): {"json": {"at_s": 0}},
    ("POST", "/classes/{number}/files/{file_id}/excerpt"): {"data": {"at_s": "0"}},
    ("POST", "/api/v1/classes/{number}/notes"): {
        "json": {"camera": "CH02", "at": "2025-04-08T10:40:00+08:00", "text": "别人的录像"}
    },
    ("POST", "/classes/{number}/days/{day}/notes"): {
        "data": {"camera": "CH02", "at": "2025-04-08T10:40:00+08:00", "text": "别人的录像"}
    },
    ("POST", "/classes/{number}/look"): {"data": {"reason": "想看一看别人的班"}},
    ("POST", "/wall/cameras/{number}/look"): {"data": {"reason": "想看一看别人的摄像机"}},
    ("POST", "/wall/{number}/look"): {"data": {"reason": "想看一看别人的班"}},
    ("POST", "/roll/{class_id}/{hour_id}/witness"): {"data": {"trainee": "t1", "reason": "手机没电了"}},
    ("POST", "/checks/{name}/{place}/finding"): {"data": {"status": "PASS", "words": "所见一致"}},
    ("POST", "/checks/{name}/{place}/second"): {"data": {"agrees": "yes"}},
    ("POST", "/checks/{name}/{place}/lift"): {"data": {"words": "结束"}},
    ("POST", "/api/v1/vouchers/{number}/steps"): {"json": {"step": "issue", "day": "2026-01-05"}},
    ("POST", "/vouchers/{number}/steps"): {"data": {"step": "issue", "day": "2026-01-05"}},
    ("POST", "/api/v1/supervision/{number}/close"): {"json": {"words": "别人的记录", "day": "2026-01-05"}},
    **{
        ("POST", f"/api/v1/supervision/{{number}}/{deed}"): {"json": {"words": "别人的记录"}}
        for deed in ("sign", "object", "answer", "lift")
    },
    ("POST", "/api/v1/supervision/{number}/reporter"): {"json": {"reason": "想知道谁举报"}},
    ("POST", "/supervision/{number}/reporter"): {"data": {"reason": "想知道谁举报"}},
    **{
        ("POST", f"/supervision/{{number}}/{deed}"): {"data": {"words": "别人的记录", "day": "2026-01-05"}}
        for deed in ("sign", "object", "answer", "close", "lift")
    },
    ("PATCH", "/api/v1/cameras/{number}"): {"json": {"room": "别人的教室"}},
    ("POST", "/api/v1/cameras/{number}/move"): {"json": {"institution_id": 1}},
    ("POST", "/cameras/{number}/about"): {"data": {"room": "别人的教室", "address": "rtsp://192.0.2.7/1"}},
    ("HEAD", "/api/v1/uploads/{token}"): {"headers": {"tus-resumable": "1.0.0"}},
    ("DELETE", "/api/v1/uploads/{token}"): {"headers": {"tus-resumable": "1.0.0"}},
    ("PATCH", "/api/v1/uploads/{token}"): {
        "headers": {
            "tus-resumable": "1.0.0",
            "upload-offset": "0",
            "content-type": "application/offset+octet-stream",
        },
        "content": b"hello",
    },
}
NAMING = [
    one
    for one in guarded_routes()
    if "{" in one.path
    and isinstance(one.guards[0], RightGuard)
    and one.path not in NOT_OF_ANYBODY
    # accounts, keys and webhooks are the administrators', who have no place of their own
    and RIGHTS[one.guards[0].action] - {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullService]:
    with full_service(tmp_path_factory.mktemp("strangers")) as found:
        yield found


def _action(one: GuardedRoute) -> Action:
    guard = one.guards[0]
    assert isinstance(guard, RightGuard)
    return guard.action


@pytest.mark.parametrize("one", NAMING, ids=lambda one: f"{one.method} {one.path}")
def test_what_an_address_names_is_not_there_for_a_stranger(served: FullService, one: GuardedRoute) -> None:
    strangers = sorted(RIGHTS[_action(one)] & {*OWN, Role.SYSTEM, Role.TRAINEE})
    assert strangers
    for role in strangers:
        with served.found.as_(role, "邻校", FAR) as stranger:
            asked = SENT.get((one.method, one.path), {})
            answer = stranger.request(one.method, served.address(one.path), **asked)
        assert answer.status_code == 404, (role, answer.status_code, answer.text)


@pytest.mark.parametrize(
    "one", [one for one in NAMING if one.method == "GET"], ids=lambda one: f"{one.method} {one.path}"
)
def test_the_same_address_is_there_for_its_owner(served: FullService, one: GuardedRoute) -> None:
    """Otherwise the test above would hold of a service in which there is nothing."""
    role = min(RIGHTS[_action(one)] & set(OWN))
    with signed_in(served.found, OWN[role]) as owner:
        answer = owner.get(served.address(one.path))
    code = answer.json().get("code", "") if "json" in answer.headers["content-type"] else ""
    gone = {"GONE", "REASON_NEEDED"}  # this test keeps no bytes of packages, and gives no reason
    assert answer.status_code < 400 or code in gone, (role, answer.status_code, answer.text)


def test_nobody_ends_a_session_of_somebody_else(served: FullService) -> None:
    with signed_in(served.found, "clerk") as clerk, served.found.as_(Role.CLERK, "邻校", FAR) as stranger:
        (*_, own) = [one["id"] for one in clerk.get("/api/v1/me/sessions").json() if one["this"]]
        assert stranger.delete(f"/api/v1/me/sessions/{own}").status_code == 404
        assert stranger.post(f"/me/sessions/{own}/end").status_code in {303, 404}
        assert clerk.get("/api/v1/me").status_code == 200


def test_lists_of_a_stranger_hold_nothing_of_ours(served: FullService) -> None:
    ours = (
        "家政服务员2班",
        "家政服务员示范",
        "yq-2025-jz-02",
        "demo-2025",
        "某职业培训学校",
        "示范第二",
        '"class_id":1,',
    )
    endless_or_asked = {"/api/v1/events", "/api/v1/log/proofs", "/sign-in", "/policy/diff"}
    lists = [one for one in guarded_routes() if one.method == "GET" and "{" not in one.path]
    for role in (Role.CLERK, Role.TEACHER, Role.INSPECTOR, Role.REVIEWER, Role.SYSTEM):
        with served.found.as_(role, "邻校", FAR) as stranger:
            for one in lists:
                guard = one.guards[0]
                asked = (
                    isinstance(guard, RightGuard) and role in RIGHTS[guard.action] and one.path not in endless_or_asked
                )
                if asked:
                    answer = stranger.get(one.path)
                    assert answer.status_code == 200, (role, one.path, answer.text)
                    shown = [word for word in ours if word in answer.text]
                    assert not shown, (role, one.path, shown)


def test_the_log_is_counted_through_by_auditors_alone(served: FullService) -> None:
    """A leaf names records of every institution; by a digest one finds only what one holds already."""
    for role in (Role.CLERK, Role.INSPECTOR, Role.REVIEWER):
        with served.found.as_(role, "邻校", FAR) as stranger:
            assert stranger.get("/api/v1/log/proofs/1").status_code == 403
            assert stranger.get("/api/v1/log/proofs", params={"sha256": "0" * 64}).status_code == 404
