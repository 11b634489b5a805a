"""Who asks: a person or another system, with a role and a reach."""

from dataclasses import dataclass

from pipeline.accounts.rights import Action, DataScope, Role, may


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who proved who they are."""

    key: str
    shown: str
    role: Role | None
    scope: DataScope
    account_id: int | None = None
    session_id: int | None = None

    def may(self, action: Action) -> bool:
        """Whether the caller holds the right."""
        return may(self.role, action)
