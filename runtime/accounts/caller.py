"""The caller: the person or other system that asks for something, with a role and a reach."""

from dataclasses import dataclass

from pipeline.accounts.rights import Action, DataScope, Role, may


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who proved who they are; ``key`` is how the log names them, ``shown`` how pages do."""

    key: str
    shown: str
    role: Role | None
    scope: DataScope
    account_id: int | None = None
    session_id: int | None = None

    def may(self, action: Action) -> bool:
        """Whether the caller holds the right."""
        return may(self.role, action)
