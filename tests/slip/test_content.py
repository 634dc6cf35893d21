"""What stands on a slip, and what never does."""

from __future__ import annotations

import dataclasses
from datetime import date, time
from itertools import product

import pytest

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.collation import Field, Finding, Presented, Source
from kiosk.checkin.outcome import Hint
from kiosk.checkin.person import Person, Sex
from kiosk.checkin.policy import Capabilities
from kiosk.checkin.procedures import PROCEDURES
from kiosk.checkin.reasons import Reason
from kiosk.checkin.ticket import Ticket, TicketNumber
from kiosk.checkin.ways import Way
from kiosk.locale.hints import HINTS
from kiosk.settings import Settings, SlipName
from kiosk.slip.content import SlipContent, SlipSite, slip_content
from tests.slip.people import BOOKED, HANAKO, TICKET, a_site, a_visit

NEVER_SAID = (
    "無効",
    "資格がありません",
    "資格がない",
    "資格なし",
    "該当なし",
    "加入していない",
    "喪失",
    "失効",
    "未加入",
    "保険に入っていない",
    "not insured",
    "uninsured",
    "invalid",
)
ALL_FINDINGS = tuple(Finding(field, (Source.TICKET, Source.ANSWER)) for field in Field)


def everything(content: SlipContent) -> str:
    """All words of a slip."""
    said: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            said.append(value)
        elif isinstance(value, tuple):
            for part in value:
                collect(part)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                collect(getattr(value, field.name))

    collect(content)
    return "\n".join(said)


def examinee_part(content: SlipContent) -> str:
    """The words above the line."""
    nothing = dataclasses.replace(
        content.staff,
        code="",
        way="",
        reads="",
        booked="",
        fields=(),
        steps=(),
        settled_by=(),
        contacts=(),
        four_items=(),
    )
    return everything(dataclasses.replace(content, staff=nothing))


@pytest.mark.parametrize("reason", Reason)
def test_no_slip_says_that_an_insurance_is_missing(reason: Reason) -> None:
    for way, simulator in product(Way, (False, True)):
        visit = a_visit(reason, way, findings=ALL_FINDINGS, hints=tuple(Hint))
        said = everything(slip_content(visit, a_site(simulator=simulator)))
        assert [words for words in NEVER_SAID if words in said] == []


@pytest.mark.parametrize("reason", Reason)
def test_the_title_that_tells_why_is_not_printed(reason: Reason) -> None:
    said = everything(slip_content(a_visit(reason), a_site()))
    assert PROCEDURES[reason].title not in said


def test_every_desk_slip_reads_the_same_above_the_line() -> None:
    desks = [reason for reason in Reason if not reason.confirms]
    with_name = {
        examinee_part(slip_content(a_visit(reason, findings=ALL_FINDINGS), a_site()))
        for reason in desks
        if reason not in (Reason.NOT_ME, Reason.WALKED_AWAY, Reason.STAFF_CALLED)
    }
    assert len(with_name) == 1
    assert "窓口でご確認します" in with_name.pop()


def test_who_called_staff_waits_at_the_kiosk() -> None:
    content = slip_content(a_visit(Reason.STAFF_CALLED), a_site())
    assert (content.headline, content.place, content.bidding) == ("職員がまいります", "この番号で", "お待ちください。")
    assert "総合窓口" not in examinee_part(content)


@pytest.mark.parametrize("reason", [Reason.CONFIRMED_BY_CARD, Reason.OTHER_INSURER])
def test_a_slip_sends_to_one_place_alone(reason: Reason) -> None:
    above = examinee_part(slip_content(a_visit(reason, hints=tuple(Hint)), a_site()))
    elsewhere = "窓口" if reason.confirms else "健診フロア"
    assert elsewhere not in above.replace(HINTS[Hint.RENEW_CERTIFICATE], "")


def test_confirmed_slip_says_where_to_go() -> None:
    content = slip_content(a_visit(), a_site())
    assert (content.headline, content.place, content.bidding) == (
        "受付が済みました",
        "「健診フロア」へ",
        "お進みください。",
    )
    assert (content.number, content.day, content.time, content.kiosk) == (
        "A-012",
        "令和8年5月12日（火）",
        "08:31",
        "k01",
    )


