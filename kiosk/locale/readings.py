"""Furigana: how the kanji of the messages are read, easy Japanese among them, word by word as they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TABLE = """
#年 ねん  #月 がつ  #日 にち  #時 じ  #分 ふん  #回 かい  #本 ほん  年 ねん  年は とし  月 つき  日 ひ  日付 ひづけ
生年月日 せいねんがっぴ  生 う  時間 じかん  秒 びょう  分 ふん  時 じ  元号 げんごう  西暦 せいれき
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
入力 にゅうりょく  練習用 れんしゅうよう  次回 じかい  次 つぎ  前 まえ  今 いま  済 すみ  全部 ぜんぶ  回 かい
一度 いちど  先 さき  横 よこ  上 うえ  左 ひだり  右 みぎ  人 ひと  方 かた  入 い  入る はい  終 お  取 と  合 あ
向 む  呼 よ  変 か  多 おお  大 おお  届 とど  待 ま  手伝 てつだ  押 お  持 も  残 のこ  消 け  渡 わた  照 て
直 なお  知 し  確 たし  置 お  聞 き  見 み  読 よ  越 こ  進 すす  選 えら  暗 くら  伝 つた  使 つか  切り き
切っ き  文 ぶん
機械 きかい  顔 かお  写真 しゃしん  電車 でんしゃ  会社 かいしゃ  住基 じゅうき  市役所 しやくしょ  本物 ほんもの
練習 れんしゅう  来て き  来ま き  来た き  出し だ  出す だ  出ま で  言 い  同 おな  早 はや  休 やす  新 あたら
正 ただ  時で とき  行っ い
"""
"""Words and their readings; `#` stands for a figure before, and kana behind tell which reading is meant."""

READINGS = {word: kana for line in _TABLE.splitlines() for word, kana in re.findall(r"(\S+) (\S+)", line)}
_KANJI = re.compile(r"[一-鿿々]")
_LONGEST = max(map(len, READINGS))


def read(text: str) -> Iterator[tuple[str, str]]:
    """The text in parts, each with its reading in hiragana; kana, and kanji that no message has, are without one."""
    plain, place = "", 0
    while place < len(text):
        word, kana = _word_at(text, place)
        if not kana:
            plain += word
        else:
            if plain:
                yield plain, ""
                plain = ""
            yield word, kana
        place += len(word)
    if plain:
        yield plain, ""


def _word_at(text: str, place: int) -> tuple[str, str]:
    """The longest known word there, without the kana behind it, and its reading; else one sign."""
    if not _KANJI.match(text[place]):
        return text[place], ""
    marked = "#" if place and text[place - 1].isdigit() else ""
    for mark in (marked, ""):
        for end in range(min(len(text), place + _LONGEST), place, -1):
            if kana := READINGS.get(mark + text[place:end]):
                kanji = re.match(r"[一-鿿々]+", text[place:end])
                return (kanji.group() if kanji else text[place], kana)
    return text[place], ""
