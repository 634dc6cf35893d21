"""What the guide says, as data: portals, stages and settings, in our own words from the notice and its leaflets.

What the leaflets leave to their links (models of devices, manuals of the portals) is left to them here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kiosk.notice.facts import SUBSIDY_UNTIL


class Kind(Enum):
    """The kinds of institution that the notice has a leaflet for."""

    MEDICAL = "medical"
    """保険医療機関(医科)."""
    OTHER = "other"
    """保険医療機関(歯科), pharmacies, all that are no 保険医療機関, insurers."""


@dataclass(frozen=True, slots=True)
class Institution:
    """A kind of institution."""

    name: str
    members: str
    portal: str


INSTITUTIONS: Mapping[Kind, Institution] = {
    Kind.MEDICAL: Institution("医科", "医科の保険医療機関", "医療機関等向け総合ポータルサイト"),
    Kind.OTHER: Institution(
        "医科のほか",
        "歯科の保険医療機関、薬局、保険医療機関でない施設、保険者",
        "施術所等向け総合ポータルサイト",
    ),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `{portal}` stands for the institution's portal."""

    text: str
    last: date | None = None
    """The last day on which it can be done; None: any day."""
    after: str = ""
    """What is said from the next day on."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of bringing in way ②."""

    title: str
    tasks: tuple[Task, ...]


STAGES = (
    Stage(
        "端末を選ぶ",
        (
            Task("パソコンかタブレットに汎用カードリーダーをつなぐか、カードを読めるモバイル端末を使う。"),
            Task("買う前に、リーフレットの案内先で対象の機種を確かめる。"),
            Task(
                "補助金を申請するなら、領収書をとっておく。",
                SUBSIDY_UNTIL,
                "補助金の申請は終わったので、領収書を出す先はない。",
            ),
        ),
    ),
    Stage(
        "利用を申請する",
        (
            Task("{portal}でユーザー登録をする。登録があれば要らない。"),
            Task("{portal}にログインし、利用開始申請をする。"),
            Task("受付完了のメールを待つ。2日から1週間ほどかかる。"),
        ),
    ),
    Stage(
        "アプリを入れる",
        (
            Task("「マイナ資格確認アプリ」を入れる。Android・Windows・iOS のアプリストアにある。"),
            Task("アプリの案内のとおりに端末を登録し、使えるようにする(アクティベーション)。"),
            Task("職員のマイナンバーカードで、画面に保険資格が出るか試す。"),
        ),
    ),
    Stage(
        "補助金を申請する",
        (
            Task(
                "導入費の4分の3(最大3.1万円)の補助を、{portal}で申請する。",
                SUBSIDY_UNTIL,
                "導入費の4分の3(最大3.1万円)の補助は、申請の受付が終わった。",
            ),
        ),
    ),
)

LIMITS = (
    "②で分かるのは保険資格だけ。診療・薬剤・特定健診などの情報は見られない。",
    "①がある施設でも、別棟の健診センターやバス健診で②を使える。",
    "保険医療機関でない施設も、②を任意で導入できる。",
    "この受付端末にはアプリを入れられない。②は、職員が別の端末で使う。",
)
"""What to know of way ② before buying anything."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the site's own configuration that belongs to the ways."""

    section: str
    key: str
    when: str
    """When it is set to true."""


SETTINGS = (
    Setting("site", "face_reader", "①の顔認証付きカードリーダーがある。"),
    Setting("site", "limited_app", "②の端末の登録が済んだ。"),
    Setting("provisional", "agreed", "契約の当事者が暫定の取扱いに合意した。"),
)
