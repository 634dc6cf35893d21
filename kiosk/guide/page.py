"""The guide as a document, a pure function of the day, the kind of institution and the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.checkin.policy import PROVISIONAL_UNTIL
from kiosk.checkin.wareki import to_wareki
from kiosk.guide.content import INSTITUTIONS, LIMITS, SETTINGS, STAGES, Institution, Kind, Setting, Stage, Task
from kiosk.notice.blocks import enquiries_table, old_card_blocks, ways_table
from kiosk.notice.facts import ENQUIRIES, SOURCE, TEXT_OF, WAYS, old_card, provisional, until
from kiosk.printout.document import Block, Document, Heading, Items, Line, Paragraph, Steps, Table
from kiosk.settings import Settings

TITLE = "オンライン資格確認の導入案内"
ANY_PORTAL = "ポータルサイト"
"""Stands for the portal where the kind of institution is not given."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For which day, product and site the guide is."""

    day: date
    version: str
    file: Path
    """The site's configuration file, there or not."""
    settings: Settings | None = None


def guide_page(reader: Reader, kind: Kind | None = None) -> Document:
    """The guide for one kind of institution; without one, both in short."""
    settings, day = reader.settings, reader.day
    policy = settings.policy if settings else None
    blocks: tuple[Block, ...] = (
        Heading(TITLE, level=1),
        Paragraph(f"{to_wareki(day)}現在(文面の確認は{to_wareki(TEXT_OF)}) kenshin-kiosk {reader.version}"),
        *(_both(day) if kind is None else _one(INSTITUTIONS[kind], day)),
        Heading("②を導入する前に"),
        Items(LIMITS),
        Heading("資格を確認する方法"),
        ways_table(policy),
        Paragraph("①〜⑤のどれでも、受診券・利用券と照らし合わせて判断する。"),
        Heading("健康保険証と暫定の取扱い"),
        *old_card_blocks(day, policy),
        Heading("この受付端末の設定"),
        *_settings(reader),
        Heading("問い合わせ先"),
        enquiries_table(),
        Paragraph(f"出典: {SOURCE}"),
    )
    return Document(TITLE, f"kenshin-kiosk {reader.version} - {day.isoformat()}", blocks)


def as_json(reader: Reader, kind: Kind | None = None) -> dict[str, object]:
    """The same for programs; `mark` says until when something holds, or that it is over."""
    last = reader.settings.provisional.until if reader.settings else PROVISIONAL_UNTIL
    return {
        "version": reader.version,
        "day": reader.day.isoformat(),
        "text_of": TEXT_OF.isoformat(),
        "source": SOURCE,
        "institutions": {
            each.value: {
                "members": institution.members,
                "portal": institution.portal,
                "stages": [
                    {"title": stage.title, "tasks": [_plain(line) for line in _tasks(stage, institution, reader.day)]}
                    for stage in STAGES
                ],
            }
            for each, institution in INSTITUTIONS.items()
            if kind in (None, each)
        },
        "limits": list(LIMITS),
        "ways": [
            {"way": way.value, "name": facts.name, "shown": facts.shown, "person": facts.person, "needed": facts.needed}
            for way, facts in WAYS.items()
        ],
        "old_card": _plain(old_card(reader.day)),
        "provisional": _plain(provisional(reader.day, last)),
        "settings": {
            f"{setting.section}.{setting.key}": {"true_when": setting.when, "value": _value(setting, reader.settings)}
            for setting in SETTINGS
        },
        "enquiries": [{"about": one.about, "who": one.who, "how": one.how} for one in ENQUIRIES],
    }


def _both(day: date) -> Iterator[Block]:
    yield Heading("施設の種類")
    yield Table(
        ("種類", "施設", "ポータルサイト", "くわしい案内"),
        tuple(
            (institution.name, institution.members, institution.portal, f"kiosk guide --kind {kind.value}")
            for kind, institution in INSTITUTIONS.items()
        ),
    )
    yield Heading("②(資格確認限定型)を導入する手順")
    yield Steps(
        tuple(
            Line(f"{stage.title}: {line.text}", line.mark)
            for stage in STAGES
            for line in (_line(stage.tasks[0], ANY_PORTAL, day),)
        )
    )


def _one(institution: Institution, day: date) -> Iterator[Block]:
    yield Heading("この案内の施設")
    yield Items((f"{institution.members}。", f"使うポータルサイトは「{institution.portal}」。"))
    yield Heading("②(資格確認限定型)を導入する手順")
    for place, stage in enumerate(STAGES, start=1):
        yield Heading(f"{place}. {stage.title}", level=3)
        yield Items(_tasks(stage, institution, day))


def _tasks(stage: Stage, institution: Institution, day: date) -> tuple[Line, ...]:
    return tuple(_line(task, f"「{institution.portal}」", day) for task in stage.tasks)


def _line(task: Task, portal: str, day: date) -> Line:
    text = task.text.format(portal=portal)
    return Line(text) if task.last is None else until(text, task.last, day, task.after)


def _settings(reader: Reader) -> Iterator[Block]:
    rows = tuple(
        (f"[{setting.section}] {setting.key}", setting.when, _value_words(_value(setting, reader.settings)))
        for setting in SETTINGS
    )
    yield Table(("設定", "true にするとき", "いま"), rows)
    yield Steps(
        (
            f"設定ファイル {reader.file} に、たとえば [site] の下に limited_app = true と書く。",
            "kiosk config check で確かめる。",
            "受付の止まっている時に、systemctl restart kiosk で端末を立ち上げ直す。",
        )
    )


def _value(setting: Setting, settings: Settings | None) -> bool | None:
    """What the site has set; None without a configuration."""
    return None if settings is None else bool(getattr(getattr(settings, setting.section), setting.key))


def _value_words(value: bool | None) -> str:
    return "未設定" if value is None else "true" if value else "false"


def _plain(line: Line) -> dict[str, str]:
    return {"text": line.text, "mark": line.mark}
