"""Immutable records the stages exchange; standard library only, no rules, no input or output."""
