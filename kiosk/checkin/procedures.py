"""The one table of procedures: what staff are told to do for every reason code.

`title` and `note` are for the binder and the staff's own tools. `steps` are printed on the slip that the examinee
carries, so they say what to look at and never what was found: no step may tell anybody about an insurance that is
missing. A slip has room for four steps of one line each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kiosk.checkin.reasons import Reason
from kiosk.checkin.ways import Way


class Contact(Enum):
    """Whom staff call."""

    CALL_CENTRE = "オンライン資格確認等コールセンター 0800-080-4583 (月〜金 8:00-18:00、土 8:00-16:00、祝日を除く)"
    INSURER = "受診券に書いてある保険者"
    INSTALLER = "この端末の管理者"


@dataclass(frozen=True, slots=True)
class Procedure:
    """What the table holds for one code."""

    title: str
    """What happened, for staff only."""
    steps: tuple[str, ...]
    """What staff do, in order; printed on the slip."""
    settled_by: tuple[Way, ...] = ()
    """The ways that can settle it at the desk; empty when it is settled or when only a contact can."""
    contacts: tuple[Contact, ...] = ()
    note: str = ""
    """What stands behind it, for the binder alone; never printed on a slip."""


_SEEN = (Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE, Way.CERTIFICATE)
_BY_CARD = (Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE)
_WITHOUT_SYSTEM = (Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE, Way.CERTIFICATE)
_WITHOUT_CERTIFICATE_OF_CARD = (Way.CARD_AND_NOTICE, Way.CERTIFICATE)

_TAKE_TICKET = "受診券をお持ちなら受け取る。"
_COMPARE_PAPERS = "受診券とカードか資格確認書の氏名・生年月日・保険者番号を見くらべる。"
_COMPARE_PERSON = "受診券と書類の氏名・フリガナ・生年月日・性別を見くらべる。"
_OTHER_WRITING = "改姓・通称・旧字によるちがいなら、本人に確かめて記録する。"
_ASK_INSURER = "書類で決まらないときは、受診券にある保険者へ電話で確認する。"
_CONFIRM_BY_SIGHT = "この票の方法のどれかで資格を確認し、印をつける。"
_DO_NOT_WAIT = "照会を待たず、この票の方法のどれかで資格を確認し、印をつける。"
_NOTE_FOUR_ITEMS = "氏名・性別・生年月日・住所を書く。復旧後に端末が照会し、一覧に出す。"
_NO_PIN = "暗証番号は、たずねない・入力しない。顔認証か、顔写真の目視による。"
_CLOSE_TERMINAL = "この端末での受付をやめ、窓口で受け付ける。"
_NEXT_TIME = "次回はマイナ保険証か資格確認書をお持ちいただくようお願いする。"
_ASK_FOR_CARD = "マイナンバーカードか資格確認書をお持ちかたずねる。"

_ASKED_LATER = "照会は、つながってから端末が自動でやり直す。結果と時刻は一覧(kiosk ledger list)に出る。"
_TRIED_THREE_TIMES = "端末では3回まで置き直しをお願いしている。"

PROCEDURES: Mapping[Reason, Procedure] = {
    Reason.CONFIRMED_BY_CARD: Procedure("マイナンバーカードと番号照会で確認", (_TAKE_TICKET,)),
    Reason.CONFIRMED_BY_CERTIFICATE: Procedure(
        "資格確認書の番号照会で確認(⑤)", (_TAKE_TICKET, "資格確認書の有効期限と氏名をひと目確かめる。")
    ),
    Reason.CONFIRMED_BY_PORTAL: Procedure("マイナンバーカードとマイナポータル画面の番号照会で確認(③)", (_TAKE_TICKET,)),
    Reason.CONFIRMED_BY_NOTICE: Procedure("マイナンバーカードと資格情報のお知らせの番号照会で確認(④)", (_TAKE_TICKET,)),
    Reason.CONFIRMED_PROVISIONALLY: Procedure(
        "暫定の取扱い: 期限の切れた健康保険証の番号照会と受診券の照合で確認",
        (_TAKE_TICKET, _NEXT_TIME),
        note="次回のお願いは、この取扱いの条件になっている。",
    ),
    Reason.CONFIRMED_BY_FACE: Procedure(
        "顔認証付きカードリーダーで確認(①)",
        (_TAKE_TICKET,),
        note="生年月日とカナが予約名簿と同じ人の結果だけを、その受付に使っている。",
    ),
    Reason.INVALID: Procedure(
        "照会の答え: 無効",
        (
            _COMPARE_PAPERS,
            "保険が変わっていないか本人にたずね、新しい受診券があれば受け取る。",
            _ASK_INSURER,
        ),
        _SEEN,
        (Contact.INSURER,),
        note="資格を失った日が今日より後なら、今日は有効。喪失の理由が死亡なら、番号の打ちまちがいを疑う。",
    ),
    Reason.SUPERSEDED: Procedure(
        "照会の答え: 無効(新しい資格あり)",
        (
            "保険が変わっていないか、変わったならいつからか本人にたずねる。",
            "いまの保険者の受診券を確かめる。なければその保険者へ発行を頼んでいただく。",
            _ASK_INSURER,
        ),
        _SEEN,
        (Contact.INSURER,),
        note="前の保険者の受診券は使えない。いまの保険者の受診券が要る。",
    ),
    Reason.NOT_FOUND: Procedure(
        "照会の答え: 該当資格なし(多くは番号の打ちまちがい)",
        (
            "書類の保険者番号・記号・番号・枝番・生年月日を見て照会し直す。",
            _CONFIRM_BY_SIGHT,
            _ASK_INSURER,
        ),
        _SEEN,
        (Contact.INSURER,),
        note="端末では、番号の見直しを一度お願いしている。",
    ),
    Reason.SEVERAL: Procedure(
        "照会の答え: 複数該当(枝番が要る)",
        ("書類の枝番(2けた)を確かめ、枝番を入れて照会し直す。", _CONFIRM_BY_SIGHT, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
        note="端末では、枝番を一度おたずねしている。",
    ),
    Reason.PUBLIC_ASSISTANCE: Procedure(
        "照会の答え: 有効(未登録)または医療扶助",
        (_COMPARE_PAPERS, "受診券の発行元へ、今日の健診の扱いを電話で確認する。"),
        contacts=(Contact.INSURER,),
        note="医療扶助の人は特定健診の加入者ではない。市区町村の健診の券でないかも見る。",
    ),
    Reason.NOT_ONE_PERSON: Procedure(
        "有効だが、一人に決まらない答え",
        ("書類の枝番(2けた)を確かめ、枝番を入れて照会し直す。", _CONFIRM_BY_SIGHT, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER, Contact.CALL_CENTRE),
        note="資格情報が二人分以上ある、または一つもない。",
    ),
    Reason.NOT_ON_THE_DAY: Procedure(
        "資格の期間に今日が入らない",
        ("資格の取得日と有効期限を書類で確かめる。", _COMPARE_PAPERS, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
        note="取得日が今日より後、喪失日が今日以前、証の有効期限切れのどれか。",
    ),
    Reason.OTHER_SCHEME: Procedure(
        "特定健診の加入者ではない制度(後期高齢者医療など)",
        (
            "受診券の種類と発行元を確かめる。",
            "予約した健診の種類を確かめる。",
            "受診券の発行元へ、今日の健診の扱いを電話で確認する。",
        ),
        contacts=(Contact.INSURER,),
        note="後期高齢者医療の人の健診は、特定健診とは別に行われる。",
    ),
    Reason.NO_TICKET: Procedure(
        "受診券がない",
        (
            "受診券・利用券をお持ちか、もう一度たずねる。",
            "なければ予約名簿で整理番号を確かめ、保険者へ電話で確認する。",
            _CONFIRM_BY_SIGHT,
        ),
        _SEEN,
        (Contact.INSURER,),
        note="特定健診・特定保健指導は、資格と券の両方を見て判断する。券がないと受けられない。",
    ),
    Reason.OTHER_INSURER: Procedure(
        "受診券と資格の保険者番号がちがう(受診券は使えない)",
        (
            "受診券と、資格確認書などの保険者番号を見くらべる。",
            "ちがうときは、いまの保険者の受診券をお持ちかたずねる。",
            _ASK_INSURER,
        ),
        _SEEN,
        (Contact.INSURER,),
        note="保険が変わると、前の保険者の受診券は使えない。",
    ),
    Reason.TICKET_EXPIRED: Procedure(
        "受診券の有効期限が過ぎている",
        ("受診券の有効期限と、ほかの券をお持ちかを確かめる。", "保険者へ、今日の受診の扱いと再発行を電話で確認する。"),
        contacts=(Contact.INSURER,),
        note="期限の過ぎた券は使えない。端末は有効期限を名簿か券のコードから知る。",
    ),
    Reason.TICKET_YEAR: Procedure(
        "受診券の年度がちがう",
        (
            "受診券の整理番号の上2けた(年度)と有効期限を確かめる。",
            "今年度の受診券をお持ちかたずねる。",
            _ASK_INSURER,
        ),
        contacts=(Contact.INSURER,),
        note="利用券は、有効期限のうちなら年度をまたいで使えることがある。",
    ),
    Reason.TICKET_KIND: Procedure(
        "券の種類が今日の内容とちがう",
        (
            "整理番号の3けた目と予約の内容を見くらべる。",
            "1は受診券、2と3は利用券、5はセット券。",
            "合う券をお持ちかたずねる。",
            _ASK_INSURER,
        ),
        contacts=(Contact.INSURER,),
        note="2は積極的支援、3は動機付け支援の利用券。ほかの数字なら保険者へたずねる。",
    ),
    Reason.INSURED_NUMBER_DIFFERS: Procedure(
        "記号・番号・枝番が一致しない",
        (
            "受診券と書類の記号・番号・枝番を見くらべる。",
            "打ちまちがいなら、入れ直して照会する。",
            _CONFIRM_BY_SIGHT,
            _ASK_INSURER,
        ),
        _SEEN,
        (Contact.INSURER,),
        note="記号・番号のちがいだけで、資格がないとは言えない。",
    ),
    Reason.NAME_DIFFERS: Procedure(
        "氏名が一致しない",
        (_COMPARE_PERSON, _OTHER_WRITING, _CONFIRM_BY_SIGHT, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
        note="字体・長音・全角半角のちがいは、端末が同じとみなしている。",
    ),
    Reason.BIRTHDATE_DIFFERS: Procedure(
        "生年月日が一致しない",
        (_COMPARE_PERSON, "打ちまちがいなら、入れ直して照会する。", _CONFIRM_BY_SIGHT, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
        note="家族の書類や、元号の打ちまちがいのことがある。",
    ),
    Reason.SEX_DIFFERS: Procedure(
        "性別が一致しない",
        (_COMPARE_PERSON, _CONFIRM_BY_SIGHT, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
        note="本人にたずねるときは、まわりに聞こえないようにする。",
    ),
    Reason.AGE: Procedure(
        "年齢が特定健診の範囲にない",
        ("生年月日を書類で確かめる。", "受診券の発行元へ、今日の健診の扱いを電話で確認する。"),
        contacts=(Contact.INSURER,),
        note="特定健診は、年度末に40歳以上で、受診の日に75歳未満の人が受ける。",
    ),
    Reason.NOT_ME: Procedure(
        "表示された人と本人がちがうと答えた",
        (_COMPARE_PERSON, "カードや書類が家族のものでないか確かめる。", _CONFIRM_BY_SIGHT),
        _SEEN,
        note="この票に氏名は印字しない。",
    ),
    Reason.CERTIFICATE_TO_BE_SEEN: Procedure(
        "資格確認書を職員が見る",
        (
            "資格確認書の有効期限・氏名・生年月日・保険者番号を見る。",
            "受診券と見くらべ、⑤として記録する。",
            _ASK_INSURER,
        ),
        (Way.CERTIFICATE,),
        (Contact.INSURER,),
        note="設定で⑤を職員に任せているか、端末から照会できない。",
    ),
    Reason.NOTICE_TO_BE_SEEN: Procedure(
        "資格情報のお知らせを持ってきた",
        (
            "マイナンバーカードもお持ちかたずねる。",
            "カードの顔写真で本人を確かめ、お知らせと受診券を見くらべ④と記録する。",
            "カードがなければ、資格確認書をお持ちかたずねる。",
            _ASK_INSURER,
        ),
        (Way.CARD_AND_NOTICE, Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CERTIFICATE),
        (Contact.INSURER,),
        note="資格情報のお知らせだけでは資格を確認できない。",
    ),
    Reason.SMARTPHONE: Procedure(
        "スマートフォンで確認したい",
        (
            "マイナンバーカードもお持ちかたずねる。",
            "本人のスマートフォンで、マイナポータルの保険資格画面を開いていただく。",
            "カードの顔写真で本人を確かめ、画面と受診券を見くらべ③と記録する。",
            "カードがなければ、資格確認書をお持ちかたずねる。",
        ),
        (Way.CARD_AND_PORTAL, Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_NOTICE, Way.CERTIFICATE),
        (Contact.INSURER,),
        note="スマートフォンだけで確認できるのは、対応リーダーのある①に限る。画面の写しは使わない。",
    ),
    Reason.OLD_INSURANCE_CARD: Procedure(
        "従来の健康保険証を持ってきた",
        (
            _ASK_FOR_CARD,
            "なければ、受診券にある保険者へ今日の扱いを電話で確認する。",
            _NEXT_TIME,
        ),
        _SEEN,
        (Contact.INSURER,),
        note="従来の健康保険証は、令和7年12月1日までにすべて期限が切れた。単独では確認できない。",
    ),
    Reason.CARD_TO_BE_SEEN: Procedure(
        "マイナンバーカードの確認を職員が行う",
        ("カードの顔写真で本人を確かめ、受診券と見くらべる。", _CONFIRM_BY_SIGHT),
        _BY_CARD,
        note="設定でカードの確認を職員に任せているか、端末から照会できない。",
    ),
    Reason.ASK_INSURER: Procedure(
        "暫定の取扱い: 期限の切れた健康保険証(端末から照会できない)",
        (
            _ASK_FOR_CARD,
            "なければ、受診券にある保険者へ電話で資格をたずねる。",
            "答えと受診券を見くらべ、保険者への確認として記録する。",
            _NEXT_TIME,
        ),
        (*_SEEN, Way.PROVISIONAL_INSURER),
        (Contact.INSURER,),
        note="電話の日時と、答えた人を記録する。",
    ),
    Reason.PROVISIONAL_TO_BE_SEEN: Procedure(
        "暫定の取扱い: 番号照会と受診券の照合は一致(職員が見る)",
        (
            "健康保険証と受診券の氏名・生年月日・保険者番号を見くらべる。",
            "合っていれば、番号照会として記録する。",
            _NEXT_TIME,
        ),
        (Way.PROVISIONAL_ONLINE, *_SEEN),
        note="次回のお願いは、この取扱いの条件になっている。",
    ),
    Reason.FACE_TO_BE_SEEN: Procedure(
        "顔認証付きカードリーダーの結果は一致(職員が見る)",
        ("①の画面の氏名・生年月日・保険者番号を受診券と見くらべる。", "合っていれば、①として記録する。", _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
        note="設定で①を職員に任せている(site.allow_unattended に face がない)。",
    ),
    Reason.NOT_A_MY_NUMBER_CARD: Procedure(
        "マイナンバーカードではないカードだった",
        ("お持ちのカードと書類を見せていただく。", _ASK_FOR_CARD, _CONFIRM_BY_SIGHT),
        _SEEN,
        note=_TRIED_THREE_TIMES,
    ),
    Reason.CARD_UNREADABLE: Procedure(
        "カードを読み取れなかった",
        ("カードをケースから出し、①か②があれば読み直す。", "読めなければ③④⑤のどれかで資格を確認し、印をつける。"),
        _SEEN,
        note=f"{_TRIED_THREE_TIMES}ICの故障なら、市区町村での再交付を案内する。",
    ),
    Reason.CARD_PULLED: Procedure(
        "読み取りの途中でカードが抜かれた",
        ("①か②があれば、カードを置いたまま読む。", "読めなければ③④⑤のどれかで資格を確認し、印をつける。"),
        _SEEN,
        note=_TRIED_THREE_TIMES,
    ),
    Reason.LAST_TRY: Procedure(
        "暗証番号の残り回数が1回(カードを守るため送らない)",
        (_NO_PIN, _CONFIRM_BY_SIGHT),
        _SEEN,
        note="あと1回まちがえるとロックされるため、端末は暗証番号を送らない。",
    ),
    Reason.PIN_LOCKED: Procedure(
        "暗証番号がロックされている",
        (_NO_PIN, _CONFIRM_BY_SIGHT, "暗証番号の手続きは、市区町村の窓口でできると案内する。"),
        _SEEN,
        note="暗証番号は、3回つづけてまちがえるとロックされる。",
    ),
    Reason.PIN_UNKNOWN: Procedure(
        "暗証番号がわからない",
        (_NO_PIN, _CONFIRM_BY_SIGHT, "暗証番号の手続きは、市区町村の窓口でできると案内する。"),
        _SEEN,
        note="暗証番号のないカード(顔認証マイナンバーカード)のことがある。",
    ),
    Reason.PHONE_OR_NEW_CARD: Procedure(
        "スマートフォンのカード、または知らない種類のカード",
        ("プラスチックのマイナンバーカードをお持ちかたずねる。", _CONFIRM_BY_SIGHT),
        _SEEN,
        note="スマートフォンのカードは、対応リーダーのある①でだけ使える。",
    ),
    Reason.CERTIFICATE_EXPIRED: Procedure(
        "電子証明書が資格確認に使える期間を過ぎている",
        (
            "カードの電子証明書の期限を本人と確かめる。",
            "更新は市区町村の窓口でできると案内する。",
            "④か⑤で資格を確認し、印をつける。",
            _ASK_INSURER,
        ),
        _WITHOUT_CERTIFICATE_OF_CARD,
        (Contact.INSURER,),
        note="期限の月の末日から3か月までは使える。過ぎると①②は使えず、マイナポータル(③)も開けない。",
    ),
    Reason.FACE_NOT_FOUND: Procedure(
        "顔認証付きカードリーダーの結果が来なかった",
        (
            "①の画面に本人の結果が出ていれば、受診券と見くらべ①と記録する。",
            "出ていなければ、①をいっしょにやり直す。",
            _NO_PIN,
            _CONFIRM_BY_SIGHT,
        ),
        _SEEN,
        note="時間切れ、名簿と結果のカナのちがい、リーダーかゲートウェイの不調のどれか。端末は別の人の結果を使わない。",
    ),
    Reason.FACE_AMBIGUOUS: Procedure(
        "顔認証付きカードリーダーの結果が一つに決まらなかった",
        (
            "①の画面の氏名・生年月日・保険者番号を受診券と見くらべる。",
            "本人のものと確かめられた結果だけを、①として記録する。",
            _CONFIRM_BY_SIGHT,
        ),
        _SEEN,
        note="同じ人が二度読んだか、同じ生年月日とカナの人がほかの端末でも待っていた。",
    ),
    Reason.UNREACHABLE: Procedure(
        "照会の窓口(ゲートウェイ)につながらない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER, Contact.CALL_CENTRE),
        note=_ASKED_LATER,
    ),
    Reason.TIMED_OUT: Procedure(
        "照会の答えが時間内に来ない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER, Contact.CALL_CENTRE),
        note=_ASKED_LATER,
    ),
    Reason.SERVER_ERROR: Procedure(
        "照会の窓口(ゲートウェイ)の障害",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER,),
        note=_ASKED_LATER,
    ),
    Reason.GARBAGE: Procedure(
        "照会の答えを読めない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER,),
        note=_ASKED_LATER,
    ),
    Reason.REFUSED: Procedure(
        "照会の窓口(ゲートウェイ)がこの端末または照会を受け付けない",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _SEEN,
        (Contact.INSTALLER,),
        note=f"端末の鍵(トークン)の期限切れのことがある。{_ASKED_LATER}",
    ),
    Reason.SYSTEM_FAILED: Procedure(
        "オンライン資格確認等システムが異常終了を返した",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _WITHOUT_SYSTEM,
        (Contact.CALL_CENTRE,),
        note=f"①②も同じシステムにたずねるので、使えないことが多い。{_ASKED_LATER}",
    ),
    Reason.STILL_PROCESSING: Procedure(
        "オンライン資格確認等システムが処理中のまま",
        (_DO_NOT_WAIT, _NOTE_FOUR_ITEMS),
        _WITHOUT_SYSTEM,
        (Contact.CALL_CENTRE,),
        note=f"①②も同じシステムにたずねるので、使えないことが多い。{_ASKED_LATER}",
    ),
    Reason.NOT_READY: Procedure(
        "この端末の準備ができていない(設定・鍵・フォント・名簿)",
        (_CLOSE_TERMINAL, "管理者に kiosk status と記録(log)を見てもらう。"),
        _SEEN,
        (Contact.INSTALLER,),
        note="票は出ない。端末は10秒ごとに試し、準備ができれば受付に戻る。",
    ),
    Reason.NO_READER: Procedure(
        "カードリーダーが使えない",
        ("カードリーダーの線と電源を確かめる。", _CONFIRM_BY_SIGHT),
        _SEEN,
        (Contact.INSTALLER,),
        note="カードを使わない受付(⑤など)は、この端末で続けられる。",
    ),
    Reason.NO_RECORD: Procedure(
        "記録する場所(ディスク)に書けない",
        (_CLOSE_TERMINAL, "管理者にディスクの空きを確かめてもらう。"),
        _SEEN,
        (Contact.INSTALLER,),
        note="番号も票も出ない。本人は窓口へ案内されている。書けるようになれば受付に戻る。",
    ),
    Reason.UNSURE: Procedure(
        "何を持ってきたかわからない、または何もない",
        (
            _ASK_FOR_CARD,
            "次に、資格情報のお知らせとスマートフォンをたずねる。",
            _CONFIRM_BY_SIGHT,
            "何もなければ、受診券にある保険者へ電話で確認する。",
        ),
        _SEEN,
        (Contact.INSURER,),
    ),
    Reason.STAFF_CALLED: Procedure(
        "本人が職員を呼んだ", ("困っていることをたずね、いっしょに手続きする。", _CONFIRM_BY_SIGHT), _SEEN
    ),
    Reason.NUMBERS_UNKNOWN: Procedure(
        "番号がわからない",
        ("書類の保険者番号・記号・番号・枝番を見て、職員が照会する。", _CONFIRM_BY_SIGHT, _ASK_INSURER),
        _SEEN,
        (Contact.INSURER,),
        note="資格確認書・資格情報のお知らせ・マイナポータルのどれにも番号がある。",
    ),
    Reason.WALKED_AWAY: Procedure(
        "操作の途中で席をはなれた(カードが残っているとき)",
        ("リーダーに残ったカードを預かり、持ち主を呼び出す。", "顔写真で本人を確かめてから返し、受付をやり直す。"),
        _SEEN,
        note="引き取りがなければ、施設の忘れ物の手順による。カードがなければ記録は残らない。",
    ),
    Reason.NOT_ON_ROSTER: Procedure(
        "予約名簿に見あたらない",
        (
            "氏名・フリガナ・生年月日・整理番号で名簿を探す。",
            "なければ予約の日と場所を本人にたずねる。",
            "今日受けられるか責任者に確かめる。",
            _CONFIRM_BY_SIGHT,
        ),
        _SEEN,
        note="改姓や読みのちがい、名簿の取り込み忘れに注意する。",
    ),
    Reason.SEVERAL_ON_ROSTER: Procedure(
        "予約名簿に候補が二人以上いる",
        ("氏名・生年月日・住所を書類で確かめ、名簿のどの行か決める。", _CONFIRM_BY_SIGHT),
        _SEEN,
        note="同姓同名で同じ生年月日の人や、二重の予約のことがある。",
    ),
    Reason.TOO_EARLY: Procedure(
        "予約の時刻よりかなり早い",
        ("名簿の時刻を確かめる。", "受け付けるか、時刻までお待ちいただくかを決める。", _CONFIRM_BY_SIGHT),
        _SEEN,
        note="何分前から受け付けるかは、設定(roster.earliest_minutes)による。",
    ),
    Reason.OTHER_DAY: Procedure(
        "予約が別の日になっている",
        (
            "名簿の日付と予約票を見くらべる。",
            "今日受けられるか責任者に確かめる。できなければ予約を取り直す。",
            _CONFIRM_BY_SIGHT,
        ),
        _SEEN,
    ),
}
