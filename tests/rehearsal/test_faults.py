"""The catalogue of faults, the plans made of it, and `kiosk faults`."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from click.testing import CliRunner

from hardware.virtual.card import VirtualCard
from kiosk.cli import cli
from kiosk.gateway.people import by_key
from kiosk.rehearsal.faults import FAULTS, Fault, Lasts, Troubled, faults_of
from kiosk.rehearsal.planned import NotPlannable, Plan, Planned
from kiosk.rehearsal.scenario import CardShown
from kiosk.station.wiring.fault_tables import CODES, DISK, LEAPS, LINE, PRINTER, SERVICE
from kiosk.station.wiring.faulty_cards import AFTER, faulty
from kiosk.station.wiring.house import card_of

TODAY = date(2026, 11, 20)


def test_at_least_forty_faults_over_every_device() -> None:
    assert len(Fault) >= 40
    assert all(len(faults_of(device)) >= 4 for device in Troubled)
    assert set(FAULTS) == set(Fault)


def test_every_fault_tells_staff_one_sentence() -> None:
    for fault in Fault:
        assert re.fullmatch(r"[^。]+。", fault.words), fault
        assert re.search(r"[ぁ-ん]", fault.words), fault


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.value)
def test_every_fault_does_something_to_its_device(fault: Fault) -> None:
    tables = {
        Troubled.PRINTER: PRINTER.keys(),
        Troubled.SCANNER: CODES.keys() | {Fault.SCANNER_VANISHED},
        Troubled.GATEWAY: LINE.keys() | {Fault.GATEWAY_HICCUP},
        Troubled.DISK: DISK.keys(),
        Troubled.CLOCK: LEAPS.keys() | {Fault.UNSYNCHRONISED, Fault.GATEWAY_DIFFERS},
    }
    if fault.device is not Troubled.CARD:
        assert fault in tables[fault.device]
    elif fault not in SERVICE | {Fault.SWAPPED}:  # a swap needs the reader
        card = card_of(by_key("taro"), CardShown.OWN, TODAY)
        assert faulty(card, [fault]).spec != card_of(by_key("taro"), CardShown.OWN, TODAY).spec


def test_a_card_keeps_its_counters_with_a_fault() -> None:
    card = card_of(by_key("taro"), CardShown.OWN, TODAY)
    spoil = (
        bytes.fromhex("00A4040C0A" + "D3921000310001010408"),
        bytes.fromhex("00A4020C020011"),
        b"\0\x20\0\x80\x040000",
    )
    for command in spoil:
        card.process(command)
    worse: VirtualCard = faulty(card, [Fault.PULLED])
    assert (card.pin_left, worse.pin_left) == (2, 2)
    assert worse.spec.pulled_after == AFTER


@pytest.mark.parametrize(
    ("text", "close"),
    [
        ("printer.paperout", "printer.paper_out"),
        ("paper_out", "printer.paper_out"),
        ("card.puled@2", "card.pulled"),
        ("disk", "disk."),
    ],
)
def test_an_unknown_fault_is_answered_with_close_ones(text: str, close: str) -> None:
    with pytest.raises(NotPlannable, match=re.escape(close)):
        Planned.parse(text)


@pytest.mark.parametrize("use", ["", "0", "-1", "x", "２"])
def test_a_use_that_is_no_number_is_explained(use: str) -> None:
    with pytest.raises(NotPlannable, match=r"such as card\.pulled@2"):
        Planned.parse(f"card.pulled@{use}")


def test_a_planned_fault_is_written_as_it_is_read() -> None:
    assert [str(Planned.parse(text)) for text in ("disk.full", "disk.full@12")] == ["disk.full", "disk.full@12"]


def test_a_fault_strikes_at_its_use_of_its_device() -> None:
    plan = Plan([Planned.parse("printer.paper_out@2"), Planned.parse("card.pulled@1")])
    assert plan.at_the_start == ()
    assert plan.used(Troubled.PRINTER) == ()
    assert plan.used(Troubled.CARD) == (Fault.PULLED,)
    assert plan.used(Troubled.PRINTER) == (Fault.PAPER_OUT,)
    assert plan.used(Troubled.PRINTER) == plan.used(Troubled.CARD) == ()


def test_without_a_use_a_fault_goes_on_from_the_start_or_strikes_every_use() -> None:
    plan = Plan([Planned.parse("printer.paper_out"), Planned.parse("scanner.damaged")])
    assert plan.at_the_start == (Fault.PAPER_OUT,)
    assert [plan.used(Troubled.SCANNER) for _ in range(2)] == [(Fault.CODE_DAMAGED,)] * 2
    assert plan.used(Troubled.PRINTER) == ()


def test_the_list_names_every_fault_and_what_it_is() -> None:
    listed = CliRunner().invoke(cli, ["faults"])
    assert listed.exit_code == 0
    assert [line.split()[0].rstrip("*") for line in listed.output.splitlines()] == [fault.value for fault in Fault]
    assert all(fault.words in listed.output for fault in Fault)


def test_the_list_of_one_device_as_json() -> None:
    listed = CliRunner().invoke(cli, ["faults", "--device", "printer", "--json"])
    told = json.loads(listed.output)
    assert [row["name"] for row in told] == [fault.value for fault in faults_of(Troubled.PRINTER)]
    assert told[0] == {
        "name": "printer.paper_out",
        "device": "printer",
        "counted_in": "slip",
        "lasts": Lasts.ON.value,
        "words": "受付票の用紙がありません。",
    }


def test_a_device_that_there_is_not_is_refused() -> None:
    refused = CliRunner().invoke(cli, ["faults", "--device", "toaster"])
    assert refused.exit_code == 2
    assert "printer" in refused.output
