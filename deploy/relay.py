# ruff: noqa: INP001 - a script, as its neighbours
"""Passes connections on: each client to the same one of several servers, and to another while that one is away.

    python -m deploy.relay HOST:PORT SERVER:PORT [SERVER:PORT …]

It stands for nginx, HAProxy or a Kubernetes service on one machine, and for nothing more: it ends no TLS and tells the
servers no client's address. A client is known by its address, because an upload goes on at the node where it began.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import zlib
from contextlib import suppress

_PIECE = 1 << 16
_CONNECT_S = 3.0
_WORDS = 3


def order(client: str, servers: list[str]) -> list[str]:
    """The server of this client first, then those that stand in for it."""
    first = zlib.crc32(client.encode()) % len(servers)
    return servers[first:] + servers[:first]


async def relay(listen: str, servers: list[str]) -> None:
    """Until the process is told to end."""

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for server in order(writer.get_extra_info("peername")[0], servers):
            host, _, port = server.rpartition(":")
            try:
                far = await asyncio.wait_for(asyncio.open_connection(host, int(port)), _CONNECT_S)
            except (OSError, TimeoutError):
                continue
            await asyncio.gather(_passed(reader, far[1]), _passed(far[0], writer))
            return
        writer.close()

    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    host, _, port = listen.rpartition(":")
    server = await asyncio.start_server(met, host, int(port))
    sys.stdout.write(f"{listen} -> {', '.join(servers)}\n")
    sys.stdout.flush()
    await over.wait()
    server.close()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.write_eof() if writer.can_write_eof() else writer.close()


def main() -> int:
    """One listener."""
    if len(sys.argv) < _WORDS:
        sys.stderr.write("deploy.relay: got too few words, expected HOST:PORT SERVER:PORT [SERVER:PORT …]\n")
        return 2
    asyncio.run(relay(sys.argv[1], sys.argv[2:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
