"""The reason codes: every way in which a check-in can end. What staff do for each stands in `procedures`."""

from __future__ import annotations

from enum import Enum


class Group(Enum):
    """The kinds of reason; the value is the first letter of their codes."""

    CONFIRMED = "C"
    QUALIFICATION = "Q"
    """The answer to the query."""
    TICKET = "T"
    PERSON = "P"
    DOCUMENT = "D"
    """A document that staff have to see."""
    CARD = "K"
    SYSTEM = "S"
    HARDWARE = "H"
    NEEDS_PERSON = "N"


class Reason(Enum):
    """Why a check-in ended as it did. The letter is the `Group`; the code stands on the slip and in the ledger."""

    CONFIRMED_BY_CARD = "C01"
    CONFIRMED_BY_CERTIFICATE = "C02"
    CONFIRMED_BY_PORTAL = "C03"
    CONFIRMED_BY_NOTICE = "C04"
    CONFIRMED_PROVISIONALLY = "C05"
    CONFIRMED_BY_FACE = "C06"
    INVALID = "Q02"
    SUPERSEDED = "Q03"
    NOT_FOUND = "Q04"
    SEVERAL = "Q05"
    PUBLIC_ASSISTANCE = "Q06"
    NOT_ONE_PERSON = "Q07"
    NOT_ON_THE_DAY = "Q08"
    OTHER_SCHEME = "Q09"
    NO_TICKET = "T01"
    OTHER_INSURER = "T02"
    TICKET_EXPIRED = "T03"
    TICKET_YEAR = "T04"
    TICKET_KIND = "T05"
    INSURED_NUMBER_DIFFERS = "T06"
    NAME_DIFFERS = "P01"
    BIRTHDATE_DIFFERS = "P02"
    SEX_DIFFERS = "P03"
    AGE = "P04"
    NOT_ME = "P05"
    CERTIFICATE_TO_BE_SEEN = "D01"
    NOTICE_TO_BE_SEEN = "D02"
    SMARTPHONE = "D03"
    OLD_INSURANCE_CARD = "D04"
    CARD_TO_BE_SEEN = "D05"
    ASK_INSURER = "D06"
    PROVISIONAL_TO_BE_SEEN = "D07"
    FACE_TO_BE_SEEN = "D08"
    NOT_A_MY_NUMBER_CARD = "K01"
    CARD_UNREADABLE = "K02"
    CARD_PULLED = "K03"
    LAST_TRY = "K04"
    PIN_LOCKED = "K05"
    PIN_UNKNOWN = "K06"
    PHONE_OR_NEW_CARD = "K07"
    CERTIFICATE_EXPIRED = "K08"
    FACE_NOT_FOUND = "K09"
    FACE_AMBIGUOUS = "K10"
    UNREACHABLE = "S01"
    TIMED_OUT = "S02"
    SERVER_ERROR = "S03"
    GARBAGE = "S04"
    REFUSED = "S05"
    SYSTEM_FAILED = "S06"
    STILL_PROCESSING = "S07"
    NOT_READY = "S08"
    FACE_UNREACHABLE = "S09"
    NO_READER = "H01"
    NO_RECORD = "H02"
    CLOCK_UNSURE = "H03"
    UNSURE = "N01"
    STAFF_CALLED = "N02"
    NUMBERS_UNKNOWN = "N03"
    WALKED_AWAY = "N04"
    NOT_ON_ROSTER = "N05"
    SEVERAL_ON_ROSTER = "N06"
    TOO_EARLY = "N07"
    OTHER_DAY = "N08"
    PAUSED = "N09"
    TAKEN_OUT = "N10"

    @property
    def group(self) -> str:
        """The letter of the group."""
        return self.value[0]

    @property
    def asked_later(self) -> bool:
        """Whether nobody could answer, so that the query is made up when somebody can; a look into a reader cannot."""
        return self.group == "S" and self not in (Reason.NOT_READY, Reason.FACE_UNREACHABLE)

    @property
    def confirms(self) -> bool:
        """Whether the check-in is settled without a person."""
        return self.group == "C"
