"""The names of the languages: each in its own letters for those who choose, and in Japanese for staff."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.language import Language

OWN_NAMES: Mapping[Language, str] = {
    Language.JAPANESE: "日本語",
    Language.EASY_JAPANESE: "やさしい日本語",
    Language.ENGLISH: "English",
    Language.CHINESE: "中文",
    Language.KOREAN: "한국어",
    Language.VIETNAMESE: "Tiếng Việt",
    Language.PORTUGUESE: "Português",
}
"""What stands on the keys; the same in every language."""

STAFF_NAMES: Mapping[Language, str] = {
    Language.JAPANESE: "日本語",
    Language.EASY_JAPANESE: "やさしい日本語",
    Language.ENGLISH: "英語",
    Language.CHINESE: "中国語",
    Language.KOREAN: "韓国語",
    Language.VIETNAMESE: "ベトナム語",
    Language.PORTUGUESE: "ポルトガル語",
}
"""What a clerk reads on the slip and on the board."""
