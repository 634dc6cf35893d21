"""The notice's ways, days and contacts.

「特定健康診査・特定保健指導における保険資格確認等について」 (厚生労働省保険局, October 2025) with its leaflets for
保険医療機関(医科) and for all others. Who confirms the person on each way follows the ministry's pages on マイナ保険証.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.checkin.policy import PROVISIONAL_UNTIL
from kiosk.checkin.wareki import to_wareki
from kiosk.checkin.ways import Way
from kiosk.printout.document import Line

SOURCE = "厚生労働省保険局の通知「特定健康診査・特定保健指導における保険資格確認等について」(令和7年10月)とリーフレット"
TEXT_OF = date(2026, 11, 22)
"""The day on which our words were last compared with the notice."""
LAST_OLD_CARD = date(2025, 12, 1)
"""The last day of the last 健康保険証."""
SUBSIDY_UNTIL = date(2026, 1, 15)
"""The last day for applying for the subsidy."""


@dataclass(frozen=True, slots=True)
class WayFacts:
    """What one way needs."""

    name: str
    """The way's name in the notice."""
    short: str
    """The same where there is little room."""
    shown: str
    """What the examinee shows."""
    person: str
    """How it is seen that it is the same person."""
    needed: str
    """What the facility needs."""


WAYS: Mapping[Way, WayFacts] = {
    Way.FACE_READER: WayFacts(
        "① オンライン資格確認(既存型)",
        "① 既存型(顔認証)",
        "マイナンバーカード",
        "顔認証・暗証番号・目視のどれか",
        "顔認証付きカードリーダー",
    ),
    Way.LIMITED_APP: WayFacts(
        "② オンライン資格確認(資格確認限定型)",
        "② 資格確認限定型",
        "マイナンバーカード",
        "暗証番号か目視",
        "マイナ資格確認アプリを入れて登録した端末",
    ),
    Way.CARD_AND_PORTAL: WayFacts(
        "③ マイナンバーカードと、マイナポータルの保険資格画面",
        "③ カードとマイナポータル",
        "マイナンバーカードと、本人のスマートフォンの画面",
        "カードの顔写真",
        "なし(職員が見る)",
    ),
    Way.CARD_AND_NOTICE: WayFacts(
        "④ マイナンバーカードと、資格情報のお知らせ",
        "④ カードとお知らせ",
        "マイナンバーカードと、資格情報のお知らせ",
        "カードの顔写真",
        "なし(職員が見る)",
    ),
    Way.CERTIFICATE: WayFacts(
        "⑤ 資格確認書", "⑤ 資格確認書", "資格確認書", "資格確認書の氏名・生年月日", "なし(職員が見る)"
    ),
    Way.PROVISIONAL_ONLINE: WayFacts(
        "暫定 番号での照会",
        "暫定 番号での照会",
        "期限の切れた健康保険証と受診券",
        "受診券との照合",
        "契約当事者間の合意と、番号で照会する手段",
    ),
    Way.PROVISIONAL_INSURER: WayFacts(
        "暫定 保険者への照会",
        "暫定 保険者への照会",
        "期限の切れた健康保険証と受診券",
        "受診券との照合",
        "契約当事者間の合意",
    ),
}
"""The ways that the notice knows; the kiosk's own query with the card and the desk are not among them."""

PROVISIONAL = (Way.PROVISIONAL_ONLINE, Way.PROVISIONAL_INSURER)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Who answers which questions."""

    about: str
    who: str
    how: str


MINISTRY = "厚生労働省保険局 医療介護連携政策課"
ENQUIRIES = (
    Enquiry(
        "端末・アプリ・利用申請の質問",
        "オンライン資格確認等コールセンター",
        "0800-080-4583(通話無料) 月〜金 8:00-18:00、土 8:00-16:00、祝日を除く",
    ),
    Enquiry(
        "特定健診・特定保健指導での資格確認の質問",
        f"{MINISTRY} 医療費適正化対策推進室",
        "03-5253-1111(内線3180) tekiseika01@mhlw.go.jp",
    ),
    Enquiry(
        "オンライン資格確認等システムの導入の質問",
        f"{MINISTRY} 保険データ企画室",
        "03-5253-1111(内線3126) suisin@mhlw.go.jp",
    ),
)


def until(text: str, last: date, today: date, after: str | None = None) -> Line:
    """The words with the day to which they hold; from the next day on marked as over, with the words that then hold."""
    if today <= last:
        return Line(text, f"{to_wareki(last)}まで")
    return Line(text if after is None else after, f"{to_wareki(last)}で終了")


def since(text: str, last: date, today: date, before: str) -> Line:
    """Like `until` for what begins when something else is over: `before` holds up to `last`, `text` from then on."""
    if today <= last:
        return Line(before, f"{to_wareki(last)}まで")
    return Line(text, f"{to_wareki(last + timedelta(days=1))}から")


def old_card(today: date) -> Line:
    """What a 健康保険証 is worth on that day."""
    return since(
        "従来の健康保険証は、すべて期限が切れている。マイナ保険証か資格確認書で確認する。",
        LAST_OLD_CARD,
        today,
        "従来の健康保険証は、書いてある期限まで使える。期限を見る。",
    )


def provisional(today: date, last: date = PROVISIONAL_UNTIL) -> Line:
    """The provisional rule on that day; `last` is the site's last day."""
    return until(
        "期限の切れた健康保険証の人は、番号で照会するか保険者にたずねる。その答えを受診券・利用券と照合する。",
        last,
        today,
        "期限の切れた健康保険証の人を、番号の照会や保険者への照会で確認する取扱いは終わった。",
    )
