"""What a rehearsal plays: who comes, with what, how they behave, what goes wrong, and how it must end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.checkin.reasons import Reason
from kiosk.checkin.routes import Brought


class TicketShown(Enum):
    """How the ticket reaches the kiosk."""

    SCANNED = "scanned"
    TYPED = "typed"
    LETTERS_FIRST = "letters first"
    """A code with letters is scanned, then the ticket is typed."""
    TEN_DIGITS_FIRST = "ten digits first"
    FULL_WIDTH = "full width"
    """Scanned in full-width digits, which are taken."""
    NONE = "none"


class PinEntry(Enum):
    """What is entered at the PIN pad."""

    RIGHT = "right"
    WRONG_ONCE = "wrong once"
    WRONG_TWICE = "wrong twice"
    FACE_CODE = "face code"
    """Not known; 照合番号B instead."""
    UNKNOWN = "unknown"
    """Neither known."""


class CardShown(Enum):
    """Which card is put in."""

    OWN = "own"
    LICENCE = "licence"
    TRANSIT = "transit"
    PHONE = "phone"
    MUTE = "mute"
    LAST_TRY = "last try"
    LOCKED = "locked"


class Trouble(Enum):
    """What goes wrong from outside."""

    NONE = "none"
    PULLED_AT_PIN = "pulled at pin"
    """The card is taken while the PIN pad is shown, and put in again."""
    PRINTER_UNPLUGGED = "printer unplugged"
    PAPER_OUT = "paper out"
    GATEWAY_DOWN = "gateway down"
    STAFF_CALLED = "staff called"
    NOT_ME = "not me"
    WRONG_CHECK_DIGIT = "wrong check digit"
    """An insurer number is mistyped first; the key does not let it through."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One rehearsed check-in."""

    name: str
    """Short name, for choosing it on the command line."""
    title: str
    """What it shows, in Japanese."""
    ends: Reason
    """The code in which it must end."""
    person: str = "taro"
    """Short name of the invented person."""
    brought: Brought = Brought.MY_NUMBER_CARD
    ticket: TicketShown = TicketShown.SCANNED
    pin: PinEntry = PinEntry.RIGHT
    card: CardShown = CardShown.OWN
    trouble: Trouble = Trouble.NONE
    prints: bool = True
    """Whether a slip must come out."""
    by_hand: bool = False
    """Whether a person at the real devices can play it: it needs nothing invented."""


