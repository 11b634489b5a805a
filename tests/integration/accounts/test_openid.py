"""Signing in by a provider, as a browser does it: with an independent provider, on both databases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.accounts import passwords
from storage.database.accounts import accounts, identities
from storage.database.connection import reading, writing
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.log_keeper import events
from tests.fixtures.openid import agreed, independent, own_path, refused, settings_of, shown_fingerprint
from tests.fixtures.service import Running, running, settings_at

PASSWORD = "一匹白马走过三座桥，天亮了"  # noqa: S105 - an invented one
SUBJECT = "user-7c1f"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with independent() as found:
        yield found


@pytest.fixture
def served(database_url: str, tmp_path: Path, issuer: str) -> Iterator[Running]:
    with running(settings_at(database_url, tmp_path / "home", **settings_of(issuer))) as found:
        yield found


@dataclass
class Person:
    """Somebody with an account and a browser."""

    running: Running
    number: int
    client: httpx.Client

    def by_password(self) -> httpx.Response:
        form = {"csrf": guard(self.client.get("/sign-in").text), "name": "li.na", "password": PASSWORD}
        return self.client.post("/sign-in", data=form)

    def by_provider(self, subject: str = SUBJECT, next_: str = "/") -> httpx.Response:
        way = self.client.get("/sign-in/openid", params={"next": next_})
        assert way.status_code == 303, way.text
        return self.client.get(own_path(agreed(way.headers["location"], subject)))

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.client.post(path, data={"csrf": guard(self.client.get("/me").text), **form})


@pytest.fixture
def person(served: Running) -> Iterator[Person]:
    with writing(served.service.engine, "test") as connection:
        made = accounts.add_account(connection, "li.na", "李娜", served.clock())
        accounts.grant(connection, made.id, "auditor")
        accounts.set_password(connection, made.id, passwords.hashed(PASSWORD))
    with served.client() as client:
        yield Person(served, made.id, client)


def guard(page: str) -> str:
    found = re.search(r'name="csrf" content="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def linked(served: Running, number: int, subject: str = SUBJECT) -> int:
    issuer = served.service.settings.openid.issuer if served.service.settings.openid else ""
    with writing(served.service.engine, "test") as connection:
        return identities.link(connection, issuer, subject, number, number, served.clock()).id


def code_for(served: Running, number: int) -> str:
    with served.as_(Role.SYSTEM_ADMIN) as admin:
        page = admin.post(f"/accounts/{number}/identity/code").text
    found = re.search(r"\b([2-9A-Z]{4}-){3}[2-9A-Z]{4}\b", page)
    assert found, page
    return found[0]


def leaves(served: Running) -> list[str]:
    return [entry.leaf.subject for entry in events(served.service.log) if entry.leaf.kind is LeafKind.ACCOUNT]


def test_a_linked_person_signs_in_and_comes_to_where_they_wanted_to_go(person: Person) -> None:
    linked(person.running, person.number)
    page = person.client.get("/sign-in?next=/audit").text
    assert 'href="/sign-in/openid?next=/audit"' in page
    assert "用晋政通登录" in page
    answer = person.by_provider(next_="/audit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
    cookies = answer.headers.get_list("set-cookie")
    assert any(one.startswith("xueshi-session=") and "HttpOnly" in one for one in cookies)
    assert person.client.get("/api/v1/me").json()["account_id"] == person.number
    assert "xueshi-openid" not in person.client.cookies


def test_whom_the_provider_knows_and_we_do_not_is_told_what_to_do_and_no_account_is_made(person: Person) -> None:
    with reading(person.running.service.engine, "test") as connection:
        before = accounts.accounts(connection)
    answer = person.by_provider("somebody-else")
    assert answer.headers["location"] == "/sign-in/openid/unknown"
    page = person.client.get("/sign-in/openid/unknown")
    assert page.status_code == 403
    assert shown_fingerprint(page.text)
    assert "登录不会自动建立账号" in page.text
    assert "somebody-else" not in page.text
    assert "Signing in makes no account" in person.client.get("/sign-in/openid/unknown?lang=en").text
    assert person.client.get("/api/v1/me").status_code == 401
    with reading(person.running.service.engine, "test") as connection:
        assert accounts.accounts(connection) == before


def test_the_page_for_the_unknown_shows_nothing_that_a_link_from_elsewhere_could_put_there(person: Person) -> None:
    assert person.client.get("/sign-in/openid/unknown").headers["location"] == "/sign-in"
    person.client.cookies.set("xueshi-openid", "W10=." + "0" * 64, domain="127.0.0.1")
    assert person.client.get("/sign-in/openid/unknown").headers["location"] == "/sign-in"


def test_whoever_cancels_at_the_provider_is_told_so_and_may_begin_again(person: Person) -> None:
    way = person.client.get("/sign-in/openid?next=/audit").headers["location"]
    answer = person.client.get(own_path(refused(way)))
    assert answer.headers["location"] == "/sign-in?fault=cancelled&next=%2Faudit"
    page = person.client.get(answer.headers["location"])
    assert (page.status_code, "您在身份认证平台取消了登录" in page.text) == (401, True)
    assert 'href="/sign-in/openid?next=/audit"' in page.text


def test_an_answer_is_good_once_even_for_a_browser_that_keeps_its_cookie(person: Person) -> None:
    linked(person.running, person.number)
    way = person.client.get("/sign-in/openid")
    kept = person.client.cookies["xueshi-openid"]
    back = own_path(agreed(way.headers["location"], SUBJECT))
    assert person.client.get(back).headers["location"] == "/"
    with person.running.client(cookies={"xueshi-openid": kept}) as again:
        answer = again.get(back)
        assert answer.headers["location"].startswith("/sign-in?fault=used")
        assert "这次登录已用过" in again.get(answer.headers["location"]).text


def test_a_code_that_was_spent_is_refused_in_another_visit(person: Person) -> None:
    linked(person.running, person.number)
    way = person.client.get("/sign-in/openid").headers["location"]
    back = own_path(agreed(way, SUBJECT))
    spent = re.search(r"code=([^&]+)", back)
    assert spent
    person.client.get(back)
    with person.running.client() as other:
        fresh = own_path(agreed(other.get("/sign-in/openid").headers["location"], SUBJECT))
        answer = other.get(re.sub(r"code=[^&]+", spent[0], fresh))
        assert answer.headers["location"].startswith("/sign-in?fault=used")
        assert "xueshi-session" not in other.cookies


def test_a_person_links_with_a_code_after_the_provider_vouched_for_them(person: Person) -> None:
    code = code_for(person.running, person.number)
    person.by_password()
    assert "去验明身份" in person.client.get("/me").text
    assert person.by_provider(next_="/me").headers["location"] == "/me#identity"
    mine = person.client.get("/me").text
    assert "平台已确认您的身份" in mine
    fingerprint = shown_fingerprint(mine)
    wrong = person.post("/me/identity", code="AAAA-AAAA-AAAA-AAAA")
    assert "绑定码不对" in person.client.get(wrong.headers["location"]).text
    done = person.post("/me/identity", code=f" {code.lower().replace('-', ' ')} ")
    assert done.headers["location"] == "/me#identity"
    assert "已绑定，可用它登录" in person.client.get("/me").text
    with person.running.client() as elsewhere:
        assert Person(person.running, person.number, elsewhere).by_provider().headers["location"] == "/"
        assert elsewhere.get("/api/v1/me").json()["account_id"] == person.number
    with person.running.as_(Role.SECURITY_ADMIN) as security:
        page = security.get(f"/accounts/{person.number}").text
        assert fingerprint in page
        assert SUBJECT not in page
    assert [one.partition(" ")[2] for one in leaves(person.running)] == [
        f"account:{person.number} identity code",
        f"account:{person.number} identity linked",
    ]


def test_a_code_is_good_once_and_for_its_own_account_alone(person: Person) -> None:
    with writing(person.running.service.engine, "test") as connection:
        other = accounts.add_account(connection, "wang.wu", "王五", person.running.clock())
    code = code_for(person.running, other.id)
    person.by_password()
    person.by_provider(next_="/me")
    assert person.post("/me/identity", code=code).headers["location"] == "/me?fault=wrong_code#identity"
    mine = code_for(person.running, person.number)
    newer = code_for(person.running, person.number)
    assert person.post("/me/identity", code=mine).headers["location"] == "/me?fault=wrong_code#identity"
    assert person.post("/me/identity", code=newer).headers["location"] == "/me#identity"
    assert person.post("/me/identity", code=newer).headers["location"] == "/me?fault=not_begun#identity"


def test_what_the_provider_vouched_for_in_one_session_is_of_no_use_in_another(person: Person) -> None:
    """Somebody at the same screen, after the first has left, must not bind the first one's identity to their account."""
    code = code_for(person.running, person.number)
    person.by_password()
    person.by_provider("the-one-before", next_="/me")
    kept = person.client.cookies["xueshi-openid"]
    person.post("/sign-out")
    person.client.cookies.set("xueshi-openid", kept, domain="127.0.0.1")
    person.by_password()
    assert "平台已确认您的身份" not in person.client.get("/me").text
    assert person.post("/me/identity", code=code).headers["location"] == "/me?fault=not_begun#identity"


