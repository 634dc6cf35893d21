"""Certificates: the authority that the kiosk trusts, the gateway's own, and the one that the gateway shows."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.doctor.finding import Examined, Finding, failure, note, warning
from kiosk.doctor.symptoms import Symptom
from kiosk.settings import Settings

WARN = timedelta(days=30)
"""Before its end: a month for somebody to come by."""
CONNECT_SECONDS = 3.0
RENEW = "kiosk gateway certificate --help"


class Flaw(Enum):
    """Why a certificate cannot be judged by its dates."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    """The gateway's does not come from the authority that is trusted, or is for another host."""
    NOT_SEEN = "not seen"
    """The gateway does not answer."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, and from when until when it holds."""

    name: str
    """Of its file, or of the gateway."""
    begins: datetime | None = None
    ends: datetime | None = None
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """All of this terminal, and the time."""

    now: datetime
    certificates: tuple[Certificate, ...] = ()


def judge(facts: CertificateFacts) -> Examined:
    """Pure."""
    if not facts.certificates:
        return Examined("使いません")
    findings = (found for each in facts.certificates for found in _findings(each, facts.now))
    seen = "、".join(f"{each.name} {each.ends:%Y-%m-%d}まで" for each in facts.certificates if each.ends)
    return Examined(seen, tuple(findings))


def _findings(each: Certificate, now: datetime) -> Iterable[Finding]:
    match each.flaw:
        case Flaw.MISSING:
            yield failure(Symptom.CERTIFICATE_MISSING, f"証明書がありません: {each.name}", RENEW)
        case Flaw.UNREADABLE:
            yield failure(Symptom.CERTIFICATE_UNREADABLE, f"証明書(PEM)として読めません: {each.name}", RENEW)
        case Flaw.REFUSED:
            words = f"ゲートウェイの証明書を信頼できません: {each.name}。ca_file と url の名前を確かめてください"
            yield failure(Symptom.CERTIFICATE_REFUSED, words, RENEW)
        case Flaw.NOT_SEEN:
            words = f"ゲートウェイが答えないので、その証明書は見ていません: {each.name}"
            yield note(Symptom.CERTIFICATE_NOT_SEEN, words, "kiosk doctor --only gateway")
        case None:
            yield from _by_date(each, now)


def _by_date(each: Certificate, now: datetime) -> Iterable[Finding]:
    if each.ends is not None and each.ends <= now:
        words = f"証明書の期限が切れています: {each.name} ({each.ends:%Y-%m-%d})"
        yield failure(Symptom.CERTIFICATE_EXPIRED, words, RENEW)
    elif each.ends is not None and each.ends - now < WARN:
        words = f"証明書の期限まで{(each.ends - now).days}日です: {each.name} ({each.ends:%Y-%m-%d})"
        yield warning(Symptom.CERTIFICATE_EXPIRES, words, RENEW)
    if each.begins is not None and each.begins > now:
        words = f"証明書がまだ有効ではありません: {each.name}。この端末の時計を確かめてください"
        yield failure(Symptom.CERTIFICATE_NOT_YET, words, "timedatectl")


def look(settings: Settings, now: datetime, *, ask: bool = True) -> CertificateFacts:
    """Read the files, and with `ask` the gateway's own from the gateway."""
    url, ca_file = urlsplit(settings.gateway.url), settings.gateway.ca_file
    found = [_of_file(file) for file in (ca_file, settings.serve.certificate) if file is not None]
    if ask and url.scheme == "https" and url.hostname and ca_file is not None and ca_file.is_file():
        found.append(_shown(url.hostname, url.port or 443, ca_file))
    return CertificateFacts(now, tuple(found))


def _of_file(file: Path) -> Certificate:
    from cryptography import x509

    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except FileNotFoundError:
        return Certificate(str(file), flaw=Flaw.MISSING)
    except (OSError, ValueError):
        return Certificate(str(file), flaw=Flaw.UNREADABLE)
    return Certificate(str(file), certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _shown(host: str, port: int, ca_file: Path) -> Certificate:
    """The certificate that the gateway shows, as the kiosk would check it."""
    name = f"{host}:{port}"
    try:
        trust = ssl.create_default_context(cafile=str(ca_file))
        with (
            socket.create_connection((host, port), CONNECT_SECONDS) as line,
            trust.wrap_socket(line, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError:
        return Certificate(name, flaw=Flaw.REFUSED)
    except OSError:
        return Certificate(name, flaw=Flaw.NOT_SEEN)
    return Certificate(name, _date(shown.get("notBefore")), _date(shown.get("notAfter")))


def _date(text: object) -> datetime | None:
    """As `getpeercert` writes it: 「Jan  5 09:34:43 2028 GMT」."""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC) if isinstance(text, str) else None
