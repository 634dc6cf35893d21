"""After a command that broke, nothing that was known of the card counts: another one may lie in the reader."""

from __future__ import annotations

import pytest

from hardware.card.apdu import QUERY_TRIES, Octets, read_binary, select_application, select_file, verify
from hardware.card.files import Application, TextFile
from hardware.card.guard import Denial, Denied, Guard
from hardware.virtual.card import my_number_card
from tests.card.people import HANAKO, PIN, DirectConnection

JPKI, TEXT = select_application(Application.JPKI), select_application(Application.TEXT)
PROOF = (JPKI, select_file(0x0006), read_binary(0, 32))


class Breaking(DirectConnection):
    """A line that breaks when it is told to."""

    broken = False

    def transmit(self, command: Octets) -> bytes:
        if self.broken:
            raise ConnectionError
        return super().transmit(command)


@pytest.fixture
def connection() -> Breaking:
    return Breaking(my_number_card(HANAKO))


@pytest.fixture
def guard(connection: Breaking) -> Guard:
    """Just about to send the PIN; then a command breaks."""
    guarded = Guard(connection)
    for command in (*PROOF, TEXT, select_file(TextFile.PIN), QUERY_TRIES):
        guarded.transmit(command)
    assert guarded.proven
    connection.broken = True
    with pytest.raises(ConnectionError):
        guarded.transmit(QUERY_TRIES)
    connection.broken = False
    return guarded


def test_nothing_is_known_of_the_card_after_a_command_that_broke(guard: Guard) -> None:
    assert (guard.proven, guard.application, guard.file, guard.tries) == (False, None, None, None)


@pytest.mark.parametrize(
    "command", [verify(PIN.encode()), TEXT, select_file(TextFile.FOUR_ITEMS), read_binary(0, 32)], ids=lambda _: ""
)
def test_nothing_is_sent_to_a_card_that_has_to_prove_itself_anew(
    guard: Guard, connection: Breaking, command: bytes
) -> None:
    sent = len(connection.card.log)
    with pytest.raises(Denied):
        guard.transmit(command)
    assert len(connection.card.log) == sent


def test_card_that_proves_itself_anew_is_served_again(guard: Guard) -> None:
    with pytest.raises(Denied) as denied:
        guard.transmit(TEXT)
    assert denied.value.denial is Denial.UNPROVEN
    for command in (*PROOF, TEXT):
        guard.transmit(command)
    assert guard.proven
