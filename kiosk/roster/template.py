"""An example of a roster file with invented people, to be filled in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date

from kiosk.checkin.ticket import fiscal_year
from kiosk.checkin.wareki import to_wareki
from kiosk.roster.columns import Column


def template(day: date) -> str:
    """CSV with a Japanese header and a few appointments of that day: every spelling, and what may be left out."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(column.japanese for column in Column)
    rows.writerows([cells.get(column, "") for column in Column] for cells in _examples(day))
    return text.getvalue()


def _examples(day: date) -> Iterator[Mapping[Column, str]]:
    year = fiscal_year(day)
    number, expires = f"{year % 100:02}1{{:08}}", date(year + 1, 3, 31)
    yield {
        Column.DAY: f"{day:%Y/%m/%d}",
        Column.TIME: "9:00",
        Column.TICKET_NUMBER: number.format(90000001),
        Column.NAME: "記入　太郎",
        Column.KANA: "キニュウ　タロウ",
        Column.BIRTHDATE: "1970/01/02",
        Column.SEX: "男",
        Column.INSURER_NUMBER: "06132013",
        Column.SYMBOL: "12-3",
        Column.NUMBER: "4567",
        Column.BRANCH: "01",
        Column.EXPIRES: f"{expires:%Y/%m/%d}",
        Column.COURSE: "特定健診・胃がん検診",
        Column.FIRST_PLACE: "2階 採血",
    }
    yield {
        Column.DAY: to_wareki(day),
        Column.TIME: "9時30分",
        Column.TICKET_NUMBER: number.format(90000002),
        Column.NAME: "記入　花子",
        Column.KANA: "ｷﾆｭｳ ﾊﾅｺ",
        Column.BIRTHDATE: "昭和41年5月17日",
        Column.SEX: "女",
        Column.INSURER_NUMBER: "138057",
        Column.NUMBER: "98765",
        Column.EXPIRES: to_wareki(expires),
        Column.COURSE: "特定健診",
    }
    yield {
        Column.DAY: f"{day:%Y%m%d}",
        Column.NAME: "記入　一郎",
        Column.KANA: "キニュウ　イチロウ",
        Column.BIRTHDATE: "S36.11.30",
        Column.COURSE: "人間ドック(受診券なし)",
        Column.FIRST_PLACE: "1階 受付",
    }
    yield {Column.TICKET_NUMBER: number.format(90000004)}
