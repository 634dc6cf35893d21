"""What `kiosk setup` asks, in the order in which somebody stands before the terminal and its devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import ValidationError

from kiosk.settings import Settings
from kiosk.setup.remedies import words_for


class Kind(Enum):
    """How it is answered."""

    TEXT = "text"
    YES_NO = "yes-no"
    NUMBER = "number"


class Topic(Enum):
    """Questions that belong together, and after which something can be tried."""

    SITE = "施設"
    TERMINAL = "この端末"
    GATEWAY = "ゲートウェイ"
    READER = "カードリーダー"
    PRINTER = "プリンター"
    SCANNER = "バーコードスキャナー"
    VOICE = "音声"
    RULES = "受付のきまり"


@dataclass(frozen=True, slots=True)
class Question:
    """One key of the configuration."""

    topic: Topic
    table: str
    key: str
    words: str
    kind: Kind = Kind.TEXT
    hint: str = ""


QUESTIONS = (
    Question(Topic.SITE, "site", "name", "施設の名前(画面と受付票に出ます)"),
    Question(Topic.SITE, "site", "next_place", "受付のあと、どこへ進んでもらいますか"),
    Question(Topic.SITE, "site", "desk", "困ったときの窓口の名前"),
    Question(Topic.TERMINAL, "terminal", "name", "この端末の名前", hint="小文字の英字と数字。例: k01"),
    Question(
        Topic.TERMINAL,
        "terminal",
        "letter",
        "番号の前の英字",
        hint="大文字1字。端末ごとに別の字。A なら A-001 から始まります",
    ),
    Question(
        Topic.GATEWAY,
        "gateway",
        "url",
        "ゲートウェイのアドレス",
        hint="この端末で動かすなら http://127.0.0.1:8460、別の機械なら https://…、ない施設は「なし」",
    ),
    Question(Topic.READER, "card", "reader", "使うカードリーダー", hint="名前の一部。1台だけなら「なし」"),
    Question(
        Topic.PRINTER,
        "printer",
        "device",
        "プリンター",
        hint="USB: /dev/kiosk-printer、LAN: tcp:アドレス:9100、シリアル: /dev/serial/by-id/…",
    ),
    Question(Topic.PRINTER, "printer", "head", "紙の幅", Kind.NUMBER, hint="80mmは 576、58mmは 384"),
    Question(
        Topic.SCANNER,
        "scanner",
        "device",
        "スキャナー",
        hint="見つかったものから。キーボードとして打つものや無い施設は「なし」",
    ),
    Question(Topic.VOICE, "voice", "enabled", "音声案内を使いますか(スピーカーが要ります)", Kind.YES_NO),
    Question(Topic.RULES, "site", "tickets_required", "全員に受診券・利用券が要りますか", Kind.YES_NO),
    Question(Topic.RULES, "site", "face_reader", "顔認証付きカードリーダー(①)がありますか", Kind.YES_NO),
    Question(Topic.RULES, "site", "limited_app", "マイナ資格確認アプリの端末(②)がありますか", Kind.YES_NO),
    Question(Topic.RULES, "roster", "required", "予約名簿にない人は窓口へ案内しますか", Kind.YES_NO),
)
NONE_WORDS = frozenset({"なし", "無し", "ない", "-"})
"""What somebody types for an empty text."""
CA_FILE = Question(
    Topic.GATEWAY,
    "gateway",
    "ca_file",
    "ゲートウェイの証明書のファイル(ca.pem)",
    hint="先にこの端末へコピーしておきます",
)
"""Asked with https only."""


def wrong_with(data: Mapping[str, Mapping[str, Any]], table: str, key: str) -> str | None:
    """What is wrong with that key, as far as the whole of the file can be judged with it; None when nothing is."""
    try:
        Settings.model_validate(data)
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False):
            if error["loc"][:2] == (table, key):
                return words_for(error)
    return None
