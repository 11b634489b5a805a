"""Passwords: argon2id with the costs that OWASP names, a policy on length; every check takes the same time."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from facts.counting import counted
from facts.text import Text

LEAST_CHARS, MOST_CHARS = 12, 256
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_FEW_DIFFERENT = 5


def password_fault(password: str, name: str) -> Text | None:
    """Why the password will not do; length decides, not signs and digits that people only write down."""
    if not LEAST_CHARS <= len(password) <= MOST_CHARS:
        return Text(
            f"密码为 {len(password)} 个字符，应为 {LEAST_CHARS} 至 {MOST_CHARS} 个；可用一句容易记住的话",
            f"got {counted(len(password), 'character')}, expected {LEAST_CHARS} to {MOST_CHARS}; a sentence that you remember will do",
        )
    if len(set(password)) < _FEW_DIFFERENT or (name and name.casefold() in password.casefold()):
        return Text(
            "密码包含登录名或只有几种字符，请换一个",
            "contains the name, or only a few different characters; take another",
        )
    return None


def hashed(password: str) -> str:
    """The argon2id hash, with its salt and costs in it."""
    return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether it is the password; an account without one, or nobody at all, costs the same time."""
    try:
        _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


_NOBODY = _HASHER.hash("nobody signs in with this")
