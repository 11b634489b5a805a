"""Money: each kind of money rule has one engine that turns facts into a trace."""

from claims.money.dispatch import CLASSWIDE, PERSONAL, trace, traces
from claims.money.heads import Branch, Decision, decide

__all__ = ["CLASSWIDE", "PERSONAL", "Branch", "Decision", "decide", "trace", "traces"]
