"""Furigana: how the kanji of the messages are read, easy Japanese among them, word by word as they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TABLE = """
年 とし  月 つき  日 ひ  日付 ひづけ  元年 がんねん
生年月日 せいねんがっぴ  生ま う  生 うまれ  時間 じかん  元号 げんごう  西暦 せいれき
大正 たいしょう  昭和 しょうわ  平成 へいせい  令和 れいわ  有効期限 ゆうこうきげん  有効 ゆうこう
受診券 じゅしんけん  受付票 うけつけひょう  受付 うけつけ  予約 よやく  窓口 まどぐち  職員 しょくいん
端末 たんまつ  資格確認書 しかくかくにんしょ  資格情報 しかくじょうほう  資格 しかく
保険資格画面 ほけんしかくがめん  保険者番号 ほけんしゃばんごう  保険者 ほけんしゃ  保険証 ほけんしょう
健康保険証 けんこうほけんしょう  保険 ほけん  整理番号 せいりばんごう  暗証番号 あんしょうばんごう  番号 ばんごう
記号 きごう  枝番 えだばん  数字 すうじ  漢字 かんじ  文字 もじ  氏名 しめい  名前 なまえ  姓 せい  名 めい  下 した
本人 ほんにん  行 ぎょう  行き い  運転免許証 うんてんめんきょしょう  住民基本台帳 じゅうみんきほんだいちょう
在留 ざいりゅう  交通系 こうつうけい  社員証 しゃいんしょう  電子証明書 でんししょうめいしょ  顔認証 かおにんしょう
顔認証付 かおにんしょうつ  顔写真 かおしゃしん  市区町村 しくちょうそん  場所 ばしょ  店 みせ  紙 かみ
書類 しょるい  画面 がめん  内容 ないよう  音 おと  切 きり  確認 かくにん  照会 しょうかい  記録 きろく
印刷 いんさつ  準備 じゅんび  用意 ようい  利用中 りようちゅう  休止 きゅうし  更新時期 こうしんじき  更新 こうしん
入力 にゅうりょく  練習用 れんしゅうよう  次回 じかい  次 つぎ  前 まえ  今 いま  済 すみ  全部 ぜんぶ
総合 そうごう  健診 けんしん
一度 いちど  先 さき  横 よこ  上 うえ  左 ひだり  右 みぎ  人 ひと  方 かた  入 い  入る はい  終 お  取 と  合 あ
向 む  呼 よ  変 か  多 おお  大 おお  届 とど  待 ま  手伝 てつだ  押 お  持 も  残 のこ  消 け  渡 わた  照 て
直 なお  知 し  確 たし  置 お  聞 き  見 み  読 よ  越 こ  進 すす  選 えら  暗 くら  伝 つた  使 つか  切り き
切っ き  文 ぶん
機械 きかい  顔 かお  写真 しゃしん  電車 でんしゃ  会社 かいしゃ  住基 じゅうき  市役所 しやくしょ  本物 ほんもの
練習 れんしゅう  来て き  来ま き  来た き  出し だ  出す だ  出ま で  言 い  同 おな  早 はや  休 やす  新 あたら
正 ただ  時で とき  行っ い
"""
"""Words and their readings; kana behind tell which reading is meant."""

_COUNTERS = """
年 ねん  月 がつ  日 にち  時 じ  分 ふん  秒 びょう  回 かい  階 かい  人 にん  枚 まい  番 ばん
"""
"""Behind a figure."""

_COUNTED = """
1日 ついたち  2日 ふつか  3日 みっか  4日 よっか  5日 いつか  6日 むいか  7日 なのか  8日 ようか  9日 ここのか
10日 とおか  14日 じゅうよっか  17日 じゅうしちにち  19日 じゅうくにち  20日 はつか  24日 にじゅうよっか
27日 にじゅうしちにち  29日 にじゅうくにち  4月 しがつ  7月 しちがつ  9月 くがつ  1人 ひとり  2人 ふたり
4人 よにん  3階 さんがい  1つ ひとつ  2つ ふたつ  3つ みっつ  4つ よっつ  5つ いつつ  6つ むっつ  7つ ななつ
8つ やっつ  9つ ここのつ
*4年 よねん  *4時 よじ  *7時 しちじ  *9時 くじ
*1分 いっぷん  *3分 さんぷん  *4分 よんぷん  *6分 ろっぷん  *8分 はっぷん
*0分 じゅっぷん  10分 じゅっぷん  00分 れいふん
"""
"""Figures that are read in a way of their own with what they count; `*` stands for whatever figures are before."""


def _pairs(table: str) -> dict[str, str]:
    return {word: kana for line in table.splitlines() for word, kana in re.findall(r"(\S+) (\S+)", line)}


READINGS, COUNTERS, COUNTED = _pairs(_TABLE), _pairs(_COUNTERS), _pairs(_COUNTED)
_KANJI = re.compile(r"[一-鿿々]+")
_NUMBER = re.compile(r"(?P<figures>[0-9]+)(?P<unit>[一-鿿つ])")
_LONGEST = max(map(len, READINGS))


def read(text: str) -> Iterator[tuple[str, str]]:
    """The text in parts, each with its reading in hiragana; kana, and words that no message has, are without one.

    What a site names itself (「正面入口」) has readings only where all of it is known: none is better than a wrong one.
    """
    plain, place = "", 0
    while place < len(text):
        for part, kana in _parts_at(text, place):
            place += len(part)
            if not kana:
                plain += part
                continue
            if plain:
                yield plain, ""
            plain = ""
            yield part, kana
    if plain:
        yield plain, ""


def _parts_at(text: str, place: int) -> list[tuple[str, str]]:
    """What stands there: a figure with what it counts, kanji up to the next kana, or one sign."""
    if number := _NUMBER.match(text, place):
        return _number(number["figures"], number["unit"])
    run = _KANJI.match(text, place)
    if run is None:
        return [(text[place], "")]
    kanji = run.group()
    if len(kanji) > 1:
        return _compound(kanji)
    for end in range(place + _LONGEST, place, -1):
        if kana := READINGS.get(text[place:end]):
            return [(kanji, kana)]
    return [(kanji, "")]


def _number(figures: str, unit: str) -> list[tuple[str, str]]:
    """「5日」 has one reading for both, 「24年」 one for 「4年」, 「38年」 one for what is counted."""
    if kana := COUNTED.get(figures + unit):
        return [(figures + unit, kana)]
    if kana := COUNTED.get(f"*{figures[-1]}{unit}"):
        return [(figures[:-1], ""), (figures[-1] + unit, kana)]
    return [(figures, ""), (unit, COUNTERS.get(unit, ""))]


def _compound(kanji: str) -> list[tuple[str, str]]:
    """Words of two kanji and more beside each other; if one of them is not known, none is read."""
    words, place = [], 0
    while place < len(kanji):
        ends = (end for end in range(len(kanji), place + 1, -1) if kanji[place:end] in READINGS)
        end = next(ends, 0)
        if not end:
            return [(kanji, "")]
        words.append((kanji[place:end], READINGS[kanji[place:end]]))
        place = end
    return words
