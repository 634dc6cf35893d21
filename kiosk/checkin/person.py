"""The person in front of the kiosk, as a card, a roster line or an answer describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

MASK = "＊"


class Sex(Enum):
    """性別, in the code of OQSCD007 (Sex1). A card's 「9 適用不能」 is read as UNSET."""

    MALE = "1"
    FEMALE = "2"
    UNSET = "3"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Who somebody is. Its repr shows nothing, so that no log or traceback can."""

    name: str
    """氏名: family and given name, parted by a space of either width; empty when the source has none."""
    birthdate: date
    """生年月日."""
    sex: Sex = Sex.UNSET
    """性別; UNSET when the source does not say."""
    kana: str = ""
    """カナ氏名; empty when the source has none (a My Number card has none)."""
    address: str = ""
    """住所; only a card gives it, and only for the four items of a system outage."""

    def __repr__(self) -> str:
        return "Person(…)"

    @property
    def masked_name(self) -> str:
        """The name as a screen or a slip may show it: the first character of each part."""
        return mask_name(self.name or self.kana)


def mask_name(name: str) -> str:
    """「山田　太郎」 becomes 「山＊　太＊」: the first character of each part, one mask for each further one."""
    return "　".join(part[0] + MASK * (len(part) - 1) for part in name.split())
