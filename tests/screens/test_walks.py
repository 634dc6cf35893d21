"""Every key of every question is reached with a numeric keypad alone, and with a finger alone."""

from __future__ import annotations

import pytest

from kiosk.ports.examinee import AskStart
from screens.panels import PANELS, SEVEN_INCH, Panel
from screens.widgets.key import Key, Role
from tests.screens.sitting import EVERY_QUESTION, Sitting, sitting

STEP = "."
ONE_OF_EACH = {type(question): name for name, question in EVERY_QUESTION.items()}.values()


def seen(here: Sitting) -> list[Key]:
    """The keys that can be seen, in the order of the screen."""
    return [key for key in here.screen.query(Key) if key.display and key.region.area]


def recorded(here: Sitting) -> list[str | None]:
    """Let every key only tell that it was pressed."""
    pressed: list[str | None] = []
    for key in seen(here):
        key.press = lambda key=key: pressed.append(key.id)  # type: ignore[misc]  # mypy knows no default in a lambda
    return pressed


@pytest.mark.parametrize("panel", [SEVEN_INCH], ids=lambda panel: panel.name)
async def test_a_keypad_comes_to_every_key_and_presses_it(panel: Panel) -> None:
    """The point goes from key to key past the digits, which the keypad has itself; Enter presses; all is seen."""
    async with sitting(AskStart(), panel.size) as here:
        for name in ONE_OF_EACH:
            await here.face(EVERY_QUESTION[name])
            pressed = recorded(here)
            keys = [key for key in seen(here) if key.role is not Role.DIGIT]
            for _key in keys:
                await here.strike([STEP])
                focused = here.screen.focused
                assert isinstance(focused, Key), name
                assert [key for key in seen(here) if key.styles.outline.top[0] == "outer"] == [focused], name
                await here.strike(["enter"])
            assert sorted(map(str, pressed)) == sorted(str(key.id) for key in keys), name
            place = [key.id for key in keys].index(pressed[0])
            assert pressed == [key.id for key in keys[place:] + keys[:place]], name


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)
async def test_a_finger_presses_every_key(panel: Panel) -> None:
    async with sitting(AskStart(), panel.size) as here:
        for name in ONE_OF_EACH:
            await here.face(EVERY_QUESTION[name])
            pressed = recorded(here)
            keys = [str(key.id) for key in seen(here)]
            await here.hit(*(f"#{key}" for key in keys))
            assert pressed == keys, name


async def test_the_languages_and_letters_are_reached_with_a_keypad() -> None:
    async with sitting(EVERY_QUESTION["pin"], (61, 17)) as here:
        await here.open_options()
        pressed = recorded(here)
        keys = [key for key in seen(here) if key.display]
        for _key in keys:
            await here.strike([STEP])
            await here.strike(["enter"])
        assert sorted(map(str, pressed)) == sorted(str(key.id) for key in keys)


async def test_the_stepping_key_types_nothing() -> None:
    async with sitting(EVERY_QUESTION["number-number-certificate"]) as here:
        await here.strike("12.")
        assert isinstance(here.screen.focused, Key)
        await here.strike("3")
        assert "123" in here.text()