def test_nobody_slips_from_one_account_into_another(person: Person) -> None:
    with writing(person.running.service.engine, "test") as connection:
        other = accounts.add_account(connection, "wang.wu", "王五", person.running.clock())
    linked(person.running, other.id, "of-wang")
    person.by_password()
    answer = person.by_provider("of-wang", next_="/me")
    assert answer.headers["location"] == "/me?fault=others#identity"
    assert "此身份已与另一个账号绑定" in person.client.get("/me?fault=others").text
    assert person.client.get("/api/v1/me").json()["account_id"] == person.number


def test_a_shut_account_stays_out(person: Person) -> None:
    linked(person.running, person.number)
    with person.running.as_(Role.SYSTEM_ADMIN) as admin:
        admin.post(f"/accounts/{person.number}/shut", data={"shut": "true"})
    answer = person.by_provider()
    assert answer.headers["location"].startswith("/sign-in?fault=shut")
    assert "账号已停用" in person.client.get(answer.headers["location"]).text
    assert "xueshi-session" not in person.client.cookies


def test_a_link_that_ended_opens_nothing_and_its_sessions_are_over(person: Person) -> None:
    identity = linked(person.running, person.number)
    person.by_provider()
    with person.running.as_(Role.SYSTEM_ADMIN) as admin:
        page = admin.get(f"/accounts/{person.number}").text
        assert f'action="/accounts/{person.number}/identity/{identity}/end"' in page
        assert admin.post(f"/accounts/{person.number}/identity/{identity}/end").status_code == 303
        assert admin.post(f"/accounts/{person.number}/identity/{identity}/end").status_code == 404
    assert person.client.get("/api/v1/me").status_code == 401
    assert person.by_provider().headers["location"] == "/sign-in/openid/unknown"
    assert leaves(person.running)[-1].endswith(f"account:{person.number} identity ended")
    linked(person.running, person.number)  # the same two may be linked again
    assert person.by_provider().headers["location"] == "/"


