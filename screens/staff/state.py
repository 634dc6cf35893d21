"""How a terminal is, in lines: the same on the overview, above the visits and on its own page."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.locale import _
from kiosk.ports.board import Level, TerminalView
from kiosk.ports.device import Condition
from kiosk.ports.device import Part as Device
from screens.staff.lines import Line, Look, Paragraph, Part, line, plain
from screens.staff.watched import Watched
from screens.staff.words import CONDITIONS, FLAGS, PARTS, SERVICES, SIGNS

Fold = Callable[[str, int], list[str]]
TELLING = frozenset(Condition) - {Condition.ABSENT}


def counts(view: TerminalView) -> str:
    """The counts of the day in one line."""
    words = _("本日{all}件 確認{confirmed} 窓口{desk} 未了{open} 照会待ち{deferred} 票が未印刷{unprinted}")
    return words.format(
        all=view.confirmed + view.desk,
        confirmed=view.confirmed,
        desk=view.desk,
        open=view.open,
        deferred=view.deferred,
        unprinted=view.unprinted,
    )


def devices(view: TerminalView, *, whole: bool) -> Line:
    """Every device that the terminal has with its sign; those that are not well with the word, too."""
    parts: list[Part] = [Part(" ")]
    for device in Device:
        condition = view.parts.get(device, Condition.UNKNOWN)
        if condition not in TELLING:
            continue
        sign, word, look = CONDITIONS[condition]
        short, name = PARTS[device]
        well = condition is Condition.OK
        words = f"{sign} {_(name if whole else short)}{'' if well else _(word)}"
        parts += [Part(words, look), Part("  " if whole else " ")]
    return tuple(parts)


def state_lines(watched: Watched, width: int, rows: int, fold: Fold) -> list[Line]:
    """Counts, devices, and as much of what is to be done as there is room for; nothing before there is a size."""
    if not width:
        return []
    view = watched.view
    lines: list[Line] = []
    if view is not None:
        lines += [line(f" {counts(view)}", Look.STRONG), devices(view, whole=width >= 130)]
    told = watched.words()
    if not told:
        quiet = _("問題はありません。") if view else _("つないでいます。")
        return [*lines, line(f" {quiet}", Look.QUIET)]
    look = Look.TROUBLE if watched.level in (Level.CRITICAL, Level.UNKNOWN) else Look.STRONG
    sign = SIGNS[watched.level]
    folded: list[Line] = []
    for place, words in enumerate(told):
        for row, text in enumerate(fold(plain(words), width - 4)):
            folded.append(line(f" {sign if row == 0 else ' '} {text}", look if place == 0 else Look.PLAIN))
    room = rows - len(lines)
    if len(folded) > room:
        folded = [*folded[: room - 1], line(_("   続きは i (端末のようす)"), Look.QUIET)]
    return [*lines, *folded]


def state_page(watched: Watched) -> list[Paragraph]:
    """All that is known of a terminal."""
    view = watched.view
    page = [Paragraph(watched.doing, Look.STRONG)]
    page += [Paragraph(words, Look.TROUBLE, lead=f"{SIGNS[watched.level]} ") for words in watched.words()]
    if view is None:
        return page
    page += [Paragraph(""), Paragraph(counts(view)), Paragraph(_(SERVICES[view.service])), Paragraph("")]
    for device in Device:
        condition = view.parts.get(device, Condition.UNKNOWN)
        sign, word, look = CONDITIONS[condition]
        page.append(Paragraph(f"{sign} {_(PARTS[device][1])}: {_(word)}", look))
    page += [Paragraph(_(FLAGS[flag]), Look.MARK, lead="! ") for flag in view.flags]
    at = view.as_of
    words = _("{name}  kenshin-kiosk {version}  {at}のようす")
    page += [Paragraph(""), Paragraph(words.format(name=view.name, version=view.version, at=f"{at:%m-%d %H:%M:%S}"))]
    return page
