"""账号, 接口密钥, 通知地址 and one's own account, as the administrators use them."""

import re

import httpx
import pytest

from api.http.auth import csrf_of
from pipeline.accounts.rights import Role
from runtime.accounts import passwords
from storage.database.accounts import accounts, attempts, sessions
from storage.database.connection import reading, writing
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.log_keeper import events
from tests.fixtures.service import Running

PASSWORD = "一匹白马走过三座桥，天亮了"  # noqa: S105 - an invented one
NEXT = "两只麻雀落在旧屋檐，下雨了"


def made(running: Running, name: str = "li.na", shown: str = "李娜") -> int:
    with writing(running.service.engine, "test") as connection:
        return accounts.add_account(connection, name, shown, running.clock()).id


def found(running: Running, number: int) -> accounts.AccountRow:
    with reading(running.service.engine, "test") as connection:
        one = accounts.account(connection, number)
    assert one
    return one


def page_of(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_system_administrator_makes_a_person_and_hands_over_a_link_that_is_shown_once(
    running_service: Running,
) -> None:
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        answer = admin.post("/accounts", data={"name": "li.na", "shown": "李娜"})
        link = re.search(r"/password\?token=[\w-]+", answer.text)
        assert link, answer.text
        assert "只显示这一次" in answer.text
        assert link[0] not in page_of(admin, "/accounts")
        assert "未设密码" in page_of(admin, "/accounts")
    with running_service.client() as person:
        page = person.get(link[0]).text
        csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert csrf
        token = link[0].partition("=")[2]
        form = {"csrf": csrf[1], "token": token, "password": PASSWORD, "again": PASSWORD}
        assert person.post("/password", data=form).headers["location"] == "/sign-in"
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        assert "待授权" in page_of(admin, "/accounts")


@pytest.mark.parametrize(("name", "told"), [("a", "2 至"), ("li.na", "已有人使用"), ("a b", "字母、数字")])
def test_a_name_that_will_not_do_is_told_beside_the_form(running_service: Running, name: str, told: str) -> None:
    made(running_service)
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        answer = admin.post("/accounts", data={"name": name, "shown": ""})
        assert (answer.status_code, told in answer.text) == (422, True)
        assert 'value="' + name in answer.text


def test_the_security_administrator_grants_and_the_person_must_sign_in_again(running_service: Running) -> None:
    number, institution = made(running_service), running_service.institution("正信职校")
    with writing(running_service.service.engine, "test") as connection:
        sessions.start(connection, "t" * 43, number, running_service.clock(), "127.0.0.1", "test")
    with running_service.as_(Role.SECURITY_ADMIN) as security:
        wrong = security.post(f"/accounts/{number}/grant", data={"role": "clerk", "area": "山西省阳泉市"})
        assert (wrong.status_code, "须选定一所培训机构" in wrong.text) == (422, True)
        half = security.post(f"/accounts/{number}/grant", data={"role": "inspector", "area": "山西省阳"})
        assert (half.status_code, "地区应写全名" in half.text) == (422, True)
        right = security.post(f"/accounts/{number}/grant", data={"role": "clerk", "institution_id": str(institution)})
        assert right.status_code == 303
        assert "正信职校" in page_of(security, f"/accounts/{number}")
    assert (found(running_service, number).role, found(running_service, number).institution_id) == (
        "clerk",
        institution,
    )
    with running_service.client(cookies={"xueshi-session": "t" * 43}) as person:
        assert person.get("/").status_code == 401
    assert any(entry.leaf.kind is LeafKind.ACCOUNT for entry in events(running_service.service.log))


def test_an_account_without_a_role_waits_on_the_security_administrator_s_first_page(running_service: Running) -> None:
    number = made(running_service, "wang.wu", "王五")
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        assert "王五" not in page_of(admin, "/")
    with running_service.as_(Role.SECURITY_ADMIN) as security:
        assert f'href="/accounts/{number}"' in page_of(security, "/")
        assert "账号等待授权 · 王五" in page_of(security, "/")
        granted = security.post(f"/accounts/{number}/grant", data={"role": "auditor"})
        assert granted.status_code in {200, 303}, granted.text
        assert "王五" not in page_of(security, "/")


def test_a_locked_name_is_unlocked_and_a_person_is_signed_out_everywhere(running_service: Running) -> None:
    number, at = made(running_service), running_service.clock()
    with writing(running_service.service.engine, "test") as connection:
        for _ in range(6):
            attempts.admit(connection, [attempts.AttemptCount(5, "li.na", "address 192.0.2.7")], at)
        sessions.start(connection, "t" * 43, number, at, "127.0.0.1", "test")
    with running_service.as_(Role.SECURITY_ADMIN) as security:
        assert "锁定至" in page_of(security, f"/accounts/{number}")
        assert security.post(f"/accounts/{number}/unlock").status_code == 303
        assert "锁定至" not in page_of(security, f"/accounts/{number}")
        assert security.post(f"/accounts/{number}/sign-out").status_code == 303
    with reading(running_service.service.engine, "test") as connection:
        assert not sessions.sessions_of(connection, number, at)


def test_an_account_is_shut_and_opened_and_nobody_shuts_their_own(running_service: Running) -> None:
    number = made(running_service)
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        assert admin.post(f"/accounts/{number}/shut", data={"shut": "true"}).status_code == 303
        assert "已停用" in page_of(admin, f"/accounts/{number}")
        assert admin.post(f"/accounts/{number}/shut", data={"shut": "false"}).status_code == 303
        assert found(running_service, number).disabled_at is None
        own = re.search(r'href="/accounts/(\d+)">system_admin', page_of(admin, "/accounts?role=system_admin"))
        assert own
        assert admin.post(f"/accounts/{own[1]}/shut", data={"shut": "true"}).status_code == 409


def test_a_key_is_shown_once_and_opens_nothing_after_its_end(running_service: Running) -> None:
    institution = running_service.institution("正信职校")
    with running_service.as_(Role.SECURITY_ADMIN) as security:
        both = {"name": "补贴系统", "institution_id": str(institution), "area": "山西省阳泉市"}
        assert "机构与地区须选其一" in security.post("/keys", data=both).text
        answer = security.post("/keys", data={"name": "补贴系统", "institution_id": str(institution)})
        secret = re.search(r"xsk_[\w-]+", answer.text)
        assert secret
        assert secret[0] not in page_of(security, "/keys")
        with running_service.client(headers={"authorization": f"Bearer {secret[0]}"}) as system:
            assert system.get("/api/v1/me").status_code == 200
            path = re.search(r'action="(/keys/\d+/end)"', answer.text)
            assert path
            assert security.post(path[1]).status_code == 303
            assert system.get("/api/v1/me").status_code == 401
        assert "已停用" in page_of(security, "/keys")


def test_a_webhook_is_made_with_a_secret_shown_once_and_a_bad_address_is_told(running_service: Running) -> None:
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        bad = admin.post("/webhooks", data={"url": "ftp://x", "kinds": "verdict.made"})
        assert (bad.status_code, "http://" in bad.text) == (422, True)
        assert "至少选择一种" in admin.post("/webhooks", data={"url": "https://claims.example.org/in"}).text
        good = {"url": "https://claims.example.org/in", "kinds": ["verdict.made", "flag.raised"]}
        answer = admin.post("/webhooks", data=good)
        assert "签名密钥只显示这一次" in answer.text
        path = re.search(r'action="(/webhooks/\d+/end)"', answer.text)
        assert path
        assert admin.post(path[1]).status_code == 303
        assert "已停用" in page_of(admin, "/webhooks")


def test_somebody_changes_their_password_and_every_other_session_ends(running_service: Running) -> None:
    number, at = made(running_service), running_service.clock()
    with writing(running_service.service.engine, "test") as connection:
        accounts.grant(connection, number, "auditor")
        accounts.set_password(connection, number, passwords.hashed(PASSWORD))
        for token in ("here" * 11, "there" * 9):
            sessions.start(connection, token, number, at, "127.0.0.1", "a phone")
    own = {"x-csrf-token": csrf_of(running_service.service, "here" * 11)}
    with running_service.client(cookies={"xueshi-session": "here" * 11}, headers=own) as person:
        assert "a phone" in page_of(person, "/me")
        fields = {"present": "something else", "wanted": NEXT, "again": NEXT}
        wrong = person.post("/me/password", data=fields)
        assert (wrong.status_code, "现在的密码不正确" in wrong.text) == (422, True)
        differs = person.post("/me/password", data=fields | {"present": PASSWORD, "again": PASSWORD})
        assert "两次输入的新密码不同" in differs.text
        done = person.post("/me/password", data=fields | {"present": PASSWORD})
        assert done.headers["location"] == "/me?done=1"
        assert "密码已修改" in page_of(person, "/me?done=1")
    with running_service.client(cookies={"xueshi-session": "there" * 9}) as other:
        assert other.get("/").status_code == 401


def test_whoever_guesses_the_present_password_reads_on_the_form_how_long_to_wait(running_service: Running) -> None:
    number, at = made(running_service), running_service.clock()
    with writing(running_service.service.engine, "test") as connection:
        accounts.grant(connection, number, "auditor")
        accounts.set_password(connection, number, passwords.hashed(PASSWORD))
        sessions.start(connection, "here" * 11, number, at, "127.0.0.1", "a phone")
    own = {"x-csrf-token": csrf_of(running_service.service, "here" * 11)}
    with running_service.client(cookies={"xueshi-session": "here" * 11}, headers=own) as person:
        fields = {"present": "a guess", "wanted": NEXT, "again": NEXT}
        slips = [person.post("/me/password", data=fields | {"again": "a slip"}) for _ in range(6)]
        guesses = [person.post("/me/password", data=fields) for _ in range(5)]
        assert [answer.status_code for answer in (*slips, *guesses)] == [422] * 11
        assert "现在的密码不正确" in guesses[-1].text  # slips of the fingers are no failed attempts
        locked = person.post("/me/password", data=fields | {"present": PASSWORD})
    assert (locked.status_code, 'name="present"' in locked.text) == (429, True)
    assert "请求过于频繁" in locked.text
    assert 50 <= int(locked.headers["retry-after"]) <= 61


def test_an_institution_that_is_not_there_is_told_beside_the_form(running_service: Running) -> None:
    with running_service.as_(Role.SECURITY_ADMIN) as security:
        answer = security.post("/keys", data={"name": "补贴系统", "institution_id": "999"})
        assert (answer.status_code, "没有这所培训机构" in answer.text) == (422, True)
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        wish = {"url": "https://claims.example.org/in", "kinds": ["verdict.made"], "institution_id": "999"}
        answer = admin.post("/webhooks", data=wish)
        assert (answer.status_code, "没有这所培训机构" in answer.text) == (422, True)


@pytest.mark.parametrize("path", ["/accounts", "/keys", "/webhooks", "/me", "/institutions"])
def test_the_pages_are_complete_in_english(running_service: Running, path: str) -> None:
    made(running_service)
    role = Role.SECURITY_ADMIN if path == "/keys" else Role.SYSTEM_ADMIN
    with running_service.as_(role) as admin:
        text = page_of(admin, f"{path}?lang=en")
    shown = re.sub(r"<option.*?</option>|data-zh=\"[^\"]*\"|lang=\"zh-CN\"[^<]*<|李娜|山西省阳泉市(平定县)?", "", text)
    assert re.findall(r">[^<]*[一-鿿][^<]*<", shown) == []


def test_the_auditor_sees_who_holds_which_right_and_changes_none(running_service: Running) -> None:
    number = made(running_service)
    with running_service.as_(Role.AUDITOR) as auditor:
        assert "李娜" in page_of(auditor, "/accounts")
        page = page_of(auditor, f"/accounts/{number}")
        assert f'action="/accounts/{number}' not in page
        assert auditor.post(f"/accounts/{number}/grant", data={"role": "clerk"}).status_code == 403
        assert auditor.post(f"/accounts/{number}/link").status_code == 403


def test_an_institution_is_made_once_and_its_place_is_named_in_full(running_service: Running) -> None:
    form = {"name": "新机构", "locality": "山西省阳泉市平定县", "uscc": ""}
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        half = admin.post("/institutions", data=form | {"locality": "山西省阳"})
        assert (half.status_code, "所在地应写全名" in half.text) == (422, True)
        assert admin.post("/institutions", data=form).status_code == 303
        assert "新机构" in page_of(admin, "/institutions")
        assert "已有“新机构”" in admin.post("/institutions", data=form).text
