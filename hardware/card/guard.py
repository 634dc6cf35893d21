"""The guard between the profile and the card: what is not on its list is never sent, whoever asks."""

from __future__ import annotations

from enum import Enum

from hardware.card.apdu import Command, Connection, Instruction, Octets, Response
from hardware.card.errors import CardError
from hardware.card.files import (
    INDIVIDUAL_NUMBER_FILES,
    MY_NUMBER_LABEL,
    SIGNING_FILES,
    Application,
    JpkiFile,
    TextFile,
    label_of,
)

KEPT_TRIES = 1
"""Tries that stay on the card whatever happens; with this many left nothing is sent."""
DIGITS = {TextFile.PIN: 4, TextFile.FACE_CODE: 14}
"""The keys that may be verified, with the number of their digits."""

_SELECTABLE = frozenset(Application) - {Application.VISUAL}
_FILES: dict[Application, frozenset[int]] = {
    Application.JPKI: frozenset(JpkiFile),
    Application.TEXT: frozenset(TextFile),
}
_READABLE: frozenset[tuple[Application, int]] = frozenset(
    {
        (Application.JPKI, JpkiFile.TOKEN),
        (Application.JPKI, JpkiFile.CERTIFICATE),
        (Application.TEXT, TextFile.FOUR_ITEMS),
    }
)
_APPLICATIONS = {application.value: application for application in Application}
_BY_AID, _BY_FILE = 0x04, 0x02
_NO_ANSWER = 0x0C
_SHORT_FILE = 0x80
_CURRENT_KEY = 0x80


class Denial(Enum):
    """Why a command is not sent."""

    INDIVIDUAL_NUMBER = "individual number"
    """It would open or lead to the 個人番号 (番号法)."""
    SIGNING_KEY = "signing key"
    MASTER_FILE = "master file"
    """SELECT MF, which the card answers wrongly."""
    SHORT_FILE = "short file identifier"
    """It names a file or key other than the selected one, past the list."""
    UNPROVEN = "unproven card"
    """The card has not shown the token label of a My Number card since it got power."""
    COUNTER = "counter"
    """A VERIFY that does not directly follow an answer that leaves a try on the card."""
    SECRET = "secret"  # noqa: S105 - the name of a denial
    """A VERIFY whose data are not the digits that the key has."""
    NOT_LISTED = "not listed"


class Denied(CardError):
    """A command was not sent; the message holds its header and none of its data."""

    def __init__(self, denial: Denial, command: Command | None = None) -> None:
        super().__init__(f"{denial.value}: {command!r}" if command else denial.value)
        self.denial = denial


