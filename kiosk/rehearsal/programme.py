"""The programme of the rehearsal: named check-ins, and the code in which each must end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kiosk.checkin.language import Language
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Brought
from kiosk.rehearsal.scenario import CardShown, PinEntry, Scenario, Site, TicketShown, Trouble


def _answer(person: str, title: str, ends: Reason, on_folders: Reason | None = None) -> Scenario:
    """A card check-in whose only speciality is what the gateway answers."""
    return Scenario(person, title, ends, person=person, ends_on_folders=on_folders)


def _unreadable(person: str, title: str) -> Scenario:
    """An answer that nobody can read: the kiosk's to refuse over HTTP, and the gateway's where it comes as a file."""
    return _answer(person, title, Reason.GARBAGE, on_folders=Reason.SERVER_ERROR)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("card", "カードと暗証番号", Reason.CONFIRMED_BY_CARD),
    Scenario("card-vietnamese", "ベトナム語、カードと暗証番号", Reason.CONFIRMED_BY_CARD, language=Language.VIETNAMESE),
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
    # The gateway says 「処理中」 of every file that is not there yet.
    _answer("slow", "答えが遅い", Reason.TIMED_OUT, on_folders=Reason.STILL_PROCESSING),
    Scenario(
        "http-500",
        "HTTP 500",
        Reason.SERVER_ERROR,
        "http-500",
        not_on_folders="folders have no HTTP status; a terminal that fails writes 異常終了, as in segment-failed",
    ),
    _unreadable("html", "HTMLの答え"),
    _unreadable("empty", "空の答え"),
    _unreadable("huge", "5MBの答え"),
    _answer("grace", "電子証明書の期限切れから3か月以内", Reason.CONFIRMED_BY_CARD),
    _answer("half-width-kana", "答えのカナが半角", Reason.CONFIRMED_BY_CARD),
    _answer("kana-only", "答えの漢字がちがい、カナだけ同じ", Reason.NAME_DIFFERS),
    _answer("motivational", "利用券(動機付け支援)で健診", Reason.TICKET_KIND),
    _answer("old", "75歳以上", Reason.AGE),
    _answer("elderly-scheme", "後期高齢者医療", Reason.OTHER_SCHEME),
    _answer("medical-assistance", "医療扶助", Reason.PUBLIC_ASSISTANCE),
    _answer("no-result", "有効だが結果がない", Reason.NOT_ONE_PERSON),
    _answer("birthdate-differs", "生年月日ちがい", Reason.BIRTHDATE_DIFFERS),
    _answer("card-expired", "証の有効終了日が昨日", Reason.NOT_ON_THE_DAY),
    _unreadable("unknown-code", "知らないコードの答え"),
    Scenario(
        "card-insurer", "保険者番号も入った受診券のコード", Reason.CONFIRMED_BY_CARD, ticket=TicketShown.WITH_INSURER
    ),
    Scenario(
        "card-lunch-box", "お弁当のバーコードのあと受診券", Reason.CONFIRMED_BY_CARD, ticket=TicketShown.LUNCH_BOX_FIRST
    ),
    Scenario("ticket-last-year", "昨年度の受診券", Reason.TICKET_YEAR, ticket=TicketShown.LAST_YEAR),
    Scenario(
        "number-mistyped",
        "番号の打ちまちがいを、もう一度見て直す",
        Reason.CONFIRMED_BY_CERTIFICATE,
        brought=Brought.CERTIFICATE,
        trouble=Trouble.NUMBER_MISTYPED,
    ),
    Scenario(
        "portal",
        "③カードとマイナポータルの画面",
        Reason.CONFIRMED_BY_PORTAL,
        "taro",
        Brought.SMARTPHONE,
        site=Site.EVERY_WAY,
    ),
    Scenario(
        "card-notice",
        "④カードと資格情報のお知らせ",
        Reason.CONFIRMED_BY_NOTICE,
        "hanako",
        Brought.NOTICE,
        site=Site.EVERY_WAY,
    ),
    Scenario(
        "provisional",
        "暫定: 期限切れの健康保険証を番号で照会",
        Reason.CONFIRMED_PROVISIONALLY,
        "taro",
        Brought.OLD_INSURANCE_CARD,
        site=Site.EVERY_WAY,
    ),
    Scenario("attended-card", "カードも職員が見る施設", Reason.CARD_TO_BE_SEEN, site=Site.ATTENDED),
    Scenario(
        "attended-certificate",
        "資格確認書も職員が見る施設",
        Reason.CERTIFICATE_TO_BE_SEEN,
        "taro",
        Brought.CERTIFICATE,
        site=Site.ATTENDED,
    ),
    Scenario("offline-card", "照会のない施設: カードを読んで②へ", Reason.CARD_TO_BE_SEEN, site=Site.WITHOUT_GATEWAY),
    Scenario(
        "offline-last-year",
        "照会のない施設: 昨年度の受診券",
        Reason.TICKET_YEAR,
        ticket=TicketShown.LAST_YEAR,
        site=Site.WITHOUT_GATEWAY,
    ),
    Scenario(
        "offline-certificate",
        "照会のない施設: 資格確認書",
        Reason.CERTIFICATE_TO_BE_SEEN,
        "taro",
        Brought.CERTIFICATE,
        site=Site.WITHOUT_GATEWAY,
    ),
    Scenario(
        "provisional-insurer",
        "暫定: 保険者に電話でたずねる",
        Reason.ASK_INSURER,
        "taro",
        Brought.OLD_INSURANCE_CARD,
        site=Site.WITHOUT_GATEWAY,
    ),
    Scenario(
        "roster-card",
        "名簿: カードと暗証番号だけで受付",
        Reason.CONFIRMED_BY_CARD,
        ticket=TicketShown.NONE,
        site=Site.ROSTER,
    ),
    Scenario(
        "roster-certificate",
        "名簿: 生年月日と名前の最初の字で見つける",
        Reason.CONFIRMED_BY_CERTIFICATE,
        "hanako",
        Brought.CERTIFICATE,
        TicketShown.NONE,
        site=Site.ROSTER,
    ),
    Scenario(
        "roster-letter",
        "名簿: 字をまちがえたら受診券で見つける",
        Reason.CONFIRMED_BY_CERTIFICATE,
        "hanako",
        Brought.CERTIFICATE,
        trouble=Trouble.WRONG_LETTER,
        site=Site.ROSTER,
    ),
    Scenario("roster-several", "名簿: 候補が二人", Reason.SEVERAL_ON_ROSTER, "alias", site=Site.ROSTER),
    Scenario("roster-too-early", "名簿: 予約よりかなり早い", Reason.TOO_EARLY, "set", site=Site.ROSTER),
    Scenario("roster-other-day", "名簿: 予約は別の日", Reason.OTHER_DAY, "renew", site=Site.ROSTER),
    Scenario("roster-missing", "名簿にいない", Reason.NOT_ON_ROSTER, "grace", site=Site.ROSTER),
    Scenario(
        "face-reader",
        "暗証番号がわからない人が①顔認証付きカードリーダーへ",
        Reason.CONFIRMED_BY_FACE,
        ticket=TicketShown.NONE,
        pin=PinEntry.UNKNOWN,
        site=Site.FACE_READER,
    ),
    Scenario(
        "face-nobody",
        "顔認証付きカードリーダーに来たのは別の人",
        Reason.FACE_NOT_FOUND,
        ticket=TicketShown.NONE,
        pin=PinEntry.UNKNOWN,
        trouble=Trouble.NOBODY_AT_FACE_READER,
        site=Site.FACE_READER,
    ),
    Scenario(
        "face-gateway-down",
        "①へ行く前にゲートウェイが止まる",
        Reason.FACE_UNREACHABLE,
        ticket=TicketShown.NONE,
        pin=PinEntry.UNKNOWN,
        trouble=Trouble.GATEWAY_DOWN,
        site=Site.FACE_READER,
    ),
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


def on_folders(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """Those that can be played where the gateway stands on a terminal's folders, with their codes there."""
    return tuple(
        replace(scenario, ends=scenario.ends_on_folders or scenario.ends)
        for scenario in scenarios
        if not scenario.not_on_folders
    )
