"""A gateway made of bytes: it sends whatever a test wants, however broken, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answering = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def reference(self) -> str:
        """The clientRef of a query, or of the address of a later look."""
        return str(json.loads(self.body)["clientRef"]) if self.body else self.path.rpartition("/")[2]


@dataclass(slots=True)
class RawGateway:
    """Where it listens and what it got."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def raw_gateway(answering: Answering) -> AsyncIterator[RawGateway]:
    """Serve on a free port; every request goes to `answering`, which writes what it likes."""
    gateway = RawGateway()
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gateway.connections += 1
        task = asyncio.current_task()
        assert task
        serving.add(task)
        try:
            while request := await _read(reader):
                gateway.requests.append(request)
                await answering(request, writer)
                await writer.drain()
                if writer.is_closing():
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has hung up, or the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    gateway.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        try:
            yield gateway
        finally:
            server.close()
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, path, _ = first.split(" ")
    return Request(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


def http(body: bytes, status: int = 200, headers: str = "Content-Type: application/json\r\n") -> bytes:
    """A whole HTTP answer."""
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def sending(body: bytes, status: int = 200, headers: str = "Content-Type: application/json\r\n") -> Answering:
    """Always the same answer."""

    async def answer(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(http(body, status, headers))

    return answer
