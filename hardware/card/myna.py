"""The profile of the My Number card: which commands give what the kiosk needs, and when it stops."""

from __future__ import annotations

from datetime import date

from hardware.card import certificate, four_items, wrong_card
from hardware.card.apdu import MOST_READ, Connection, Response, StatusWord
from hardware.card.channel import Channel
from hardware.card.errors import AnswerLost, CardError, Refused
from hardware.card.files import LABEL_BYTES, MY_NUMBER_LABEL, Application, JpkiFile, TextFile, label_of
from hardware.card.guard import KEPT_TRIES
from kiosk.checkin.person import Person
from kiosk.ports.card import CardFacts, CardFailure, CardFault, FaceCode, OtherCard, Pin, Secret

MOST_CERTIFICATE = 2048
"""A certificate whose end date does not stand in so many bytes is none."""
_SECOND_READ = 64
"""Enough for the end date where the first 256 bytes are not: it stands in the first 300."""
_FILLER = (0x00, 0xFF)
_NO_KEY = (StatusWord.NOT_FOUND, StatusWord.KEY_NOT_FOUND, StatusWord.BLOCKED, StatusWord.LOCKED)
"""Answers to the SELECT of a key that cannot be used (顔認証マイナンバーカード has no PIN)."""


class MyNumberCard:
    """One card on one connection. Every method raises CardFailure, CardError, or what the connection raises."""

    def __init__(self, connection: Connection) -> None:
        self._channel = Channel(connection)

    def facts(self) -> CardFacts:
        """Prove the card, then the certificate's end and the PIN's tries: 8 commands, the counter query last."""
        return CardFacts(certificate_end=self._certificate_end(), pin_tries=self._tries(TextFile.PIN))

    def face_code_tries(self) -> int:
        """Tries left for 照合番号B; 0 when it is locked."""
        return self._tries(TextFile.FACE_CODE)

    def person_by_pin(self, pin: Pin) -> Person:
        """Send the PIN once and read the four items; 3 commands after facts(). Wipes the PIN in every case."""
        return self._person(TextFile.PIN, pin)

    def person_by_face_code(self, code: FaceCode) -> Person:
        """The same with 照合番号B."""
        return self._person(TextFile.FACE_CODE, code)

    def _person(self, key: TextFile, secret: Secret) -> Person:
        try:
            self._verify(key, secret)
        finally:
            secret.wipe()
        self._must(self._channel.select_file(TextFile.FOUR_ITEMS))
        head = self._channel.read(MOST_READ)
        size = four_items.size_of(head)
        if size > len(head):
            head += self._channel.read(size - len(head), len(head))
        return four_items.parse_person(head)

    def _verify(self, key: TextFile, secret: Secret) -> None:
        """One VERIFY for one confirmation, and none that could take the last try."""
        tries = self._tries(key)
        if tries <= KEPT_TRIES:
            raise CardFailure(CardFault.LAST_TRY if tries else CardFault.LOCKED, tries_left=tries)
        try:
            response = self._channel.verify(secret)
        except AnswerLost:
            # Only the counter knows whether the card counted it. Whether it was right is lost with the answer.
            left = self._tries(key)
            if left >= tries:
                raise
            raise _wrong(left) from None
        if response.ok:
            return
        if response.tries_left is None:
            raise Refused(response.status)
        raise _wrong(response.tries_left)

    def _tries(self, key: TextFile) -> int:
        """Tries left, as the card's last answer says; asks again if anything was sent since."""
        guard = self._channel.guard
        if guard.tries is not None and guard.file == key:
            return guard.tries
        for power_cycled in (False, True):
            self._prove()
            if guard.application is not Application.TEXT:
                self._must(self._channel.select_application(Application.TEXT))
            if guard.file != key:
                selected = self._channel.select_file(key)
                if selected.status in _NO_KEY:
                    return 0
                self._must(selected)
            response = self._channel.query_tries()
            if response.tries_left is not None:
                return response.tries_left
            if not response.ok:
                raise Refused(response.status)
            # 9000 means already verified and hides the counter, which comes back when the card loses power.
            if not power_cycled:
                guard.power_cycle()
        raise CardError("verified without power")

    def _certificate_end(self) -> date | None:
        """The certificate's last day from no more of it than needed; None when the card has none."""
        self._prove()
        if self._channel.guard.application is not Application.JPKI:
            self._must(self._channel.select_application(Application.JPKI))
        selected = self._channel.select_file(JpkiFile.CERTIFICATE)
        if selected.status == StatusWord.NOT_FOUND:
            return None
        self._must(selected)
        head = self._channel.read(MOST_READ)
        if not head or head[0] in _FILLER:
            return None
        while True:
            try:
                return certificate.end_date(head)
            except certificate.Incomplete as beyond:
                more = max(beyond.needed - len(head), _SECOND_READ)
                if beyond.needed > MOST_CERTIFICATE or not (part := self._channel.read(more, len(head))):
                    raise
                head += part

    def _prove(self) -> None:
        """Raise CardFailure WRONG_CARD unless the token's label is a My Number card's; leaves the JPKI AP selected."""
        if self._channel.guard.proven:
            return
        if not self._select_jpki().ok:
            other = wrong_card.by_atr(self._channel.guard.atr) or wrong_card.by_application(self._channel)
            raise CardFailure(CardFault.WRONG_CARD, other=other)
        if not self._channel.select_file(JpkiFile.TOKEN).ok:
            raise CardFailure(CardFault.WRONG_CARD, other=OtherCard.UNKNOWN_GENERATION)
        label = label_of(self._channel.read(LABEL_BYTES))
        if label != MY_NUMBER_LABEL:
            raise CardFailure(CardFault.WRONG_CARD, other=wrong_card.by_label(label))

    def _select_jpki(self) -> Response:
        """The first command after power; some cards answer that one, once, with 6F00."""
        try:
            response = self._channel.select_application(Application.JPKI)
            if response.status == StatusWord.INTERNAL_ERROR:
                response = self._channel.select_application(Application.JPKI)
        except AnswerLost:
            other = wrong_card.by_atr(self._channel.guard.atr)
            if other is None:
                raise
            raise CardFailure(CardFault.WRONG_CARD, other=other) from None
        if response.status == StatusWord.INTERNAL_ERROR and wrong_card.by_atr(self._channel.guard.atr) is None:
            raise Refused(response.status)
        return response

    @staticmethod
    def _must(response: Response) -> None:
        if not response.ok:
            raise Refused(response.status)


def _wrong(tries_left: int) -> CardFailure:
    fault = CardFault.PIN_WRONG if tries_left else CardFault.LOCKED
    return CardFailure(fault, tries_left=tries_left)
