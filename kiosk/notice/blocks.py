"""The parts that the binder and the guide have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kiosk.checkin.policy import PROVISIONAL_UNTIL, SitePolicy
from kiosk.checkin.ways import Way
from kiosk.notice.facts import ENQUIRIES, PROVISIONAL, WAYS, old_card, provisional
from kiosk.printout.document import Block, Cell, Items, Line, Paragraph, Table, Words


def ways_table(policy: SitePolicy | None) -> Table:
    """The ways ① to ⑤; with a site's policy also whether it has what each needs."""
    head = ("方法", "本人が出すもの", "本人の確かめ方", "施設に要るもの")
    rows: list[tuple[Cell, ...]] = []
    for way, facts in WAYS.items():
        if way not in PROVISIONAL:
            row: tuple[Cell, ...] = (facts.name, facts.shown, facts.person, facts.needed)
            rows.append(row if policy is None else (*row, "あり" if policy.capabilities.offers(way) else "なし"))
    return Table(head if policy is None else (*head, "ここ"), tuple(rows))


def old_card_blocks(today: date, policy: SitePolicy | None) -> Iterator[Block]:
    """What a 健康保険証 is worth on that day, and the provisional rule with its days."""
    yield Paragraph(old_card(today))
    last = policy.provisional_until if policy else PROVISIONAL_UNTIL
    yield Paragraph(provisional(today, last))
    if today <= last:
        yield Items(
            (
                "健診の契約の当事者が合意しているときだけ使える。",
                "次回はマイナ保険証か資格確認書をお持ちいただくよう、本人にお願いする。",
                *_agreement(policy),
            )
        )


def _agreement(policy: SitePolicy | None) -> tuple[Words, ...]:
    if policy is None:
        return ()
    if policy.provisional_agreed:
        return (Line("この施設は、合意ありと設定している。"),)
    return (Line("この施設は、合意なしと設定している。この取扱いは使わない。"),)


def enquiries_table() -> Table:
    """Whom to ask what."""
    return Table(("質問", "問い合わせ先", "電話・メール"), tuple((one.about, one.who, one.how) for one in ENQUIRIES))


def usable(way: Way, today: date, policy: SitePolicy | None) -> bool:
    """Whether staff can go that way on that day; without a site's policy only the provisional rule's end counts."""
    if way in PROVISIONAL:
        on = today <= PROVISIONAL_UNTIL if policy is None else policy.provisional_on(today)
        return on and (policy is None or policy.capabilities.offers(way))
    return policy is None or policy.capabilities.offers(way)
