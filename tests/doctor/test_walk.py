"""One check holds up, and brings down, no other."""

from __future__ import annotations

import threading
import time

from kiosk.doctor.finding import Examined, Level, warning
from kiosk.doctor.report import Exit, exit_before_start, exit_of, finding_lines
from kiosk.doctor.symptoms import Layer, Symptom
from kiosk.doctor.walk import Check, Walk

CANARY = "見本太郎1970-01-02"


def well() -> Examined:
    return Examined("見た")


def broken() -> Examined:
    raise LookupError(CANARY)


def test_a_check_that_hangs_is_a_finding_and_the_next_one_is_made() -> None:
    release = threading.Event()

    def hanging() -> Examined:
        release.wait(60)
        return Examined()

    walk = Walk([Check(Layer.PRINTER, hanging, seconds=0.05), Check(Layer.DISK, well)])
    begun = time.monotonic()
    printer, disk = walk.steps()
    release.set()
    assert time.monotonic() - begun < 30
    assert [finding.symptom for finding in printer.examined.findings] == [Symptom.HANGS]
    assert printer.examined.findings[0].layer is Layer.PRINTER
    assert printer.hangs
    assert walk.hangs
    assert disk.examined == Examined("見た")


def test_a_check_that_crashes_is_a_finding_with_the_name_of_the_error_alone() -> None:
    walk = Walk([Check(Layer.LEDGER, broken), Check(Layer.DISK, well)])
    ledger, disk = walk.steps()
    (finding,) = ledger.examined.findings
    assert finding.symptom is Symptom.CRASHED
    assert "LookupError" in finding.words
    assert CANARY not in repr(walk.visited)
    assert not walk.hangs
    assert disk.examined.level is Level.OK


def test_a_slow_walk_ends_in_time_and_names_what_it_did_not_reach() -> None:
    release = threading.Event()

    def slow() -> Examined:
        release.wait(60)
        return Examined()

    walk = Walk([Check(Layer.READER, slow, seconds=60), Check(Layer.PRINTER, well)], seconds=0.1)
    found = [finding.symptom for visited in walk.steps() for finding in visited.examined.findings]
    release.set()
    assert found == [Symptom.HANGS, Symptom.NOT_REACHED]


def test_whoever_watches_is_told_before_a_layer_is_examined() -> None:
    told: list[str] = []

    def examined() -> Examined:
        told.append("examined")
        return Examined()

    steps = Walk([Check(Layer.DISK, examined)]).steps(lambda layer: told.append(layer.value))
    assert told == []
    assert next(steps).layer is Layer.DISK
    assert told == ["disk", "examined"]


def walked(*symptoms: Symptom) -> Walk:
    walk = Walk([Check(Layer.DISK, lambda: Examined("", tuple(warning(symptom, "") for symptom in symptoms)))])
    list(walk.steps())
    return walk


def test_before_the_start_only_what_ends_the_kiosk_at_once_is_a_failure() -> None:
    harmless = [symptom for symptom in Symptom if symptom.value.partition(".")[0] not in ("configuration", "doctor")]
    blocking = {Symptom.STATE_NOT_WRITABLE, Symptom.DISK_READ_ONLY}
    assert exit_before_start(walked(*(set(harmless) - blocking))) is Exit.WELL
    for symptom in blocking:
        assert exit_before_start(walked(symptom)) is Exit.FAILURES
    assert exit_before_start(walked(), configured=False) is Exit.NOT_RUN


def test_a_broken_check_before_the_start_keeps_nobody_from_starting() -> None:
    walk = Walk([Check(Layer.DISK, broken)])
    list(walk.steps())
    assert exit_before_start(walk) is Exit.WELL
    assert exit_of(walk) is Exit.WARNINGS
    assert exit_of(walk, configured=False) is Exit.NOT_RUN


def test_words_are_broken_to_the_terminal_and_a_command_never() -> None:
    words, remedy = (
        "プリンターにつながりません。電源・線と、設定を確かめてください",
        "sudo usermod -aG lp kiosk && sudo systemctl restart kiosk",
    )
    finding = warning(Symptom.PRINTER_UNREACHABLE, words, remedy)
    *broken_words, command = finding_lines(finding, 40)
    assert len(broken_words) == 2
    assert "".join(line.strip() for line in broken_words) == words
    assert command.endswith(remedy)
    assert list(finding_lines(finding)) == [f"      {words}", command]
