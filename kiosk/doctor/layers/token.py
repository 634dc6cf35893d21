"""The terminal's token for the gateway: there, readable for the kiosk alone, and one line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.doctor.account import Account
from kiosk.doctor.finding import Examined, Finding, failure, warning
from kiosk.doctor.symptoms import Symptom

FOR_OTHERS = 0o077
LONGEST = 4096
"""Bytes; a token has 43."""
_REMEDY = "kiosk gateway token k01 --add /etc/kiosk/gateway.tokens (ゲートウェイの機械で)"


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What was seen of the file; never the token."""

    file: Path
    user: str = "kiosk"
    needed: bool = True
    """Whether a gateway is configured."""
    there: bool = True
    mode: int = 0o600
    readable: bool = True
    """Whether the kiosk's user may read it."""
    own: bool = True
    """Whether it belongs to the kiosk's user or to root."""
    well_formed: bool | None = True
    """Whether it holds one token; None where this user may not look."""


def judge(facts: TokenFacts) -> Examined:
    """Pure."""
    if not facts.needed:
        return Examined("使いません")
    return Examined(str(facts.file), tuple(_findings(facts)))


def _findings(facts: TokenFacts) -> Iterable[Finding]:
    file, owner = facts.file, f"sudo chown {facts.user}: {facts.file} && sudo chmod 600 {facts.file}"
    if not facts.there:
        words = f"トークンのファイルがありません: {file}。資格確認ができず、受付を始められません"
        yield failure(Symptom.TOKEN_MISSING, words, _REMEDY)
        return
    if facts.mode & FOR_OTHERS:
        yield failure(Symptom.TOKEN_EXPOSED, f"トークンをほかの利用者が読めます: {file} ({facts.mode:04o})", owner)
    if not facts.readable:
        yield failure(Symptom.TOKEN_UNREADABLE, f"{facts.user} がトークンを読めません: {file}", owner)
    elif not facts.own:
        yield warning(Symptom.TOKEN_OWNER, f"トークンの持ち主が {facts.user} ではありません: {file}", owner)
    if facts.well_formed is False:
        words = f"トークンのファイルが空か、1行ではありません: {file}"
        yield failure(Symptom.TOKEN_FORM, words, _REMEDY)


def look(file: Path, account: Account | None, *, needed: bool) -> TokenFacts:
    """Ask the file system."""
    user = account.name if account else "kiosk"
    try:
        status = file.stat()
    except OSError:
        return TokenFacts(file, user, needed, there=False)
    return TokenFacts(
        file,
        user,
        needed,
        mode=status.st_mode & 0o777,
        readable=account is None or account.may(os.R_OK, status),
        own=account is None or status.st_uid in (0, account.uid),
        well_formed=_well_formed(file),
    )


def _well_formed(file: Path) -> bool | None:
    if not file.is_file():
        return False
    try:
        with file.open("rb") as opened:
            lines = opened.read(LONGEST).split(b"\n")
    except OSError:
        return None
    token, *rest = lines
    # As the kiosk reads it: a token, and perhaps the name of its terminal.
    return bool(token.strip()) and token.isascii() and not any(line.strip() for line in rest)
