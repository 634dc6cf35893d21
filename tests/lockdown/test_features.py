"""What Textual can do for an owner of a desk it does not do for somebody at a kiosk."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest
from textual import events
from textual.app import App
from textual.binding import Binding
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.widget import Widget

from kiosk.ports.examinee import AskNumber, AskStart, Confirm, Document, Wanted
from screens.app import KioskApp
from screens.driver import Ear, KioskDriver
from tests.lockdown.canaries import Canary, in_memory
from tests.screens.sitting import PATIENCE, SLOWLY, sitting

HARMLESS = {"tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "escape"}
"""Keys that Textual binds and a keypad has."""


def bound_by_textual() -> set[str]:
    """Every key that Textual 8.2.8 binds in an app, a screen or a widget, and the palette's."""
    kinds: list[type[object]] = [App, Screen, *_below(Widget)]
    keys = {App.COMMAND_PALETTE_BINDING}
    for kind in kinds:
        for bound in kind.__dict__.get("BINDINGS", ()):
            key = bound.key if isinstance(bound, Binding) else bound[0]
            keys |= {part.strip() for part in key.split(",")}
    return keys


def _below(kind: type[Widget]) -> Iterator[type[Widget]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


async def test_no_binding_of_textual_does_anything() -> None:
    keys = sorted(bound_by_textual() - HARMLESS)
    assert {"ctrl+q", "ctrl+c", "ctrl+p", "super+c"} <= set(keys)
    async with sitting(AskNumber(Wanted.NUMBER, Document.CERTIFICATE)) as here:
        before, screen = here.text(), here.screen
        await here.strike([key for key in keys if len(key) > 1], SLOWLY)
        assert here.screen is screen
        assert not here.outcome.done()
        assert here.text() == before
        assert not here.app._notifications


async def test_names_are_no_markup() -> None:
    """Neither a card's nor a roster's: what would be a link is read as it stands, and does nothing."""
    canary = Canary(1)
    async with sitting(Confirm(canary.name, canary.birthdate)) as here:
        assert "[@click=app.exit]" in here.text()
        for y, line in enumerate(here.text().splitlines()):
            x = line.find("click")
            if x >= 0:
                for kind in (events.MouseDown, events.MouseUp):
                    here.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        await here.pilot.pause()
        assert here.app.is_running
        assert not here.outcome.done()


async def test_who_only_touches_is_forgotten_like_who_strikes_keys() -> None:
    """Textual's app keeps the widget that was touched last, and with it the screen where it stood."""
    canary = Canary(2)
    async with sitting(AskStart()) as here:
        await here.face(Confirm(canary.name, canary.birthdate))
        await here.hit("#choice-1")
        await here.answered()
        await here.face(AskStart())
        del here.asking[:]
        until = monotonic() + PATIENCE  # a timer of the gone screen may hold it for its last second
        while (found := in_memory([canary])) and monotonic() < until:
            await here.pilot.pause(0.2)
        assert found == []


def keys_of(*octets: bytes) -> list[str]:
    ear = Ear()
    return [heard.key for some in octets for heard in ear.hear(some) if isinstance(heard, events.Key)]


@pytest.mark.parametrize(
    "broken",
    [
        b"\xff\xfe",
        b"\x1b[97:65;2u",
        b"\x1b[97;1:1u",
        b"\x1b[:;u",
        b"\x1b[1114112u",
        b"\x1b[97;1;55296u",
        b"\x1b[48;0;0;0;0t\x1b[<0;5;5M",
        b"\x1b[<0;0;0M",
        b"\x1b[200~12\x11\x1b[201~",
        b"\x1b[O",
    ],
)
def test_what_follows_something_broken_is_heard(broken: bytes) -> None:
    assert [key for key in keys_of(broken, b"7") if key != "replacement_character"] == ["7"]


def test_a_letter_in_two_halves_is_one() -> None:
    assert keys_of("７".encode()[:1], "７".encode()[1:]) == ["７"]


def test_a_paste_without_an_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.driver.PASTE_SECONDS", -1)
    assert keys_of(b"\x1b[200~", b"7") == ["7"]


def test_sizes_and_the_pointer_are_not_heard() -> None:
    ear = Ear()
    sent = b"\x1b[48;9999;9999;1;1t\x1b[<35;5;5M\x1b[I\x1b[O\x1b[9;9R"
    assert list(ear.hear(sent)) == []
    assert [type(heard) for heard in ear.hear(b"\x1b[<0;5;5M\x1b[<0;5;5m")] == [events.MouseDown, events.MouseUp]


def test_no_terminal_is_larger_than_a_screen_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Painting every cell that a terminal may claim to have would take minutes."""
    monkeypatch.setattr(LinuxDriver, "_get_terminal_size", lambda _driver: (65_535, 65_535))
    columns, rows = object.__new__(KioskDriver)._get_terminal_size()
    assert columns * rows < 100_000


def test_the_kiosk_hears_with_its_own_driver() -> None:
    async def nothing(_examinee: object) -> None:
        return

    from tests.screens.sitting import site

    assert KioskApp(site(), nothing).driver_class is KioskDriver