def test_desk_slip_sends_to_the_desk_and_tells_staff_how() -> None:
    visit = a_visit(Reason.OTHER_INSURER, findings=ALL_FINDINGS[:1] * 2 + ALL_FINDINGS[5:6])
    content = slip_content(visit, a_site())
    assert (content.headline, content.place) == ("窓口でご確認します", "「総合窓口」へ")
    assert content.staff.code == "T02"
    assert content.staff.fields == ("保険者番号", "氏名")
    assert content.staff.steps == PROCEDURES[Reason.OTHER_INSURER].steps
    assert [words[0] for words in content.staff.settled_by] == list("①②③④⑤")
    assert content.staff.contacts == ("受診券に書いてある保険者",)


@pytest.mark.parametrize(
    "reason", [Reason.UNSURE, Reason.OLD_INSURANCE_CARD, Reason.PIN_UNKNOWN, Reason.CARD_TO_BE_SEEN]
)
def test_where_nobody_was_asked_for_the_tickets_insurer_the_clerk_looks_at_it(reason: Reason) -> None:
    unread = slip_content(a_visit(reason, ticket=Ticket(TICKET.number)), a_site())
    assert unread.staff.fields == ("受診券の保険者番号",)
    assert slip_content(a_visit(reason, ticket=TICKET), a_site()).staff.fields == ()
    assert slip_content(a_visit(reason, ticket=None), a_site()).staff.fields == ()


def test_fields_to_check_stay_in_the_staff_part() -> None:
    said = examinee_part(slip_content(a_visit(Reason.NAME_DIFFERS, findings=ALL_FINDINGS), a_site()))
    assert not any(field.value in said for field in Field)


def test_name_is_masked_unless_the_site_wants_it_full() -> None:
    assert slip_content(a_visit(), a_site()).name == "見＊　花＊ 様"
    assert slip_content(a_visit(), a_site(slip_name=SlipName.FULL)).name == "見本　花子 様"


def test_outage_slip_holds_the_four_items_in_full() -> None:
    staff = slip_content(a_visit(Reason.UNREACHABLE), a_site()).staff
    assert [(item.label, item.value) for item in staff.four_items] == [
        ("氏名", "見本　花子"),
        ("性別", "女"),
        ("生年月日", "昭和45年1月2日"),
        ("住所", HANAKO.address),
    ]


def test_outage_slip_of_a_document_holds_what_was_typed() -> None:
    visit = a_visit(Reason.TIMED_OUT, Way.CERTIFICATE, ticket=None, presented=Presented(None, date(1905, 3, 4)))
    staff = slip_content(visit, a_site()).staff
    assert [item.value for item in staff.four_items] == ["", "", "1905年3月4日", ""]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.group != "S"])
def test_only_an_outage_slip_holds_the_four_items(reason: Reason) -> None:
    content = slip_content(a_visit(reason), a_site())
    assert content.staff.four_items == ()
    assert HANAKO.address not in everything(content)
    assert HANAKO.name not in everything(content)


def test_no_slip_names_a_stranger_whose_ticket_number_was_typed() -> None:
    stranger = Person("別人　太郎", date(1961, 7, 8), Sex.MALE, "ベツジン　タロウ")
    ticket = Ticket(TicketNumber("26112345679"), person=stranger)
    given: tuple[Presented | None, ...] = (None, Presented(None, HANAKO.birthdate))
    for presented, reason in product(given, (Reason.UNREACHABLE, Reason.STAFF_CALLED, Reason.NOT_FOUND)):
        visit = a_visit(reason, ticket=ticket, presented=presented)
        said = everything(slip_content(visit, a_site(slip_name=SlipName.FULL)))
        assert "別人" not in said
        assert "昭和36年" not in said


def test_somebody_known_from_the_answer_is_named_when_the_birth_date_agrees() -> None:
    visit = a_visit(
        Reason.CONFIRMED_BY_CERTIFICATE,
        Way.CERTIFICATE,
        presented=Presented(None, HANAKO.birthdate),
        registered=HANAKO,
    )
    assert slip_content(visit, a_site()).name == "見＊　花＊ 様"


@pytest.mark.parametrize("reason", [Reason.NOT_ME, Reason.WALKED_AWAY])
def test_nobody_is_named_who_said_no_or_went_away(reason: Reason) -> None:
    content = slip_content(a_visit(reason), a_site(slip_name=SlipName.FULL))
    assert content.name == ""
    assert "見本　花子" not in everything(content)