class Guard:
    """Sends only what is listed, and follows what is selected to know what a command means."""

    def __init__(self, card: Connection) -> None:
        self._card = card
        self._forget()

    def _forget(self) -> None:
        self.proven = False
        """Whether the card has shown the token label of a My Number card since it got power."""
        self.application: Application | None = None
        """The selected application, if it is known for certain."""
        self.file: int | None = None
        """The selected file or key of it."""
        self.tries: int | None = None
        """Tries left for the selected key, if the last answer was about them and nothing was sent since."""
        self._announced: Command | None = None

    @property
    def atr(self) -> bytes:
        """Answer to reset of the card behind it."""
        return self._card.atr

    def power_cycle(self) -> None:
        """Take the power away and give it back; what was known of the card is forgotten."""
        self._forget()
        self._card.power_cycle()

    def transmit(self, command: Octets) -> Response:
        """Send a listed command. Raises Denied, with nothing sent, for any other, and what the connection raises."""
        try:
            parsed = Command.parse(command)
        except CardError as malformed:
            raise Denied(Denial.NOT_LISTED) from malformed
        denial = self._judge(parsed)
        if denial is not None:
            raise Denied(denial, parsed)
        announced, self._announced = self._announced, None
        self.tries = None
        try:
            response = Response.parse(self._card.transmit(command))
        except BaseException:
            self._forget()
            raise
        self._follow(announced if parsed.ins == Instruction.GET_RESPONSE and announced else parsed, response)
        return response

    def _judge(self, command: Command) -> Denial | None:
        if command.cla != 0:
            signs = command.ins == Instruction.PERFORM_SECURITY_OPERATION
            return Denial.SIGNING_KEY if signs else Denial.NOT_LISTED
        match command.ins:
            case Instruction.SELECT:
                return self._judge_select(command)
            case Instruction.READ_BINARY:
                return self._judge_read(command)
            case Instruction.VERIFY:
                return self._judge_verify(command)
            case Instruction.GET_RESPONSE:
                plain = command.p1 == command.p2 == 0 and not command.data and command.expected
                return None if plain and self._announced else Denial.NOT_LISTED
            case Instruction.PERFORM_SECURITY_OPERATION:
                return Denial.SIGNING_KEY
            case _:
                return Denial.NOT_LISTED

    def _judge_select(self, command: Command) -> Denial | None:
        if command.p1 == 0x00:
            return Denial.MASTER_FILE
        if command.p1 == _BY_AID:
            return self._judge_application(command)
        if command.p1 != _BY_FILE or command.p2 != _NO_ANSWER or len(command.data) != 2 or command.expected:
            return Denial.NOT_LISTED
        identifier = int.from_bytes(command.data, "big")
        if self.application is not None and identifier in _FILES.get(self.application, ()):
            return None
        if self.application is Application.JPKI:
            return Denial.SIGNING_KEY if identifier in SIGNING_FILES else Denial.NOT_LISTED
        if self.application is Application.TEXT:
            return Denial.INDIVIDUAL_NUMBER if identifier in INDIVIDUAL_NUMBER_FILES else Denial.NOT_LISTED
        return Denial.NOT_LISTED

    def _judge_application(self, command: Command) -> Denial | None:
        application = _application(command)
        if application is Application.VISUAL:
            return Denial.INDIVIDUAL_NUMBER
        if application is None or application not in _SELECTABLE:
            return Denial.NOT_LISTED
        if application is Application.PAYMENT:
            return None if command.p2 == 0 and command.expected else Denial.NOT_LISTED
        if command.p2 != _NO_ANSWER or command.expected:
            return Denial.NOT_LISTED
        return Denial.UNPROVEN if application is Application.TEXT and not self.proven else None

    def _judge_read(self, command: Command) -> Denial | None:
        if command.p1 & _SHORT_FILE:
            hidden = self.application is Application.TEXT and command.p1 & 0x1F in INDIVIDUAL_NUMBER_FILES
            return Denial.INDIVIDUAL_NUMBER if hidden else Denial.SHORT_FILE
        if command.data or not command.expected or self.application is None or self.file is None:
            return Denial.NOT_LISTED
        return None if (self.application, self.file) in _READABLE else Denial.NOT_LISTED

    def _judge_verify(self, command: Command) -> Denial | None:
        if command.p1 != 0 or command.p2 != _CURRENT_KEY:
            return Denial.SHORT_FILE
        key = next((key for key in DIGITS if key == self.file), None)
        if self.application is not Application.TEXT or key is None:
            return Denial.NOT_LISTED
        if not self.proven:
            return Denial.UNPROVEN
        if command.expected:
            return Denial.NOT_LISTED
        if not command.data:
            return None
        if len(command.data) != DIGITS[key] or not all(0x30 <= octet <= 0x39 for octet in command.data):
            return Denial.SECRET
        return None if self.tries is not None and self.tries > KEPT_TRIES else Denial.COUNTER

    def _follow(self, command: Command, response: Response) -> None:
        if response.waiting and command.ins in (Instruction.SELECT, Instruction.READ_BINARY):
            self._announced = command
        match command.ins:
            case Instruction.SELECT:
                done = response.ok or response.waiting > 0
                if command.p1 == _BY_AID:
                    self.application, self.file = (_application(command) if done else None), None
                else:
                    self.file = int.from_bytes(command.data, "big") if done else None
            case Instruction.READ_BINARY:
                token = self.application is Application.JPKI and self.file == JpkiFile.TOKEN
                if token and command.p1 == command.p2 == 0 and response.ok:
                    self.proven = label_of(response.data) == MY_NUMBER_LABEL
            case Instruction.VERIFY:
                self.tries = None if command.data else response.tries_left
            case _:
                pass


def _application(command: Command) -> Application | None:
    return _APPLICATIONS.get(bytes(command.data))
