"""Runs the gateway: `serve` until it is told to stop, `running_gateway` for as long as a block of code."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import click
import uvicorn

from kiosk.gateway.api import create_app
from kiosk.gateway.backend import Backend
from kiosk.gateway.connections import connections_with
from kiosk.gateway.faces.commanded import add_commanded_faces
from kiosk.gateway.faults import add_simulated_faults
from kiosk.gateway.limits import Limits
from kiosk.gateway.oqs.opening import open_folders
from kiosk.gateway.readiness import tell_ready
from kiosk.gateway.simulator import Simulator
from kiosk.gateway.tokens import Tokens, WatchedTokens
from kiosk.settings import Backend as ChosenBackend
from kiosk.settings import Serve, SettingsError

if TYPE_CHECKING:
    from fastapi import FastAPI

KEEP_ALIVE_SECONDS = 120
"""Longer than a terminal keeps a connection (60 s), so that it is never the gateway that closes it under a query."""
STOP_SECONDS = 2
"""What open queries get when the gateway is told to stop; the terminals retry elsewhere or go to the desk."""
START_SECONDS = 15
BACKLOG = 128
"""Connections that may wait to be taken: far more than any centre has terminals."""


def serve(chosen: Serve, backend: Backend | None = None) -> None:
    """Run the gateway until SIGTERM or SIGINT. Prints its address once it listens.

    A backend goes before the chosen one: for measurements.
    Raises SettingsError when the configuration does not allow to start; nothing listens then.
    """
    _log_to_stderr()
    tokens = WatchedTokens(chosen.tokens_file)
    if chosen.certificate is None and not is_loopback(chosen.host):
        raise SettingsError(
            f"serve.host: {chosen.host} is reachable from other machines; give serve.certificate and serve.key, "
            "or listen on 127.0.0.1"
        )
    limits = _limits(chosen)
    app = _app(chosen, tokens, limits) if backend is None else create_app(backend, tokens, limits)
    server = _server(app, limits, chosen.certificate, chosen.key)
    listening = _listen(chosen.host, chosen.port)
    # Until it runs: a file that changes in between is read at the next request anyway.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    server.on_hangup = tokens.reload
    server.on_ready = tell_ready
    address = _address(listening, chosen.host, secure=chosen.certificate is not None)
    click.echo(f"kiosk gateway ({_title(chosen.backend)}) listening on {address}")
    gc.collect()
    gc.freeze()  # what is loaded now stays; looking through it for garbage again and again would delay answers by 10 ms
    with listening, contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


@contextlib.contextmanager
def running_gateway(
    backend: Backend,
    tokens: Tokens,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    limits: Limits | None = None,
) -> Iterator[str]:
    """A gateway in a thread of this process, on a free port of 127.0.0.1; gives its address. For tests and rehearsals.

    Without limits nothing is refused for being too much.
    Leaving it waits for the thread, so close the clients of the same event loop before.
    Raises SettingsError as `serve` does, and TimeoutError when it does not start.
    """
    limits = limits or Limits()
    app = create_app(backend, tokens, limits)
    add_simulated_faults(app)
    if isinstance(backend, Simulator):
        add_commanded_faces(app, backend)
    server = _server(app, limits, certificate, key)
    with _listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="gateway", daemon=True)
        thread.start()
        try:
            if not server.ready.wait(START_SECONDS):
                raise TimeoutError("the gateway did not start")
            yield _address(listening, "localhost" if certificate else "127.0.0.1", secure=certificate is not None)
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Server(uvicorn.Server):
    """Tells when it takes connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.on_hangup: Callable[[], None] | None = None
        """Done after SIGHUP; only for a server in the main thread."""
        self.on_ready: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.on_hangup is not None:
            # Between two steps of the loop: a handler of `signal` may come in the middle of a line to the log, where
            # another line cannot be written.
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.on_hangup)
        self.ready.set()
        if self.on_ready is not None:
            self.on_ready()


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # Nothing of that stands in a line, and finding it out takes as long as all the rest of the line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _limits(chosen: Serve) -> Limits:
    return Limits(
        per_second=chosen.queries_per_second,
        at_once=chosen.queries_at_once,
        strangers_per_minute=chosen.strangers_per_minute,
        connections=chosen.connections,
        connections_per_address=chosen.connections_per_address,
    )


def _app(chosen: Serve, tokens: Tokens, limits: Limits) -> FastAPI:
    match chosen.backend:
        case ChosenBackend.SIMULATOR:
            simulator = Simulator(chosen.simulated_delay_seconds)
            app = create_app(simulator, tokens, limits)
            add_simulated_faults(app)
            add_commanded_faces(app, simulator)
            return app
        case ChosenBackend.FOLDERS:
            return create_app(open_folders(chosen), tokens, limits)
        case _:
            assert_never(chosen.backend)


def _title(backend: ChosenBackend) -> str:
    match backend:
        case ChosenBackend.SIMULATOR:
            return "SIMULATOR シミュレーター"
        case ChosenBackend.FOLDERS:
            return "folders"
        case _:
            assert_never(backend)


def _server(app: FastAPI, limits: Limits, certificate: Path | None, key: Path | None) -> _Server:
    _check_certificate(certificate, key)
    config = uvicorn.Config(
        app,
        http=connections_with(limits),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # its lines hold addresses as they were sent; the guard writes its own
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    return _Server(config)


def _check_certificate(certificate: Path | None, key: Path | None) -> None:
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise SettingsError("serve.certificate and serve.key: give both, or neither")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as wrong:
        raise SettingsError(
            f"serve.certificate {certificate}, serve.key {key}: cannot be used ({wrong.strerror}); "
            "give a PEM certificate and its key, readable by this user"
        ) from wrong


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
        # Connections inherit it; without, head and body of an answer wait 40 ms for each other (Nagle, delayed ACK).
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        return listening
    except OSError as taken:
        raise SettingsError(
            f"serve.host {host}, serve.port {port}: cannot listen there ({taken.strerror}); "
            "choose another port, or stop what uses it"
        ) from taken


def _address(listening: socket.socket, host: str, *, secure: bool) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{listening.getsockname()[1]}"
