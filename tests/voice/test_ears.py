"""A whole check-in by keys and ears: the person never sees the screen, and knows only what was said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

import pytest
from textual import events

from hardware.virtual.voice import VirtualPlayer
from kiosk.checkin.policy import SitePolicy
from kiosk.checkin.ways import Brought, Way
from kiosk.journey import serve
from kiosk.ports.examinee import Examinee, Wanted
from kiosk.ports.voice import Kana, KeyName, Part, Prompt, Sentence, Sign, Sound
from kiosk.voice.examinee import SpokenTo
from kiosk.voice.speaker import Speaker
from screens.app import KioskApp
from screens.question import QuestionScreen
from screens.widgets.key import Key
from tests.journey.stage import Stage
from tests.screens.sitting import Sitting, site
from tests.voice.clips import Constant
from tests.waiting import until

PIN = "1234"
MY_NUMBERS: Mapping[Sentence, str] = {
    Wanted.TICKET: "26100000001",
    Wanted.TICKET_INSURER: "01130012",
    Wanted.INSURER: "01130012",
    Wanted.SYMBOL: "12",
    Wanted.NUMBER: "1234567",
    Wanted.BRANCH: "01",
    Prompt.PIN: PIN,
    Prompt.BIRTHDATE: "2450102",
}
"""What the person knows by heart; 1970 is the year 45 of the second era that the voice counts up."""
LONGEST_ROUND = 40
"""More keys than any screen has."""


@dataclass
class Listener:
    """Somebody who hears, and strikes keys."""

    brought: Brought
    player: VirtualPlayer
    here: Sitting
    heard: int = 0
    """How much of what was said has been listened to."""
    typed: str = ""

    async def check_in(self) -> str:
        """From the start screen to the end; the number that was told."""
        await self.strike("/")
        await self.hear({Prompt.START})
        await self.come_to(KeyName.BEGIN, "tab")
        await self.strike(["enter"])
        answers: dict[Sentence, Callable[[Sentence], Awaitable[None]]] = {
            **dict.fromkeys(MY_NUMBERS, self._type),
            Prompt.BROUGHT: lambda _: self._choose(self.brought),
            Prompt.CONFIRM: lambda _: self._choose(KeyName.YES),
        }
        while True:
            asked, words = await self.hear({*answers, Prompt.NUMBER_IS})
            if asked is Prompt.NUMBER_IS:
                await self._choose(KeyName.END)
                return "".join(part.text for part in words if isinstance(part, Sign))
            await answers[asked](asked)

    async def hear(self, awaited: Iterable[Sentence]) -> tuple[Sentence, tuple[Part, ...]]:
        """Listen until one of these is said and its screen takes keys."""
        known = set(awaited)
        while True:
            await until(lambda: len(self.player.played) > self.heard)
            words = self.player.played[self.heard]
            self.heard += 1
            for part in words:
                if part in known:
                    await until(self._takes_keys)
                    return part, words

    async def come_to(self, name: Sentence, key: str) -> None:
        """Go from key to key until that one is named."""
        for _ in range(LONGEST_ROUND):
            said = len(self.player.played)
            event = events.Key(key, key if len(key) == 1 else None)
            event.time = self.here.last_key = max(event.time, self.here.last_key) + 1
            self.here.app.post_message(event)
            await until(partial(self._more_than, said))
            if name in self.player.now:
                self.heard = len(self.player.played)
                return
        raise AssertionError(f"{name} is never named")

    async def strike(self, keys: Iterable[str]) -> None:
        await self.here.strike(keys)

    async def _type(self, asked: Sentence) -> None:
        if asked is not Prompt.PIN:
            self.typed += MY_NUMBERS[asked]
        await self.strike(MY_NUMBERS[asked])
        await self.come_to(KeyName.NEXT, ".")
        await self.strike(["enter"])

    async def _choose(self, name: Sentence) -> None:
        await self.come_to(name, "tab")
        await self.strike(["enter"])

    def _more_than(self, said: int) -> bool:
        return len(self.player.played) > said

    def _takes_keys(self) -> bool:
        """People need longer than that to move a finger."""
        screen = self.here.app.screen
        stands = isinstance(screen, QuestionScreen) and screen.is_mounted and not screen.answer.done()
        return stands and any(key.region.area for key in screen.query(Key))


@asynccontextmanager
async def counter(stage: Stage, speaker: Speaker) -> AsyncIterator[Sitting]:
    """The real screens before the real check-in."""

    async def main(examinee: Examinee) -> None:
        await serve(replace(stage.ports, examinee=SpokenTo(examinee, speaker)), SitePolicy())

    app = KioskApp(site(scans_as_keys=False), main)
    app.voice = speaker
    async with app.run_test(size=(80, 24)) as pilot:
        here = Sitting(app, pilot, [], asyncio.get_running_loop().create_future())
        await here.until(lambda: isinstance(app.screen, QuestionScreen) and app.screen.is_mounted)
        yield here


def typed_aloud(player: VirtualPlayer) -> str:
    """Every digit that was said on its own, as it is when it is typed."""
    single = [words[0] for words in player.played if len(words) == 1]
    eras = {KeyName.TAISHO: "1", KeyName.SHOWA: "2", KeyName.HEISEI: "3"}
    return "".join(part.text if isinstance(part, Sign) else eras.get(part, "") for part in single)  # type: ignore[arg-type] # other parts have no digit


@pytest.mark.parametrize(
    ("brought", "earphones"),
    [(Brought.MY_NUMBER_CARD, True), (Brought.CERTIFICATE, False)],
    ids=["card, earphones", "certificate, loudspeaker"],
)
async def test_who_only_listens_gets_through_alone(brought: Brought, earphones: bool) -> None:
    player, stage = VirtualPlayer(), Stage()
    async with counter(stage, Speaker(player, Constant(), 4, earphones=earphones)) as here:
        listener = Listener(brought, player, here)
        number = await listener.check_in()
    visit = stage.ledger.visits[0]
    assert visit.outcome.reason.confirms
    assert (visit.outcome.way is Way.CERTIFICATE) is (brought is Brought.CERTIFICATE)
    assert number == str(visit.number).replace("-", "")
    said = {part for words in player.played for part in words}
    assert not any(isinstance(part, Kana) for part in said)
    assert typed_aloud(player) == (listener.typed if earphones else "")
    if brought is Brought.MY_NUMBER_CARD:
        asked = next(place for place, words in enumerate(player.played) if Prompt.PIN in words)
        assert player.played[asked + 1 : asked + 5] == [(Sound.TICK,)] * len(PIN)
