"""Who may do what: every action and the roles that may do it, as one table (三员分立: no administrator does another's work)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from facts.text import Text


class Role(StrEnum):
    """What an account is for; each account has one, and none before the security administrator grants it."""

    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    CLERK = "clerk"
    TEACHER = "teacher"
    TRAINEE = "trainee"
    INSPECTOR = "inspector"
    REVIEWER = "reviewer"
    SYSTEM = "system"

    @property
    def text(self) -> Text:
        """The role's name on screen."""
        return _ROLES[self]


_ROLES = {
    Role.SYSTEM_ADMIN: Text("系统管理员", "system administrator"),
    Role.SECURITY_ADMIN: Text("安全管理员", "security administrator"),
    Role.AUDITOR: Text("审计员", "auditor"),
    Role.CLERK: Text("机构经办员", "institution clerk"),
    Role.TEACHER: Text("教师", "teacher"),
    Role.TRAINEE: Text("学员", "trainee"),
    Role.INSPECTOR: Text("监管抽查员", "inspector"),
    Role.REVIEWER: Text("补贴审核员", "subsidy reviewer"),
    Role.SYSTEM: Text("系统接口", "another system"),
}
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
OF_INSTITUTION = frozenset({Role.CLERK, Role.TEACHER, Role.TRAINEE})
OF_AREA = frozenset({Role.INSPECTOR, Role.REVIEWER})


class Action(StrEnum):
    """Everything that a route may ask a right for."""

    HOME = "home"
    OWN_ACCOUNT = "own_account"
    ACCOUNT_READ = "account.read"
    ACCOUNT_WRITE = "account.write"
    ROLE_GRANT = "role.grant"
    ACCOUNT_UNLOCK = "account.unlock"
    KEY_READ = "key.read"
    KEY_WRITE = "key.write"
    WEBHOOK_READ = "webhook.read"
    WEBHOOK_WRITE = "webhook.write"
    INSTITUTION_READ = "institution.read"
    INSTITUTION_WRITE = "institution.write"
    CLASS_READ = "class.read"
    CLASS_WRITE = "class.write"
    SETTINGS_READ = "settings.read"
    SETTINGS_WRITE = "settings.write"
    PERSON_READ = "person.read"
    RECORDING_READ = "recording.read"
    RECORDING_WRITE = "recording.write"
    MEDIA_HOOK = "media.hook"
    CHECKIN_READ = "checkin.read"
    CHECKIN_WRITE = "checkin.write"
    CHECKIN_OPEN = "checkin.open"
    VERDICT_READ = "verdict.read"
    VERDICT_ASK = "verdict.ask"
    HOUR_REVIEW = "hour.review"
    FACE_VIEW = "face.view"
    IDENTITY_VIEW = "identity.view"
    DOUBT_EXPLAIN = "doubt.explain"
    DOUBT_DECIDE = "doubt.decide"
    CLAIM_READ = "claim.read"
    CLAIM_WRITE = "claim.write"
    CLAIM_REVIEW = "claim.review"
    SPOT_CHECK_READ = "spot_check.read"
    SPOT_CHECK_WRITE = "spot_check.write"
    SUPERVISION_READ = "supervision.read"
    SUPERVISION_WRITE = "supervision.write"
    SUPERVISION_ANSWER = "supervision.answer"
    REPORTER_VIEW = "reporter.view"
    RETENTION_READ = "retention.read"
    HOLD_WRITE = "hold.write"
    POLICY_READ = "policy.read"
    POLICY_WRITE = "policy.write"
    PACKAGE_CHECK = "package.check"
    LOG_READ = "log.read"
    AUDIT_READ = "audit.read"
    SEARCH = "search"
    EVENT_READ = "event.read"
    JOB_READ = "job.read"


_PEOPLE = frozenset(Role) - {Role.SYSTEM}
_READERS = frozenset({Role.CLERK, Role.INSPECTOR, Role.REVIEWER, Role.SYSTEM})
_WRITERS = frozenset({Role.CLERK, Role.SYSTEM})