def test_a_person_ends_their_own_link_while_a_password_lets_them_in(person: Person) -> None:
    identity = linked(person.running, person.number)
    person.by_provider()
    assert person.post(f"/me/identity/{identity}/end").headers["location"] == "/me#identity"
    assert "尚未绑定" in person.client.get("/me").text
    again = linked(person.running, person.number)
    with writing(person.running.service.engine, "test") as connection:
        accounts.set_password(connection, person.number, "")
    assert "您没有设密码" in person.client.get("/me").text
    assert person.post(f"/me/identity/{again}/end").status_code == 409


def test_nobody_ends_the_link_of_somebody_else(person: Person) -> None:
    other = linked(person.running, person.number)
    with person.running.as_(Role.CLERK) as clerk:
        answer = clerk.post(f"/me/identity/{other}/end")
    assert answer.status_code in {404, 409}
    assert person.by_provider().headers["location"] == "/"


def test_the_administrator_links_only_what_has_no_role_and_whoever_grants_it_sees_the_fingerprint(
    person: Person,
) -> None:
    served = person.running
    with served.as_(Role.SYSTEM_ADMIN) as admin:
        refused_ = admin.post(f"/accounts/{person.number}/identity", data={"subject": SUBJECT})
        assert refused_.status_code == 409
        made = admin.post("/api/v1/accounts", json={"name": "zhao.liu"}).json()["id"]
        assert admin.post(f"/accounts/{made}/identity", data={"subject": "  "}).status_code == 422
        assert admin.post(f"/accounts/{made}/identity", data={"subject": " of-zhao "}).status_code == 303
        taken = admin.post(f"/api/v1/accounts/{person.number}/identities", json={"subject": "of-zhao"})
        assert taken.status_code == 409
        assert "可登录" in admin.get("/accounts").text or "待授权" in admin.get("/accounts").text
        own = admin.get("/api/v1/me").json()["account_id"]
        assert admin.post(f"/accounts/{own}/identity/code").status_code == 409
    with served.client() as browser:
        Person(served, made, browser).by_provider("of-zhao")
        assert browser.get("/api/v1/me").json()["code"] == "NO_RIGHT"
    with served.as_(Role.SECURITY_ADMIN) as security:
        page = security.get(f"/accounts/{made}").text
        fingerprint = shown_fingerprint(page)
        assert "授权前请与本人核对指纹" in page
    with served.as_(Role.SYSTEM_ADMIN) as admin:
        [told] = admin.get(f"/api/v1/accounts/{made}/identities").json()
        assert (told["fingerprint"], told["ended_at"]) == (fingerprint, None)
        assert "of-zhao" not in str(told)
        assert admin.delete(f"/api/v1/accounts/{made}/identities/{told['id']}").status_code == 200
        assert admin.get(f"/api/v1/accounts/{made}/identities").json()[0]["ended_at"]
        again = admin.post(f"/api/v1/accounts/{made}/identity-code", headers={"idempotency-key": "k"})
        assert re.fullmatch(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", again.json()["code"])
        assert admin.post(f"/api/v1/accounts/{made}/identity-code", headers={"idempotency-key": "k"}).json() == {
            "code": ""
        }


def test_the_pages_are_complete_in_english(person: Person) -> None:
    linked(person.running, person.number)
    with person.running.as_(Role.SYSTEM_ADMIN) as admin:
        texts = [admin.get(f"/accounts/{person.number}?lang=en").text, admin.get("/me?lang=en&fault=clocks").text]
        texts.append(admin.post(f"/accounts/{person.number}/identity/code?lang=en").text)
    texts += [person.client.get(path).text for path in ("/sign-in?lang=en&fault=no_answer", "/sign-in/openid/unknown")]
    assert "Sign in with the province" in texts[3]
    for text in texts:
        shown = re.sub(r"data-zh=\"[^\"]*\"|lang=\"zh-CN\"[^<]*<|李娜|system_admin@\S+", "", text)
        assert re.findall(r">[^<]*[一-鿿][^<]*<", shown) == []
