"""The line to the gateway: HTTP with a token and a pinned CA, short answers, a broken connection tried once more."""

from __future__ import annotations

import asyncio
import importlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk.settings import Gateway, SettingsError

if TYPE_CHECKING:
    import httpx

LARGEST_ANSWER = 256 * 1024
"""Bytes; an answer has about 1 000, and twenty results still fit many times."""
KEEP_ALIVE_SECONDS = 60.0
"""Shorter than the gateway keeps it (120 s), so that a query rarely meets a connection that was just closed."""


Body = Mapping[str, object]
"""What is sent as JSON."""


class LineBroken(Exception):
    """Nothing listens, the certificate is not the pinned one's, or the connection broke twice."""


class NotTrusted(LineBroken):
    """The certificate is not the pinned authority's, is another host's, or has run out."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes | None
    """None when it was too long, or compressed, which nobody asked for."""
    retry_after: float | None = None
    """Seconds of its Retry-After; None without one, or where it names a date."""
    at: datetime | None = None
    """What time it was at the gateway, to the second; None when it did not say."""


class Line:
    """Sends requests. One event loop; the HTTP library is loaded, in a thread, by the first of them."""

    def __init__(self, gateway: Gateway, connect_seconds: float) -> None:
        """Read the token and the CA. Raises SettingsError, which names file, key and remedy."""
        self._url = gateway.url
        self._connect_seconds = connect_seconds
        self._token = _token(gateway)
        self._tls = _tls(gateway)
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def send(
        self, method: str, path: str, body: Body | None = None, key: str = "", largest: int = LARGEST_ANSWER
    ) -> Reply:
        """One request, and the same once more when the connection breaks; `key` keeps it from being done twice.

        A body of more than `largest` bytes is not taken. Raises LineBroken. It has no deadline of its own but the one
        for connecting.
        """
        client = await self._client()
        import httpx

        headers = {"Idempotency-Key": key} if key else {}

        async def once() -> Reply:
            return await _exchange(client, client.build_request(method, path, json=body, headers=headers), largest)

        broken = (httpx.NetworkError, httpx.RemoteProtocolError)
        try:
            try:
                return await once()
            except broken:
                return await once()
        except (*broken, httpx.ConnectTimeout) as failure:
            raise (NotTrusted if _is_of_certificate(failure) else LineBroken)(type(failure).__name__) from failure

    async def aclose(self) -> None:
        """Close the connection."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _client(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._http is None:
                await asyncio.to_thread(importlib.import_module, "httpx")
                import httpx

                self._http = httpx.AsyncClient(
                    base_url=self._url,
                    headers={"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"},
                    verify=self._tls or False,  # http to this machine itself needs none
                    trust_env=False,
                    follow_redirects=False,
                    timeout=httpx.Timeout(None, connect=self._connect_seconds),
                    limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS),
                )
            return self._http


def _is_of_certificate(failure: BaseException | None) -> bool:
    """Whether that came of a certificate; the HTTP library wraps it several times."""
    while failure is not None and not isinstance(failure, ssl.SSLCertVerificationError):
        failure = failure.__cause__ or failure.__context__
    return failure is not None


async def _exchange(client: httpx.AsyncClient, request: httpx.Request, largest: int) -> Reply:
    response = await client.send(request, stream=True)
    try:
        body = bytearray()
        later = _seconds(response.headers.get("retry-after", ""))
        at = _time(response.headers.get("date", ""))
        if response.headers.get("content-encoding", "identity") != "identity":
            return Reply(response.status_code, None, later, at)
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > largest:
                return Reply(response.status_code, None, later, at)
        return Reply(response.status_code, bytes(body), later, at)
    finally:
        client.cookies.clear()  # nothing that a gateway sets goes from one examinee to the next
        await response.aclose()


def _seconds(text: str) -> float | None:
    """Up to four digits, as only a deadline of minutes is compared with it."""
    return float(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def _time(text: str) -> datetime | None:
    """The header Date; None without one, or where it is no date."""
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _token(gateway: Gateway) -> str:
    file = gateway.token_file
    try:
        token = file.read_text(encoding="ascii").strip()
    except FileNotFoundError as missing:
        raise SettingsError(
            f"{file}: there is no such file (gateway.token_file); make a token on the gateway's machine, with "
            "kiosk gateway token NAME --add FILE, and put what it prints there"
        ) from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        raise SettingsError(f"{file}: the token cannot be read; check owner, mode and that it is ASCII") from unreadable
    token = token.partition(" ")[0]
    if not token or not token.isprintable() or len(token.split()) != 1:
        raise SettingsError(f"{file}: holds no token, or more than one; put this terminal's token there")
    return token


def _tls(gateway: Gateway) -> ssl.SSLContext | None:
    """Trusts the site's CA and nothing else; None for http, which settings allow to this machine only."""
    if urlsplit(gateway.url).scheme != "https":
        return None
    if gateway.ca_file is None:
        raise SettingsError(
            "gateway.ca_file: needed with https; give the certificate of the CA that signed the gateway"
        )
    try:
        return ssl.create_default_context(cafile=str(gateway.ca_file))
    except (OSError, ssl.SSLError) as wrong:
        raise SettingsError(
            f"{gateway.ca_file}: not a CA in PEM form (gateway.ca_file); check file and mode"
        ) from wrong
