"""The languages that an examinee may choose; staff read Japanese."""

from __future__ import annotations

from enum import Enum


class Language(Enum):
    """What screens and the examinee's part of the slip are written in. The value is its tag (BCP 47)."""

    JAPANESE = "ja"
    EASY_JAPANESE = "ja-x-easy"
    """やさしい日本語: short sentences and everyday words, for those who still learn and those who are tired."""
    ENGLISH = "en"
    CHINESE = "zh"
    """In simplified characters."""
    KOREAN = "ko"
    VIETNAMESE = "vi"
    PORTUGUESE = "pt"
    """As in Brazil, where most who speak it here come from."""
