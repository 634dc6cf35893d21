"""The person of a scenario: answers every question with the keys that a person would strike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.checkin.language import Language
from kiosk.checkin.wareki import Era, era_of, era_year
from kiosk.checkin.ways import Brought
from kiosk.gateway.people import InventedPerson, by_key
from kiosk.locale.kana import MOST, places_of
from kiosk.ports.examinee import (
    AskBirthdate,
    AskBrought,
    AskFaceCode,
    AskInitial,
    AskNumber,
    AskPin,
    AskStart,
    Complaint,
    Confirm,
    Document,
    Entry,
    GoToFaceReader,
    InsertCard,
    NamePart,
    Question,
    Reviewed,
    ReviewNumbers,
    ShowResult,
    TakeCard,
    Wanted,
)
from kiosk.rehearsal.scenario import PinEntry, Scenario, TicketShown, Trouble
from kiosk.rehearsal.stage import Stage

ENTER, NOT_KNOWN, ALL_RIGHT = "enter", "*", "0"
ERA_KEYS = {Era.TAISHO: "1", Era.SHOWA: "2", Era.HEISEI: "3"}
NOT_A_TICKET = "LUNCH-BOX-4901234567894"
LUNCH_BOX = "4901234567894"
"""A JAN code."""
FIRST_LANGUAGE = 3
"""The key of the first language on the start screen; the others follow in their order."""
SOMEBODY_ELSE = "set"
"""Who looks into the face reader while another person is waited for."""


@dataclass(slots=True)
class Actor:
    """One person in one check-in."""

    scenario: Scenario
    person: InventedPerson
    stage: Stage
    today: date
    pins_entered: int = 0
    mistyped: bool = False

    async def answer(self, question: Question[Any]) -> None:
        """Do what this person does at that question."""
        if isinstance(question, TakeCard):  # its screen may be gone before it was there: the card is on its way out
            await self.stage.pull_card()
            return
        await self.stage.shown(question)
        if self.scenario.trouble is Trouble.STAFF_CALLED and isinstance(question, AskBrought):
            await self.stage.call_staff()
            return
        match question:
            case AskStart():
                language = self.scenario.language
                if language is not Language.JAPANESE:
                    await self.stage.press(str(FIRST_LANGUAGE + list(Language).index(language)))
                if language is Language.JAPANESE or question.unprinted is not None:  # else the language has begun
                    await self.stage.press("1")
            case AskNumber(wanted=Wanted.TICKET, complaint=complaint):
                await self._ticket(complaint)
            case AskNumber():
                await self._number(question)
            case AskBrought():
                await self.stage.press(str(1 + list(Brought).index(self.scenario.brought)))
            case InsertCard():
                await self.stage.put_card(self.person, self.scenario.card)
            case GoToFaceReader():
                await self._face_reader()
            case AskPin():
                await self._pin()
            case AskFaceCode():
                await self._face_code()
            case AskBirthdate():
                await self._birthdate()
            case AskInitial(part):
                await self._initial(part)
            case ReviewNumbers(entries):
                await self._review(entries)
            case Confirm():
                await self.stage.press("2" if self.scenario.trouble is Trouble.NOT_ME else "1")
            case ShowResult():
                await self.stage.pull_card()
                await self.stage.press("1")
            case _:
                raise TypeError(f"nobody knows what to do at {type(question).__name__}")

    async def _ticket(self, complaint: Complaint | None) -> None:
        digits = str(self.person.ticket(self.today))
        match self.scenario.ticket:
            case TicketShown.NONE:
                await self.stage.press(NOT_KNOWN)
            case TicketShown.TYPED:
                await self._typed(digits)
            case TicketShown.FULL_WIDTH:
                await self.stage.scan(digits.translate({ord("0") + n: ord("０") + n for n in range(10)}))
            case TicketShown.WITH_INSURER:
                await self.stage.scan(self.person.insurer.digits + digits)
            case TicketShown.LAST_YEAR:
                await self.stage.scan(str(self.person.ticket(self.today.replace(year=self.today.year - 1))))
            case TicketShown.LETTERS_FIRST if complaint is None:
                await self.stage.scan(NOT_A_TICKET)
            case TicketShown.LUNCH_BOX_FIRST if complaint is None:
                await self.stage.scan(LUNCH_BOX)
            case TicketShown.TEN_DIGITS_FIRST if complaint is None:
                await self.stage.scan(digits[:-1])
            case (
                TicketShown.SCANNED
                | TicketShown.LETTERS_FIRST
                | TicketShown.LUNCH_BOX_FIRST
                | TicketShown.TEN_DIGITS_FIRST
            ):
                await self.stage.scan(digits)

    async def _number(self, question: AskNumber) -> None:
        insurer = self.person.insurer.digits
        if question.wanted is Wanted.INSURER and self._mistypes(Trouble.WRONG_CHECK_DIGIT):
            wrong = insurer[:-1] + str((int(insurer[-1]) + 1) % 10)
            await self._typed(wrong)
            await self.stage.press(*["backspace"] * len(wrong))
        short = insurer[2:] if insurer.startswith("00") and question.on is Document.CERTIFICATE else insurer
        insured = self.person.insured
        if question.wanted is Wanted.NUMBER and self._mistypes(Trouble.NUMBER_MISTYPED):
            await self._typed(insured.number[:-1] + str((int(insured.number[-1]) + 1) % 10))
            return
        await self._typed(
            {
                Wanted.TICKET_INSURER: insurer,
                Wanted.INSURER: short,
                Wanted.SYMBOL: insured.symbol,
                Wanted.NUMBER: insured.number,
                Wanted.BRANCH: insured.branch,
            }[question.wanted]
        )

    def _mistypes(self, trouble: Trouble) -> bool:
        first = self.scenario.trouble is trouble and not self.mistyped
        self.mistyped = self.mistyped or first
        return first

    async def _pin(self) -> None:
        pulled = self.scenario.trouble is Trouble.PULLED_AT_PIN and self.pins_entered == 0
        self.pins_entered += 1
        if pulled:
            await self.stage.pull_card()
            return
        wrong = "".join(str((int(digit) + 5) % 10) for digit in self.person.pin)
        match self.scenario.pin:
            case PinEntry.WRONG_ONCE if self.pins_entered == 1:
                await self._typed(wrong)
            case PinEntry.WRONG_TWICE:
                await self._typed(wrong)
            case PinEntry.FACE_CODE | PinEntry.UNKNOWN:
                await self.stage.press(NOT_KNOWN)
            case PinEntry.RIGHT | PinEntry.WRONG_ONCE:
                await self._typed(self.person.pin)

    async def _face_code(self) -> None:
        if self.scenario.pin is PinEntry.UNKNOWN:
            await self.stage.press(NOT_KNOWN)
        else:
            await self._typed(self.person.face_code)

    async def _face_reader(self) -> None:
        nobody = self.scenario.trouble is Trouble.NOBODY_AT_FACE_READER
        await self.stage.look_into_face_reader(by_key(SOMEBODY_ELSE) if nobody else self.person)

    async def _birthdate(self) -> None:
        day = self.person.birthdate
        await self._typed(f"{ERA_KEYS[era_of(day)]}{era_year(day):02d}{day:%m%d}")

    async def _initial(self, part: NamePart) -> None:
        family, given = self.person.kana.split()
        letter = (family if part is NamePart.FAMILY else given)[0]
        if self.scenario.trouble is Trouble.WRONG_LETTER:
            letter = "ワ" if letter != "ワ" else "ア"
        # No Enter: a digit chooses by itself, and an Enter behind it may be the next screen's.
        await self.stage.type_slowly("".join(str((place + 1) % MOST) for place in places_of(letter)))

    async def _review(self, entries: tuple[Entry, ...]) -> None:
        """Look the number up on the document, and correct it when it is another."""
        for place, entry in enumerate(entries, start=1):
            if entry.what is Reviewed.NUMBER and entry.text != self.person.insured.number:
                await self.stage.press(str(place))
                return
        await self.stage.press(ALL_RIGHT)

    async def _typed(self, text: str) -> None:
        await self.stage.type_slowly(text)
        await self.stage.press(ENTER)
