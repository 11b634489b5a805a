"""Three administrators, three duties; and nobody without a role has any right."""

from itertools import combinations

import pytest

from pipeline.accounts.rights import ADMINISTRATORS, RIGHTS, Action, DataScope, Role, may, scope_fault

SHARED = {
    Action.HOME,
    Action.OWN_ACCOUNT,
    Action.POLICY_READ,
    Action.ACCOUNT_READ,
    Action.INSTITUTION_READ,
    Action.SEARCH,
}


def rights_of(role: Role) -> set[Action]:
    return {action for action, roles in RIGHTS.items() if role in roles}


def test_every_action_has_its_line_in_the_table_and_somebody_who_may() -> None:
    assert set(RIGHTS) == set(Action)
    assert all(RIGHTS.values())


@pytest.mark.parametrize(("one", "other"), list(combinations(ADMINISTRATORS, 2)))
def test_no_administrator_does_the_work_of_another(one: Role, other: Role) -> None:
    assert rights_of(one) & rights_of(other) <= SHARED


def test_no_administrator_sees_a_class_a_face_or_a_number() -> None:
    closed = {Action.CLASS_READ, Action.PERSON_READ, Action.RECORDING_READ, Action.FACE_VIEW, Action.IDENTITY_VIEW}
    assert not any(rights_of(role) & closed for role in ADMINISTRATORS)


def test_whoever_makes_accounts_cannot_grant_and_only_the_auditor_reads_who_looked() -> None:
    assert RIGHTS[Action.ACCOUNT_WRITE].isdisjoint(RIGHTS[Action.ROLE_GRANT])
    assert RIGHTS[Action.AUDIT_READ] == {Role.AUDITOR}


def test_an_account_without_a_role_may_nothing() -> None:
    assert not any(may(None, action) for action in Action)


@pytest.mark.parametrize(
    ("role", "scope", "fits"),
    [
        (Role.CLERK, DataScope(1), True),
        (Role.CLERK, DataScope(None, "山西省"), False),
        (Role.CLERK, DataScope(1, "山西省"), False),
        (Role.INSPECTOR, DataScope(None, "山西省"), True),
        (Role.INSPECTOR, DataScope(1), False),
        (Role.INSPECTOR, DataScope(), False),
        (Role.SYSTEM, DataScope(), False),
        (Role.SYSTEM, DataScope(1), True),
        (Role.AUDITOR, DataScope(), True),
        (Role.AUDITOR, DataScope(1), False),
    ],
)
def test_a_role_reaches_what_it_is_for(role: Role, scope: DataScope, fits: bool) -> None:  # noqa: FBT001 - a table's column
    assert (scope_fault(role, scope) == "") is fits