RIGHTS: Mapping[Action, frozenset[Role]] = {
    Action.HOME: _PEOPLE,
    Action.OWN_ACCOUNT: _PEOPLE,
    Action.ACCOUNT_READ: frozenset(ADMINISTRATORS),  # whoever audits must see who holds which right
    Action.ACCOUNT_WRITE: frozenset({Role.SYSTEM_ADMIN}),
    Action.ROLE_GRANT: frozenset({Role.SECURITY_ADMIN}),
    Action.ACCOUNT_UNLOCK: frozenset({Role.SECURITY_ADMIN}),
    Action.KEY_READ: frozenset({Role.SECURITY_ADMIN}),
    Action.KEY_WRITE: frozenset({Role.SECURITY_ADMIN}),
    Action.WEBHOOK_READ: frozenset({Role.SYSTEM_ADMIN}),
    Action.WEBHOOK_WRITE: frozenset({Role.SYSTEM_ADMIN}),
    Action.INSTITUTION_READ: frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.TEACHER}) | _READERS,
    Action.INSTITUTION_WRITE: frozenset({Role.SYSTEM_ADMIN}),
    Action.CLASS_READ: _READERS | {Role.TEACHER},
    Action.CLASS_WRITE: _WRITERS,
    Action.SETTINGS_READ: _READERS | {Role.TEACHER},
    Action.SETTINGS_WRITE: _WRITERS,
    Action.PERSON_READ: _READERS | {Role.TEACHER},
    Action.RECORDING_READ: _READERS,
    Action.RECORDING_WRITE: _WRITERS,
    Action.MEDIA_HOOK: frozenset({Role.SYSTEM}),
    Action.CHECKIN_READ: _READERS | {Role.TEACHER},
    Action.CHECKIN_WRITE: frozenset({Role.TRAINEE, Role.TEACHER, Role.SYSTEM}),
    Action.CHECKIN_OPEN: frozenset({Role.TEACHER}),
    Action.VERDICT_READ: _READERS | {Role.TEACHER},
    Action.VERDICT_ASK: _WRITERS,
    Action.HOUR_REVIEW: OF_AREA | {Role.CLERK},  # a clerk's marks say where to look and decide nothing
    Action.FACE_VIEW: frozenset({Role.CLERK, Role.INSPECTOR, Role.REVIEWER}),
    Action.IDENTITY_VIEW: frozenset({Role.CLERK, Role.INSPECTOR, Role.REVIEWER}),
    Action.DOUBT_EXPLAIN: _WRITERS,
    Action.DOUBT_DECIDE: OF_AREA,
    Action.CLAIM_READ: _READERS,
    Action.CLAIM_WRITE: _WRITERS,
    Action.CLAIM_REVIEW: frozenset({Role.REVIEWER}),
    Action.SPOT_CHECK_READ: frozenset({Role.INSPECTOR, Role.REVIEWER}),
    Action.SPOT_CHECK_WRITE: frozenset({Role.INSPECTOR}),
    Action.SUPERVISION_READ: _READERS,
    Action.SUPERVISION_WRITE: OF_AREA,  # the authority itself
    Action.SUPERVISION_ANSWER: _WRITERS,
    Action.REPORTER_VIEW: frozenset({Role.INSPECTOR}),  # who complained; whoever decides on money need not know
    Action.RETENTION_READ: frozenset({Role.CLERK, Role.INSPECTOR, Role.REVIEWER, Role.AUDITOR}),
    Action.HOLD_WRITE: frozenset({Role.INSPECTOR}),
    Action.POLICY_READ: frozenset(Role),
    Action.POLICY_WRITE: OF_AREA,  # the authority itself, and two of its people; never whoever is paid by it
    Action.PACKAGE_CHECK: _READERS | {Role.AUDITOR},
    Action.LOG_READ: _READERS | {Role.AUDITOR},
    Action.AUDIT_READ: frozenset({Role.AUDITOR}),
    Action.SEARCH: frozenset(Role) - {Role.TRAINEE},  # of what else the role may see, and of nothing more
    Action.EVENT_READ: _READERS | {Role.TEACHER},
    Action.JOB_READ: _READERS,
}


def may(role: Role | None, action: Action) -> bool:
    """Whether the role holds the right; an account without a role holds none."""
    return role is not None and role in RIGHTS[action]


@dataclass(frozen=True, slots=True)
class DataScope:
    """Whose data somebody sees: one institution's, one area's (by the beginning of its name), or nobody's."""

    institution_id: int | None = None
    area: str | None = None

    @property
    def nothing(self) -> bool:
        """An account that was given neither sees no class at all."""
        return self.institution_id is None and not self.area


def scope_fault(role: Role, scope: DataScope) -> str:
    """What a grant of this role lacks; empty where it fits."""
    if role in OF_INSTITUTION and (scope.institution_id is None or scope.area):
        return "one institution and no area"
    if role in OF_AREA and (scope.institution_id is not None or not scope.area):
        return "one area and no institution"
    if role is Role.SYSTEM and scope.nothing:
        return "one institution or one area"
    return "neither an institution nor an area" if role in ADMINISTRATORS and not scope.nothing else ""
