"""Supervision: measures against institutions, sealed where they may name people."""
