"""What to type instead of what is wrong, in Japanese: `kiosk setup` asks in it, and answers in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kiosk.settings.keys import nearest, table_with

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_NUMBER = "半角の数字で、引用符なしで入れてください"
_WHOLE_NUMBER = "小数点のない半角の数字で、引用符なしで入れてください"
_YES_NO = "true(はい)か false(いいえ)を入れてください"
_CHOICE = "次のどれかを入れてください: {expected}"
_DAY = "日付を 2026-03-31 のように入れてください"
_TIME = '時刻を "12:00" のように、引用符で囲んで入れてください'
_LIST = '["…", "…"] のように、一覧で入れてください'
_PATH = "/ から始まる場所をすべて入れてください。例: /etc/kiosk/gateway.token"
_GROUP = "この機械のグループの名前を半角で入れてください。例: kiosk-staff"

_BY_TYPE: Mapping[str, str] = {
    "missing": "この項目が要ります。config/kiosk.example.toml に説明があります",
    "model_type": "これは見出しの名前です。[{key}] とだけ書いた行を作り、その下に書いてください",
    "string_type": '"…" のように、引用符で囲んで入れてください',
    "string_too_short": "{min_length}文字以上で入れてください",
    "string_too_long": "{max_length}文字までで入れてください",
    "tuple_type": _LIST,
    "too_short": "{min_length}つ以上入れてください",
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "finite_number": _NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "greater_than": "{gt:g} より大きい数字を入れてください",
    "greater_than_equal": "{ge:g} 以上の数字を入れてください",
    "less_than": "{lt:g} より小さい数字を入れてください",
    "less_than_equal": "{le:g} 以下の数字を入れてください",
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "path_type": _PATH,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": f"{_DAY}(時刻は要りません)",
    "time_type": _TIME,
    "time_parsing": _TIME,
}
"""By pydantic's type of error; the names in braces are what it says of it."""

_BY_KEY: Mapping[str, str] = {
    "site.time_zone": "Asia/Tokyo のような地域の名前を入れてください",
    "ticket.codes": "受診券のコードの型として読めません。config/kiosk.example.toml の例を写して直してください",
    "terminal.name": "半角の小文字(a〜z)、数字、ハイフンで16文字まで入れてください。例: k01",
    "terminal.letter": "半角の大文字を1字入れてください。A から Z まで。例: A",
    "terminal.state": _PATH,
    "terminal.run": _PATH,
    "gateway": "https:// のアドレスには gateway.ca_file(ゲートウェイの証明書 ca.pem の場所)も要ります",
    "gateway.url": (
        "この端末のゲートウェイなら http://127.0.0.1:8460、別の機械なら https:// で始まるアドレスを入れてください。"
        "例: https://gateway.example:8460。ゲートウェイのない施設は「なし」"
    ),
    "gateway.token_file": _PATH,
    "gateway.ca_file": "/ から始まる場所をすべて入れてください。例: /etc/kiosk/ca.pem",
    "card.reader": (
        "リーダーの名前の一部を入れてください。記号 ( ) [ ] * + ? は . に置きかえます。1台だけなら「なし」"
    ),
    "printer.device": (
        "USBなら /dev/kiosk-printer、LANなら tcp:アドレス:9100、シリアルなら /dev/serial/by-id/… を入れてください。"
        "例: tcp:192.168.1.50:9100"
    ),
    "scanner.device": (
        "/dev/ から始まる名前を入れてください。`kiosk scanner list` で一覧が出ます。"
        "キーボードとして打つものや、ない施設は「なし」"
    ),
    "scanner.prefix": "8文字までで、数字やテンキーの記号で始まらないものにしてください",
    "voice": "静かな時間には quiet_from と quiet_until の両方が要ります。例: 12:00 と 13:00",
    "voice.folder": _PATH,
    "voice.device": "`aplay -L` で出る名前を入れてください。例: default、plughw:CARD=Device,DEV=0",
    "voice.quiet_from": _TIME,
    "voice.quiet_until": _TIME,
    "control.staff_group": _GROUP,
    "control.viewer_group": _GROUP,
    "control.metrics": _PATH,
    "serve": (
        'backend = "folders" には、serve.folder(req、res、face のあるフォルダー)と '
        "serve.institution(医療機関コード10桁)の両方が要ります"
    ),
    "serve.institution": (
        "医療機関コードを10桁の半角数字で入れてください(都道府県2桁、点数表1桁、医療機関コード7桁)。"
        "最後の数字が合わないときは、どれかの数字が違うか、入れかわっています"
    ),
    "serve.state": _PATH,
    "serve.tokens_file": _PATH,
}
"""For what a value has to be beside its type; a table alone stands for keys that need each other."""

_ELSE = "この値は使えません。config/kiosk.example.toml の説明を見て直してください"


def words_for(error: ErrorDetails) -> str:
    """One sentence for the person at the terminal: what to type instead."""
    *table, key = map(str, error["loc"]) if error["loc"] else ("",)
    if error["type"] == "extra_forbidden":
        return f"この名前の項目はありません。{_meant(table[0] if table else None, key)}"
    if words := _BY_TYPE.get(error["type"]):
        context = {name: _joined(value) for name, value in error.get("ctx", {}).items()}
        return words.format(key=key, **context)
    return _BY_KEY.get(".".join(map(str, error["loc"][:2])), _ELSE)


def words_for_no_toml(wrong: tomllib.TOMLDecodeError) -> str:
    """Where a file stops being TOML."""
    place = re.search(r"line (\d+), column (\d+)", str(wrong))
    where = f"{place[1]}行目の{place[2]}文字目" if place else "ファイルの終わり"
    return f'{where}が TOML として読めません。文字は "…" で囲み、見出しは [site] のように書いてください'


def _joined(value: object) -> object:
    return value.replace(" or ", ", ") if isinstance(value, str) else value


def _meant(table: str | None, key: str) -> str:
    if other := table_with(key):
        return f"見出し [{other}] の下に書いてください"
    if near := nearest(table, key):
        return f"{near} のことなら、そう書いてください"
    return "消すか、書き方を直してください"