def test_simulator_is_marked() -> None:
    marked = slip_content(a_visit(), a_site(simulator=True))
    assert (marked.simulator, marked.mark) == (True, "シミュレーター（本物の照会ではありません）")
    assert slip_content(a_visit(), a_site()).mark == ""


def test_content_shows_nothing_of_the_person_in_its_repr() -> None:
    content = slip_content(a_visit(Reason.UNREACHABLE), a_site(slip_name=SlipName.FULL))
    assert "花" not in repr(content)
    assert "霞" not in repr(content.staff)
    assert "霞" not in repr(content.staff.four_items)


def test_confirmed_slip_shows_time_course_and_the_first_place() -> None:
    content = slip_content(a_visit(appointment=BOOKED), a_site())
    assert content.booked == "ご予約　08:45　特定健診・胃がん検診"
    assert (content.place, content.bidding) == ("まず「2階 採血」へ", "お進みください。")
    assert content.staff.booked == ""
    assert "健診フロア" not in everything(content)


@pytest.mark.parametrize(
    ("appointment", "booked"),
    [
        (None, ""),
        (Appointment(HANAKO), ""),
        (Appointment(course="人間ドック"), "ご予約　人間ドック"),
        (Appointment(HANAKO, at=time(13, 5)), "ご予約　13:05"),
    ],
)
def test_what_the_roster_does_not_know_is_left_out(appointment: Appointment | None, booked: str) -> None:
    content = slip_content(a_visit(appointment=appointment), a_site())
    assert (content.booked, content.place) == (booked, "「健診フロア」へ")


@pytest.mark.parametrize("reason", [reason for reason in Reason if not reason.confirms])
def test_desk_slip_tells_the_appointment_to_staff_alone(reason: Reason) -> None:
    content = slip_content(a_visit(reason, appointment=BOOKED), a_site())
    above = examinee_part(content)
    assert not any(words in above for words in ("胃がん", "採血", "08:45"))
    told = (
        ""
        if reason in (Reason.NOT_ME, Reason.WALKED_AWAY)
        else "5月12日　08:45　特定健診・胃がん検診　まず「2階 採血」"
    )
    assert content.staff.booked == told


@pytest.mark.parametrize("presented", [None, Presented(None, date(1961, 7, 8))], ids=["nobody", "somebody else"])
@pytest.mark.parametrize("reason", [Reason.STAFF_CALLED, Reason.UNREACHABLE, Reason.BIRTHDATE_DIFFERS])
def test_no_slip_tells_the_course_of_a_stranger_whose_number_was_typed(
    presented: Presented | None, reason: Reason
) -> None:
    said = everything(slip_content(a_visit(reason, presented=presented, appointment=BOOKED), a_site()))
    assert "胃がん" not in said


@pytest.mark.parametrize(
    ("capabilities", "ways"),
    [
        (Capabilities(), "③④⑤"),
        (Capabilities(face_reader=True), "①③④⑤"),
        (Capabilities(limited_app=True), "②③④⑤"),
        (Capabilities(query=False, face_reader=True, limited_app=True), "①②③④⑤"),
    ],
)
def test_staff_are_offered_only_ways_that_the_site_has(capabilities: Capabilities, ways: str) -> None:
    content = slip_content(a_visit(Reason.OTHER_INSURER), a_site(capabilities=capabilities))
    assert [words[0] for words in content.staff.settled_by] == list(ways)


@pytest.mark.parametrize("reason", [reason for reason in Reason if PROCEDURES[reason].settled_by])
def test_a_site_with_nothing_still_has_a_way(reason: Reason) -> None:
    content = slip_content(a_visit(reason), a_site(capabilities=Capabilities(query=False)))
    assert content.staff.settled_by


def test_the_site_is_the_one_that_the_file_describes() -> None:
    settings = Settings.model_validate(
        {"site": {"name": "見本", "face_reader": True}, "printer": {"device": "virtual:slips"}, "gateway": {"url": ""}}
    )
    site = SlipSite.from_settings(settings, simulator=False)
    assert site.capabilities == Capabilities(query=False, face_reader=True)
