"""The binder: the table of procedures as a document, a pure function of the day, the site and the chosen codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.procedures import PROCEDURES, Procedure
from kiosk.checkin.reasons import Group, Reason
from kiosk.checkin.wareki import to_wareki
from kiosk.checkin.ways import Way
from kiosk.notice.blocks import enquiries_table, old_card_blocks, usable, ways_table
from kiosk.notice.facts import PROVISIONAL, SOURCE, WAYS
from kiosk.printout.document import (
    Block,
    Cell,
    Document,
    Entries,
    Entry,
    Heading,
    Items,
    Line,
    Paragraph,
    Side,
    Steps,
    Table,
)
from kiosk.settings import Settings

TITLE = "窓口の手順書"
OVER = "いまは使わない取扱い"
_PROVISIONAL_REASONS = frozenset({Reason.CONFIRMED_PROVISIONALLY, Reason.ASK_INSURER, Reason.PROVISIONAL_TO_BE_SEEN})


@dataclass(frozen=True, slots=True)
class Edition:
    """For which day, product and site a binder is made."""

    day: date
    version: str
    settings: Settings | None = None
    """None: for any site."""


def group_words(group: Group) -> tuple[str, str]:
    """The group's name, and what it means."""
    match group:
        case Group.CONFIRMED:
            return "確認済み", "端末で受付が済んだ"
        case Group.QUALIFICATION:
            return "照会の答え", "照会の答えを職員が確かめる"
        case Group.TICKET:
            return "受診券", "券がない、または合わない"
        case Group.PERSON:
            return "本人", "本人かどうかを確かめる"
        case Group.DOCUMENT:
            return "書類", "書類を職員が見る"
        case Group.CARD:
            return "カード", "カードを端末で使えない"
        case Group.SYSTEM:
            return "システム", "照会や端末の準備ができない"
        case Group.HARDWARE:
            return "機器", "機器が使えない"
        case Group.NEEDS_PERSON:
            return "職員", "職員の応対が要る"
        case _:
            assert_never(group)


def binder(edition: Edition, chosen: Sequence[Reason] = tuple(Reason)) -> Document:
    """The whole binder; of fewer codes only their procedures."""
    whole = set(chosen) == set(Reason)
    blocks = (*_front(edition, whole=whole), *_groups(edition, chosen))
    return Document(TITLE, f"kenshin-kiosk {edition.version} - {edition.day.isoformat()}", blocks)


def as_json(edition: Edition, chosen: Sequence[Reason] = tuple(Reason)) -> dict[str, object]:
    """The same for programs."""
    return {
        "version": edition.version,
        "day": edition.day.isoformat(),
        "site": edition.settings.site.name if edition.settings else None,
        "groups": {group.value: group_words(group)[0] for group in Group},
        "codes": [
            {
                "code": reason.value,
                "group": reason.group,
                "title": procedure.title,
                "steps": list(procedure.steps),
                "ways": [{"way": way.value, "name": name} for way, name in _ways(procedure, edition).items()],
                "contacts": [contact.value for contact in procedure.contacts],
                "note": procedure.note,
            }
            for reason, procedure in _procedures(chosen).items()
        ],
    }


def _procedures(chosen: Sequence[Reason]) -> Mapping[Reason, Procedure]:
    """In the order of the codes' groups, whatever the order they were chosen in."""
    return {reason: PROCEDURES[reason] for reason in Reason if reason in chosen}


def _front(edition: Edition, *, whole: bool) -> Iterator[Block]:
    settings = edition.settings
    policy = settings.policy if settings else None
    yield Heading(TITLE, level=1)
    if settings:
        yield Paragraph(settings.site.name)
    yield Paragraph(f"{to_wareki(edition.day)}現在 kenshin-kiosk {edition.version}")
    if not whole:
        return
    desk = f"「{settings.site.desk}」" if settings else "窓口"
    yield Heading("使い方")
    yield Steps(
        (
            f"{desk}に来た人の受付票で、下半分のコード(例 Q04)を見る。",
            "この手順書でコードを引き、手順のとおりに確かめる。",
            "確認した方法に印をつけ、担当者と結果を書く。",
        )
    )
    yield Items(
        (
            "コードの意味は本人に言わない。「窓口で確認しています」と言う。",
            "書類と保険者の答えがそろうまで、資格がないと決めない。",
            "ほかの人に聞こえる声で、氏名や保険のことを話さない。",
        )
    )
    yield Heading("コードの一覧")
    yield Table(("種類", "意味", "コード"), tuple(_contents()))
    yield Heading("資格を確認する方法")
    yield ways_table(policy)
    yield Paragraph("どの方法でも、受診券・利用券と照らし合わせて判断する。②で分かるのは保険資格だけである。")
    yield Heading("健康保険証と暫定の取扱い")
    yield from old_card_blocks(edition.day, policy)
    yield Heading("問い合わせ先")
    yield enquiries_table()
    yield Paragraph(f"出典: {SOURCE}")


def _contents() -> Iterator[tuple[Cell, ...]]:
    for group in Group:
        name, meaning = group_words(group)
        codes = tuple(Line(reason.value, to=reason.value) for reason in Reason if reason.group == group.value)
        yield Line(f"{group.value} {name}", to=f"group-{group.value}"), meaning, codes


def _groups(edition: Edition, chosen: Sequence[Reason]) -> Iterator[Block]:
    procedures = _procedures(chosen)
    for group in Group:
        entries = [
            _entry(reason, procedure, edition)
            for reason, procedure in procedures.items()
            if reason.group == group.value
        ]
        if entries:
            name, meaning = group_words(group)
            yield Heading(f"{group.value} {name}", anchor=f"group-{group.value}")
            yield Paragraph(f"{meaning}。")
            yield Entries(("コード", "起きたことと手順", "確認できる方法・連絡先"), tuple(entries))


def _entry(reason: Reason, procedure: Procedure, edition: Edition) -> Entry:
    over = reason in _PROVISIONAL_REASONS and not any(usable(way, edition.day, _policy(edition)) for way in PROVISIONAL)
    title = Line(procedure.title, OVER if over else "")
    sides = [Side("方法", tuple(_ways(procedure, edition).values()) or (_without_way(reason),))]
    if procedure.contacts:
        sides.append(Side("連絡先", tuple(contact.value for contact in procedure.contacts)))
    return Entry(reason.value, title, procedure.steps, procedure.note, tuple(sides))


def _ways(procedure: Procedure, edition: Edition) -> dict[Way, str]:
    """The ways that can settle it at this site on this day, with their short names."""
    policy = _policy(edition)
    return {way: WAYS[way].short for way in procedure.settled_by if usable(way, edition.day, policy)}


def _without_way(reason: Reason) -> str:
    return "済み(端末で確認)" if reason.confirms else "連絡先の答えによる"


def _policy(edition: Edition) -> SitePolicy | None:
    return edition.settings.policy if edition.settings else None
