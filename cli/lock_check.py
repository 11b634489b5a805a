"""Commands whose processes Unix alone can hold."""

from importlib import import_module


def need_unix() -> None:
    """Ends such a command at its start where the system has no Unix locks, before it waits or writes anything."""
    import_module("fcntl")
