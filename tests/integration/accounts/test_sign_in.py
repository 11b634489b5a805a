"""Signing in, as a browser does it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from runtime.accounts import passwords
from runtime.accounts.bootstrap_link import set_up_link
from storage.database.accounts import accounts
from storage.database.accounts.tokens import Purpose, offer
from storage.database.connection import writing
from tests.fixtures.service import Running

PASSWORD = "一匹白马走过三座桥，天亮了"  # noqa: S105 - an invented one
NAME = "wang.min"


def guard(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found.group(1)


@pytest.fixture
def person(running_service: Running) -> Running:
    with writing(running_service.service.engine, "test") as connection:
        made = accounts.add_account(connection, NAME, "王敏", running_service.clock())
        accounts.grant(connection, made.id, "security_admin")
        accounts.set_password(connection, made.id, passwords.hashed(PASSWORD))
    return running_service


def sign_in(client: httpx.Client, password: str = PASSWORD, name: str = NAME, next_: str = "/") -> httpx.Response:
    form = {"csrf": guard(client.get("/sign-in")), "name": name, "password": password, "next": next_}
    return client.post("/sign-in", data=form)


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back(person: Running) -> None:
    with person.client() as client:
        asked = client.get("/", headers={"accept": "text/html"})
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2F")
        answer = sign_in(client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        page = client.get("/")
        assert "目前没有需要您处理的事项" in page.text
        assert "王敏" in page.text
        assert "Nothing waits for you" in client.get("/?lang=en").text
        assert "Nothing waits for you" in client.get("/").text


def test_a_wrong_password_and_an_unknown_name_get_one_answer(person: Running) -> None:
    with person.client() as client:
        wrong, unknown = sign_in(client, "wrong password"), sign_in(client, name="nobody.here")
    assert wrong.status_code == unknown.status_code == 401
    assert "登录名或密码不正确" in wrong.text
    strip = re.compile(r'value="[^"]*"|content="[0-9a-f]{64}"')
    assert strip.sub("", wrong.text) == strip.sub("", unknown.text)


@pytest.mark.parametrize("name", [NAME, "nobody.here"])
def test_five_failures_lock_the_name_and_the_wait_grows(person: Running, name: str) -> None:
    with person.client() as client:
        for _ in range(5):
            assert sign_in(client, "wrong password", name).status_code == 401
        locked = sign_in(client, PASSWORD, name)
        assert locked.status_code == 429
        assert 50 <= int(locked.headers["retry-after"]) <= 61
        person.clock.ahead += timedelta(seconds=61)
        assert sign_in(client, "wrong password", name).status_code == 401
        assert 110 <= int(sign_in(client, PASSWORD, name).headers["retry-after"]) <= 121
        person.clock.ahead += timedelta(seconds=121)
        assert sign_in(client, PASSWORD, name).status_code == (303 if name == NAME else 401)


def test_a_token_fixed_beforehand_is_worth_nothing_after_signing_in(person: Running) -> None:
    with person.client() as victim:
        victim.cookies.set("xueshi-session", "chosen-by-a-stranger", domain="127.0.0.1")
        answer = sign_in(victim)
        given = answer.cookies["xueshi-session"]
    assert given != "chosen-by-a-stranger"
    with person.client(cookies={"xueshi-session": "chosen-by-a-stranger"}) as stranger:
        assert stranger.get("/").status_code == 401


def test_signing_in_again_ends_the_session_before(person: Running) -> None:
    with person.client() as client:
        proof = guard(client.get("/sign-in"))
        visit = client.cookies["xueshi-visit"]
        sign_in(client)
        first = client.cookies["xueshi-session"]
        client.cookies.set("xueshi-visit", visit, domain="127.0.0.1")  # a second tab, opened before the first signed in
        again = client.post("/sign-in", data={"csrf": proof, "name": NAME, "password": PASSWORD, "next": "/"})
        second = again.cookies["xueshi-session"]
    with person.client(cookies={"xueshi-session": first}) as old, person.client() as new:
        assert old.get("/").status_code == 401
        new.cookies.set("xueshi-session", second, domain="127.0.0.1")
        assert new.get("/").status_code == 200


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie(person: Running) -> None:
    with person.client() as client:
        sign_in(client)
        first = client.cookies["xueshi-session"]
        form = {"csrf": guard(client.get("/"))}
        assert client.post("/sign-out", data=form).status_code == 303
    with person.client(cookies={"xueshi-session": first}) as old:
        assert old.get("/").status_code == 401


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(person: Running) -> None:
    with person.client() as client:
        visit = client.get("/sign-in?lang=en").headers.get_list("set-cookie")
        given = [one for one in sign_in(client).headers.get_list("set-cookie") if one.startswith("xueshi-session=")]
    assert (len(visit), len(given)) == (2, 1)
    for cookie in (*visit, *given):
        assert "; HttpOnly" in cookie, cookie
        assert "; SameSite=lax" in cookie, cookie
        assert "; Path=/" in cookie, cookie


def test_a_shut_account_gets_the_answer_of_a_wrong_password_and_no_session(person: Running) -> None:
    with writing(person.service.engine, "test") as connection:
        found = accounts.account_named(connection, NAME)
        assert found
        accounts.disable(connection, found[0].id, person.clock())
    with person.client() as client:
        answer = sign_in(client)
        assert answer.status_code == 401
        assert "登录名或密码不正确" in answer.text
        assert "xueshi-session" not in client.cookies


def test_a_form_that_we_did_not_draw_is_refused(person: Running) -> None:
    with person.client() as client:
        sign_in(client)
        own = guard(client.get("/"))
        assert client.post("/sign-out").json()["code"] == "FORGED"
        assert client.post("/sign-out", data={"csrf": "0" * 64}).status_code == 403
        elsewhere = client.post("/sign-out", data={"csrf": own}, headers={"sec-fetch-site": "cross-site"})
        assert elsewhere.status_code == 403
        assert client.post("/sign-out", data={"csrf": own}).status_code == 303


def test_a_sign_in_form_from_elsewhere_is_refused(person: Running) -> None:
    with person.client() as client:
        assert client.post("/sign-in", data={"name": NAME, "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: b=c"]
)
def test_signing_in_leads_nowhere_but_into_the_console(person: Running, target: str) -> None:
    with person.client() as client:
        answer = sign_in(client, next_=target)
    assert answer.headers["location"] == "/"
    assert "b=c" not in str(answer.headers)


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(person: Running) -> None:
    with person.client() as client:
        sign_in(client)
        person.clock.ahead += timedelta(hours=1, minutes=59)
        assert client.get("/").status_code == 200
        person.clock.ahead += timedelta(hours=2, minutes=1)
        assert client.get("/").status_code == 401


def test_one_address_cannot_try_without_end(person: Running) -> None:
    with person.client() as client:
        codes = {sign_in(client, "wrong password", f"name{number}").status_code for number in range(31)}
    assert codes == {401, 429}


def test_the_first_start_makes_three_administrators_and_no_password_is_known_to_two(running_service: Running) -> None:
    service = running_service.service
    voided = set_up_link(service.engine, service.settings, running_service.clock())
    link = set_up_link(service.engine, service.settings, running_service.clock())
    assert voided
    assert link
    with running_service.client() as client:
        assert client.get(voided.partition("8000")[2]).status_code == 404
        page = client.get(link.partition("8000")[2])
        assert page.status_code == 200
        form = {"csrf": guard(page), "token": link.partition("token=")[2], "password": PASSWORD, "again": PASSWORD}
        same = client.post("/set-up", data=form | {"name": "admin", "security": "admin", "auditor": "li"})
        assert same.status_code == 422
        assert "三个人" in same.text
        done = client.post("/set-up", data=form | {"name": "zhao", "security": "qian", "auditor": "sun"})
        links = re.findall(r"/password\?token=\S{43}", done.text)
        assert len(links) == 2
        assert client.post("/set-up", data=form | {"name": "a1", "security": "b1", "auditor": "c1"}).status_code == 404
        assert sign_in(client, PASSWORD, "zhao").status_code == 303
        assert sign_in_free(running_service, links[0], "qian") == 303
    assert set_up_link(service.engine, service.settings, running_service.clock()) is None


def sign_in_free(running: Running, link: str, name: str) -> int:
    with running.client() as client:
        form = {"csrf": guard(client.get(link)), "token": link.partition("token=")[2]}
        short = client.post("/password", data=form | {"password": "short", "again": "short"})
        assert "应为 12 至 256 个" in short.text
        client.post("/password", data=form | {"password": PASSWORD, "again": PASSWORD})
        assert client.get(link).status_code == 404
        return sign_in(client, PASSWORD, name).status_code


def test_a_password_is_changed_by_whoever_knows_it_and_the_other_sessions_end(person: Running) -> None:
    wanted = "两只黄鹂鸣翠柳，一行白鹭上青天"
    with person.client() as here, person.client() as elsewhere:
        sign_in(here)
        sign_in(elsewhere)
        here.headers["x-csrf-token"] = guard(here.get("/"))
        wrong = here.put("/api/v1/me/password", json={"present": "not it", "wanted": wanted})
        assert (wrong.status_code, wrong.json()["faults"][0]["where"]) == (422, "body.present")
        assert here.put("/api/v1/me/password", json={"present": PASSWORD, "wanted": "short"}).status_code == 422
        done = here.put("/api/v1/me/password", json={"present": PASSWORD, "wanted": wanted})
        assert done.status_code == 200, done.text
        assert here.get("/api/v1/me").status_code == 200
        assert elsewhere.get("/api/v1/me").status_code == 401
        assert sign_in(elsewhere).status_code == 401
        assert sign_in(elsewhere, wanted).status_code == 303


def test_of_guesses_at_one_moment_no_more_are_looked_at_than_are_free(person: Running) -> None:
    """Eighteen at once: each is counted before its password is looked at."""

    def fail(_: int) -> int:
        with person.client() as client:
            return sign_in(client, "wrong password", "at.once").status_code

    person.clock.still = person.clock()  # a lock of a minute must not end while a slow machine is at it
    with ThreadPoolExecutor(18) as pool:
        codes = list(pool.map(fail, range(18)))
    assert sorted(codes) == [401] * 5 + [429] * 13


def guess(running: Running, address: str, name: str = NAME, times: int = 5) -> list[int]:
    """Wrong passwords from another address of loopback."""
    with running.client(transport=httpx.HTTPTransport(local_address=address)) as stranger:
        return [sign_in(stranger, "wrong password", name).status_code for _ in range(times)]


def test_a_stranger_elsewhere_keeps_no_administrator_waiting(person: Running) -> None:
    for last in range(2, 15):  # sixty-five failures, more than an ordinary name has free
        assert guess(person, f"127.0.0.{last}", times=6) == [401] * 5 + [429]
    with person.client() as client:
        assert sign_in(client).status_code == 303


def test_a_stranger_at_the_same_address_keeps_nobody_waiting_who_signed_in_with_this_browser(person: Running) -> None:
    with person.client() as client:
        assert sign_in(client).status_code == 303
        client.post("/sign-out", data={"csrf": guard(client.get("/"))})
        assert guess(person, "127.0.0.1", times=6)[-1] == 429
        assert sign_in(client).status_code == 303
        client.post("/sign-out", data={"csrf": guard(client.get("/"))})
        codes = [sign_in(client, "wrong password").status_code for _ in range(6)]
        assert codes == [401] * 5 + [429], "a browser is no licence to guess"


def test_a_proof_for_one_name_is_none_for_another(person: Running) -> None:
    with person.client() as client:
        assert sign_in(client).status_code == 303
        client.post("/sign-out", data={"csrf": guard(client.get("/"))})
        assert guess(person, "127.0.0.1", "nobody.here", 6)[-1] == 429
        assert sign_in(client, "wrong password", "nobody.here").status_code == 429


def test_guesses_at_one_ordinary_name_from_many_addresses_slow_down(person: Running) -> None:
    codes = [code for last in range(2, 13) for code in guess(person, f"127.0.0.{last}", "nobody.here")]
    assert codes == [401] * 50 + [429] * 5


def test_guesses_at_many_names_from_one_address_slow_down_for_longer_than_a_minute(person: Running) -> None:
    """The count of each minute is one process's and forgets; this one is the database's."""
    person.clock.still = person.clock()
    codes = []
    for number in range(100):
        person.clock.ahead = timedelta(minutes=2 * (number // 25))
        codes += guess(person, "127.0.0.2", f"name{number}", 1)
    assert codes == [401] * 100
    person.clock.ahead += timedelta(seconds=59)
    assert guess(person, "127.0.0.2", "another", 1) == [429]
    person.clock.ahead += timedelta(seconds=2)
    assert guess(person, "127.0.0.2", "another", 1) == [401]
    person.clock.ahead += timedelta(seconds=119)
    assert guess(person, "127.0.0.2", "a.third", 1) == [429]
    assert guess(person, "127.0.0.3", "a.third", 1) == [401]


def test_whoever_signs_in_gives_back_what_was_counted(person: Running) -> None:
    for _ in range(8):
        assert guess(person, "127.0.0.1", times=4) == [401] * 4
        person.clock.ahead += timedelta(minutes=1)
        with person.client() as client:
            assert sign_in(client).status_code == 303


def test_a_link_lapses(running_service: Running) -> None:
    with writing(running_service.service.engine, "test") as connection:
        made = accounts.add_account(connection, "zhou", "周", running_service.clock())
        offer(connection, "t" * 43, Purpose.PASSWORD, running_service.clock(), made.id)
    with running_service.client() as client:
        assert client.get(f"/password?token={'t' * 43}").status_code == 200
        running_service.clock.ahead += timedelta(hours=73)
        assert client.get(f"/password?token={'t' * 43}").status_code == 404


def test_what_proves_a_page_of_ours_proves_nothing_for_anybody_else(person: Running) -> None:
    with person.client() as one, person.client() as other, person.client() as visitor:
        of_a_visitor = guard(visitor.get("/sign-in"))
        sign_in(one)
        sign_in(other)
        theirs = guard(other.get("/"))
        for proof in (theirs, of_a_visitor):
            assert one.post("/sign-out", data={"csrf": proof}).json()["code"] == "FORGED"
        assert one.get("/api/v1/me").status_code == 200