def _answer(person: str, title: str, ends: Reason) -> Scenario:
    """A card check-in whose only speciality is what the gateway answers."""
    return Scenario(person, title, ends, person=person)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("card", "カードと暗証番号", Reason.CONFIRMED_BY_CARD),
    Scenario("card-typed", "カード、受診券は手入力", Reason.CONFIRMED_BY_CARD, ticket=TicketShown.TYPED),
    Scenario("card-full-width", "受診券が全角数字", Reason.CONFIRMED_BY_CARD, ticket=TicketShown.FULL_WIDTH),
    Scenario(
        "card-letters", "受診券でないコードのあと受診券", Reason.CONFIRMED_BY_CARD, ticket=TicketShown.LETTERS_FIRST
    ),
    Scenario(
        "card-ten-digits", "10けたのコードのあと受診券", Reason.CONFIRMED_BY_CARD, ticket=TicketShown.TEN_DIGITS_FIRST
    ),
    Scenario("face-code", "暗証番号がわからず照合番号B", Reason.CONFIRMED_BY_CARD, pin=PinEntry.FACE_CODE),
    Scenario("pin-wrong-once", "暗証番号を一度まちがえる", Reason.CONFIRMED_BY_CARD, pin=PinEntry.WRONG_ONCE),
    Scenario("pin-wrong-twice", "二度まちがえたら送らない", Reason.LAST_TRY, pin=PinEntry.WRONG_TWICE),
    Scenario("pin-last-try", "残り1回のカードには送らない", Reason.LAST_TRY, card=CardShown.LAST_TRY),
    Scenario("pin-locked", "ロックされたカード", Reason.PIN_LOCKED, card=CardShown.LOCKED),
    Scenario("pin-unknown", "暗証番号も照合番号もわからない", Reason.PIN_UNKNOWN, pin=PinEntry.UNKNOWN),
    Scenario("licence", "運転免許証を置く", Reason.NOT_A_MY_NUMBER_CARD, card=CardShown.LICENCE),
    Scenario("transit", "交通系ICカードを置く", Reason.NOT_A_MY_NUMBER_CARD, card=CardShown.TRANSIT),
    Scenario("phone", "スマートフォンのカード", Reason.PHONE_OR_NEW_CARD, card=CardShown.PHONE),
    Scenario("mute", "カードが答えない", Reason.CARD_UNREADABLE, card=CardShown.MUTE),
    Scenario("pulled", "暗証番号の途中でカードを抜く", Reason.CONFIRMED_BY_CARD, trouble=Trouble.PULLED_AT_PIN),
    Scenario("not-me", "表示された人ではない", Reason.NOT_ME, trouble=Trouble.NOT_ME),
    Scenario("certificate", "資格確認書", Reason.CONFIRMED_BY_CERTIFICATE, brought=Brought.CERTIFICATE),
    Scenario(
        "certificate-kokuho", "国保の資格確認書(6けた)", Reason.CONFIRMED_BY_CERTIFICATE, "hanako", Brought.CERTIFICATE
    ),
    Scenario(
        "check-digit",
        "保険者番号の打ちまちがい",
        Reason.CONFIRMED_BY_CERTIFICATE,
        brought=Brought.CERTIFICATE,
        trouble=Trouble.WRONG_CHECK_DIGIT,
    ),
    Scenario("no-ticket", "受診券がない", Reason.NO_TICKET, brought=Brought.CERTIFICATE, ticket=TicketShown.NONE),
    Scenario("unsure", "わからない", Reason.UNSURE, brought=Brought.UNSURE, by_hand=True),
    Scenario("notice", "資格情報のお知らせ", Reason.NOTICE_TO_BE_SEEN, brought=Brought.NOTICE, by_hand=True),
    Scenario("smartphone", "スマートフォン", Reason.SMARTPHONE, brought=Brought.SMARTPHONE, by_hand=True),
    Scenario(
        "old-card", "従来の健康保険証", Reason.OLD_INSURANCE_CARD, brought=Brought.OLD_INSURANCE_CARD, by_hand=True
    ),
    Scenario("staff", "職員を呼ぶ", Reason.STAFF_CALLED, trouble=Trouble.STAFF_CALLED, by_hand=True),
    _answer("set", "セット券", Reason.CONFIRMED_BY_CARD),
    _answer("renew", "電子証明書の更新時期", Reason.CONFIRMED_BY_CARD),
    _answer("alias", "通称(氏名(その他))", Reason.CONFIRMED_BY_CARD),
    _answer("processing-once", "処理中のあと有効", Reason.CONFIRMED_BY_CARD),
    _answer("certificate-over", "電子証明書の期限切れ(3か月超)", Reason.CERTIFICATE_EXPIRED),
    _answer("intensive", "利用券で健診", Reason.TICKET_KIND),
    _answer("young", "40歳未満", Reason.AGE),
    _answer("invalid", "無効", Reason.INVALID),
    _answer("superseded", "無効(新しい資格あり)", Reason.SUPERSEDED),
    _answer("not-found", "該当資格なし", Reason.NOT_FOUND),
    _answer("several", "複数該当", Reason.SEVERAL),
    _answer("unregistered", "有効(未登録)", Reason.PUBLIC_ASSISTANCE),
    _answer("two-results", "二人の答え", Reason.NOT_ONE_PERSON),
    _answer("segment-failed", "異常終了", Reason.SYSTEM_FAILED),
    _answer("status-error", "処理結果エラー", Reason.SYSTEM_FAILED),
    _answer("processing", "処理中のまま", Reason.STILL_PROCESSING),
    _answer("name-differs", "氏名ちがい", Reason.NAME_DIFFERS),
    _answer("sex-differs", "性別ちがい", Reason.SEX_DIFFERS),
    _answer("insurer-differs", "保険者ちがい", Reason.OTHER_INSURER),
    _answer("disqualified", "喪失", Reason.NOT_ON_THE_DAY),
    _answer("slow", "答えが遅い", Reason.TIMED_OUT),
    _answer("http-500", "HTTP 500", Reason.SERVER_ERROR),
    _answer("html", "HTMLの答え", Reason.GARBAGE),
    _answer("empty", "空の答え", Reason.GARBAGE),
    _answer("huge", "5MBの答え", Reason.GARBAGE),
    Scenario("gateway-down", "ゲートウェイが止まっている", Reason.UNREACHABLE, trouble=Trouble.GATEWAY_DOWN),
    Scenario(
        "printer-unplugged",
        "プリンターが抜けている",
        Reason.CONFIRMED_BY_CARD,
        trouble=Trouble.PRINTER_UNPLUGGED,
        prints=False,
    ),
    Scenario("paper-out", "用紙切れ", Reason.CONFIRMED_BY_CARD, trouble=Trouble.PAPER_OUT, prints=False),
)
"""The whole programme."""


def named(names: tuple[str, ...]) -> tuple[Scenario, ...]:
    """The scenarios of those names, all when there are none. Raises KeyError with a name that there is not."""
    if not names:
        return SCENARIOS
    known = {scenario.name: scenario for scenario in SCENARIOS}
    return tuple(known[name] for name in names)
