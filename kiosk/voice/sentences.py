"""The table of everything that the kiosk can say.

Written to be heard: one thought a sentence, commas where a speaker breathes, kana where a reading could go wrong. The
words agree with the screens; nobody's name, date, PIN or reason is among them. The signs of keys are: who may hear them
is the speaker's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from kiosk.checkin.language import Language
from kiosk.checkin.ways import Brought
from kiosk.locale.kana import ROWS, Group, choices, is_letter
from kiosk.locale.names import STAFF_NAMES
from kiosk.ports.card import OtherCard
from kiosk.ports.examinee import Complaint, Document, NamePart, Reviewed, Step, Wanted
from kiosk.ports.voice import PUNCTUATION, SIGNS, Kana, KeyName, Prompt, Sentence, Sign
from kiosk.settings import Settings

LETTERS = (
    *("エー", "ビー", "シー", "ディー", "イー", "エフ", "ジー", "エイチ", "アイ"),
    *("ジェー", "ケー", "エル", "エム", "エヌ", "オー", "ピー", "キュー", "アール"),
    *("エス", "ティー", "ユー", "ブイ", "ダブリュー", "エックス", "ワイ", "ゼット"),
)
DIGITS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")
"""As read over a telephone: none sounds like another."""
MARKS = ("ハイフン", "ほしじるし", "ななめのせん", "プラス")
"""Of `PUNCTUATION`, as people call what stands on a keypad."""
TOLD_APART: Mapping[str, str] = {"ヂ": "タ行の、ヂ", "ヅ": "タ行の、ヅ", "ヲ": "ワ行の、ヲ", "ヴ": "ウに点々の、ヴ"}
"""Letters that sound like another one."""


@dataclass(frozen=True, slots=True)
class SpokenSite:
    """The places that this site named."""

    next_place: str
    desk: str
    face_place: str


def sentences(site: SpokenSite) -> dict[Sentence, str]:
    """What is said for everything that can be said here."""
    return {**COMMON, **_SIGNS, **_KANA, **_places(site)}


def sentences_of(settings: Settings) -> dict[Sentence, str]:
    """The same for the configured site."""
    site = settings.site
    return sentences(SpokenSite(site.next_place, site.desk, site.face_place))


def key_of(sentence: Sentence) -> str:
    """A name for the sentence, of small letters, digits and hyphens; no two have the same."""
    if isinstance(sentence, Sign):
        return f"sign-{PUNCTUATION.get(sentence.text, sentence.text.lower())}"
    if isinstance(sentence, Kana):
        return f"kana-{'row-' if sentence.row else ''}{ord(sentence.letter):x}"
    return f"{type(sentence).__name__.lower()}-{sentence.value.replace(' ', '-')}"


def _places(site: SpokenSite) -> dict[Sentence, str]:
    return {
        Prompt.FACE_READER: f"顔認証付きカードリーダーを、お使いください。場所は、{site.face_place}です。"
        "カードを持って行き、終わったら、この画面に、おもどりください。",
        Prompt.CONFIRMED: f"受付がすみました。{site.next_place}へ、お進みください。",
        Prompt.DESK: f"窓口で、ご確認します。{site.desk}へ、お越しください。",
    }


def _kana(offered: tuple[Group, ...]) -> Iterator[tuple[Sentence, str]]:
    """Of all that can be chosen there and from there on."""
    for group in offered:
        letter = group[0][0]
        if is_letter(group):
            yield Kana(letter), f"{TOLD_APART.get(letter, letter)}。"
        else:
            yield Kana(letter, row=True), f"{letter}行。"
            yield from _kana(choices(group))


_SIGNS: Mapping[Sentence, str] = {
    sign: f"{name}。" for sign, name in zip(SIGNS, (*LETTERS, *DIGITS, *MARKS), strict=True)
}
_KANA: Mapping[Sentence, str] = dict(_kana(ROWS))

COMMON: Mapping[Sentence, str] = {
    Prompt.START: "受診券と、マイナンバーカードか、資格確認書を、ご用意ください。"
    "画面にさわるか、1のキーで、受付が始まります。",
    Prompt.OUT_OF_ORDER: "いま、この端末では、受付できません。窓口へ、お越しください。",
    Wanted.TICKET: "受診券のバーコードを、かざしてください。または、整理番号11けたを、数字のキーで入れてください。",
    Wanted.TICKET_INSURER: "受診券の、保険者番号を、入れてください。",
    Wanted.INSURER: "保険者番号を、入れてください。8けた、または、6けたの数字です。",
    Wanted.SYMBOL: "記号を、入れてください。記号がないときや、漢字のときは、「記号がない」を、押してください。",
    Wanted.NUMBER: "番号を、入れてください。記号の次にある数字です。",
    Wanted.BRANCH: "枝番を、入れてください。番号の次にある、2けたの数字です。",
    Document.TICKET: "受診券を、見てください。",
    Document.CERTIFICATE: "資格確認書を、見てください。",
    Document.NOTICE: "資格情報のお知らせを、見てください。",
    Document.PORTAL: "マイナポータルの、保険資格の画面を、見てください。",
    Document.OLD_CARD: "むかしの健康保険証を、見てください。",
    Document.ANY: "資格確認書か、資格情報のお知らせを、見てください。",
    Prompt.BROUGHT: "どれをお持ちですか。1、マイナンバーカード。2、資格確認書。3、資格情報のお知らせ。"
    "4、スマートフォン。5、むかしの健康保険証。6、わからない。",
    Prompt.CARD: "マイナンバーカードを、リーダーに置いてください。そのまま、画面が変わるまで、お待ちください。",
    Prompt.CARD_AGAIN: "いちど、カードを取って、置きなおしてください。",
    Prompt.PIN: "マイナンバーカードの、暗証番号4けたを、入れてください。"
    "わからないときは、「暗証番号がわからない」を、押してください。",
    Prompt.FACE_CODE: "カードのおもての数字を、順に入れてください。"
    "生年月日6けた、有効期限の年4けた、セキュリティコード4けたです。",
    Prompt.BIRTHDATE: "生年月日を、入れてください。はじめに元号です。1が大正、2が昭和、3が平成、4が西暦です。"
    "次に、ねん、つき、ひを、2けたずつ。西暦の年は、4けたです。",
    NamePart.FAMILY: "みょうじの、はじめの文字を、選んでください。まず、行を選びます。"
    "ア行が1、カ行が2と、順に進み、ワ行は0です。",
    NamePart.GIVEN: "下のお名前の、はじめの文字を、選んでください。まず、行を選びます。"
    "ア行が1、カ行が2と、順に進み、ワ行は0です。",
    Prompt.INITIAL_LETTER: "次に、文字を選んでください。行のはじめの文字が1、次の文字が2です。",
    Prompt.CONFIRM: "画面のお名前と、生年月日を、お確かめください。"
    "まちがいなければ1、ちがうときは2を、押してください。",
    Prompt.REVIEW: "番号を、もういちど、お確かめください。"
    "直すところの数字を押すか、このとおりでよければ、0を押してください。",
    Prompt.CONFIRMED_FIRST_PLACE: "受付がすみました。画面に出ている場所へ、お進みください。",
    Prompt.STAFF_COMING: "職員がまいります。ここで、お待ちください。",
    Prompt.NUMBER_IS: "受付番号は、",
    Prompt.TAKE_CARD: "カードを、お取りください。",
    Prompt.TAKE_SLIP: "受付票を、お取りください。",
    Prompt.NO_SLIP: "受付票は、印刷できませんでした。この番号を、職員に、お伝えください。",
    Prompt.CARD_LEFT: "カードが、リーダーに残っています。カードを、お取りください。",
    Prompt.STILL_THERE: "まだ、ご利用中ですか。続けるときは、画面にさわるか、どれかのキーを、押してください。",
    Prompt.CHECK_ENTRY: "入れた数字を、もういちど、お確かめください。",
    Prompt.OPTIONS: "ことばと、文字と、音を、選べます。もどるときは、0を、押してください。",
    Prompt.CHOSEN: "いま、これになっています。",
    Prompt.TEST: "これは、音の試験です。聞きやすい大きさに、してください。",
    Step.CARD: "カードを読んでいます。そのまま、お待ちください。",
    Step.QUERY: "確認しています。そのまま、お待ちください。",
    Step.COLLATION: "照らし合わせています。そのまま、お待ちください。",
    Step.RECORD: "受付を記録しています。そのまま、お待ちください。",
    Step.PRINT: "受付票を印刷しています。そのまま、お待ちください。",
    Complaint.NOT_A_TICKET_CODE: "受診券のバーコードでは、ないようです。",
    Complaint.TICKET_DIGITS: "整理番号は、11けたです。",
    Complaint.SHOP_CODE: "お店のバーコードのようです。",
    Complaint.TICKET_UNCLEAR: "バーコードを、読みきれません。整理番号を、入れてください。",
    Complaint.WRONG_CARD: "マイナンバーカードでは、ないようです。",
    Complaint.CARD_SIDE: "カードを読めません。向きと、おもて、うらを、確かめてください。",
    Complaint.CARD_PULLED: "読みおわる前に、カードがはなれました。",
    Complaint.CARD_TROUBLE: "カードを、うまく読めませんでした。",
    Complaint.PIN_WRONG: "暗証番号が、ちがいます。",
    Complaint.FACE_CODE_WRONG: "カードの番号と、ちがいます。カードを見て、みっつとも、入れなおしてください。",
    OtherCard.DRIVING_LICENCE: "運転免許証のようです。",
    OtherCard.BASIC_RESIDENT_CARD: "住民基本台帳カードのようです。",
    OtherCard.RESIDENCE_CARD: "在留カードのようです。",
    OtherCard.PASSPORT: "パスポートのようです。",
    OtherCard.TRANSIT_OR_STAFF_CARD: "交通系のカードや、社員証のようです。",
    OtherCard.PAYMENT_CARD: "クレジットカードのようです。",
    OtherCard.PHONE: "スマートフォンは使えません。カードそのものを、置いてください。",
    OtherCard.UNKNOWN_GENERATION: "このカードは、読めません。職員を、呼んでください。",
    OtherCard.UNKNOWN: "ほかのカードのようです。",
    KeyName.BACK: "もどる。",
    KeyName.START_AGAIN: "はじめから。",
    KeyName.STAFF: "職員を呼ぶ。",
    KeyName.OPTIONS: "ことば、文字。",
    KeyName.CLOSE: "とじる。",
    KeyName.LARGE: "大きな文字。",
    KeyName.USUAL_LETTERS: "ふつうの文字。",
    KeyName.FURIGANA: "ふりがな。",
    KeyName.NO_FURIGANA: "ふりがなをけす。",
    KeyName.REPEAT: "もういちど聞く。",
    KeyName.VOLUME: "音の大きさ。",
    KeyName.BLACK_OUT: "画面を暗く。",
    KeyName.STAY: "つづける。",
    KeyName.MORE_TIME: "時間をのばす。",
    KeyName.END: "おわる。",
    KeyName.BEGIN: "受付をはじめる。",
    KeyName.PRINT_AGAIN: "受付票を、もういちど印刷する。",
    KeyName.YES: "はい。",
    KeyName.NO: "ちがいます。",
    KeyName.ALL_RIGHT: "このとおりです。",
    KeyName.NEXT: "つぎへ。",
    KeyName.ERASE: "けす。",
    KeyName.ERASE_ALL: "全部けす。",
    KeyName.NO_TICKET: "持っていません。",
    KeyName.NO_CARD: "カードがありません。",
    KeyName.NO_FACE: "顔認証ができません。",
    KeyName.NO_SYMBOL: "記号がない、または、漢字。",
    KeyName.NO_BRANCH: "枝番はありません。",
    KeyName.NOT_KNOWN: "わかりません。",
    KeyName.PIN_NOT_KNOWN: "暗証番号がわからない。",
    KeyName.UNSURE: "わからない。",
    KeyName.TAISHO: "大正。",
    KeyName.SHOWA: "昭和。",
    KeyName.HEISEI: "平成。",
    KeyName.WESTERN_YEARS: "西暦。",
    Brought.MY_NUMBER_CARD: "マイナンバーカード。",
    Brought.CERTIFICATE: "資格確認書。",
    Brought.NOTICE: "資格情報のお知らせ。",
    Brought.SMARTPHONE: "スマートフォン。",
    Brought.OLD_INSURANCE_CARD: "むかしの健康保険証。",
    Brought.UNSURE: "わからない、または、ない。",
    Reviewed.INSURER: "保険者番号。",
    Reviewed.SYMBOL: "記号。",
    Reviewed.NUMBER: "番号。",
    Reviewed.BRANCH: "枝番。",
    Reviewed.BIRTHDATE: "生年月日。",
    **{language: f"{name}。" for language, name in STAFF_NAMES.items()},
}
"""What is said everywhere alike."""

CLOSED_SETS: tuple[type[Enum], ...] = (
    *(Prompt, Wanted, Document, NamePart, Step, Complaint, OtherCard),
    *(KeyName, Brought, Reviewed, Language),
)
"""Every member of these has a sentence."""
