"""Who may connect to the socket, what each may do there, and what becomes of the file."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from pathlib import Path

import pytest

from kiosk.control.address import SOCKET_NAME, SocketUnavailable
from kiosk.control.pace import SELDOM_SECONDS
from kiosk.control.server import ControlServer
from kiosk.ports.board import BoardFailure, Refusal, Role, Service, StaffAction
from tests.control.desk import CANARY, GROUPS, LINE, STRANGER, VIEWER, VISIT, FakeDesk, serving

NOTE = {"settling": "note", "note": "電話した"}
FOR_STAFF = (
    {"op": "show-slip", "id": 1, "code": "123"},
    {"op": "settle", "id": 1, "visit": VISIT, "settlement": NOTE},
    {"op": "reprint", "id": 1, "visit": VISIT},
    {"op": "test-print", "id": 1},
    {"op": "switch", "id": 1, "service": "paused"},
    {"op": "close-day", "id": 1},
    {"op": "backup", "id": 1},
    {"op": "erase", "id": 1},
    {"op": "open", "id": 1, "visit": VISIT},
)


async def test_staff_see_who_it_is_and_steer(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        talk = await here.talk()
        welcome = await talk.hello(**{"as": "佐藤"})
        assert welcome == {
            "kind": "welcome",
            "version": 1,
            "kiosk": "k01",
            "role": "staff",
            "who": "佐藤 (kiosk-staff)",
        }
        await talk.say({"op": "open", "id": 4, "visit": VISIT}, {"op": "switch", "id": 5, "service": "paused"})
        opened, switched = await talk.hear(), await talk.hear()
        assert opened is not None
        assert (opened["id"], opened["visit"]["person"]["name"]) == (4, CANARY)
        assert switched is not None
        assert switched["view"]["service"] == "paused"
        assert here.desk.done == [("佐藤 (kiosk-staff)", "switch", Service.PAUSED)]
        talk.close()


async def test_who_only_looks_sees_no_person_and_no_note(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        here.peer = VIEWER
        talk = await here.talk()
        assert (await talk.hello(**{"as": "佐藤"}))["who"] == "kiosk-viewer", "only staff say who they are"
        for request in ({"op": "look", "id": 1}, {"op": "visits", "id": 2, "which": "all"}, {"op": "follow", "id": 3}):
            await talk.say(request)
            assert CANARY not in json.dumps(await talk.hear(), ensure_ascii=False)
        talk.close()


async def test_who_only_looks_again_and_again_is_in_the_record_once_an_hour(tmp_path: Path) -> None:
    passed = [1000.0]
    async with serving(tmp_path, now=lambda: passed[0]) as here:
        here.peer = VIEWER
        for later in (0.0, 1.0, SELDOM_SECONDS - 2.0, 1.0):
            passed[0] += later
            talk = await here.talk()
            await talk.hello()
            await talk.say({"op": "backup", "id": 1})
            assert (await talk.hear() or {})["kind"] == "refused"
            talk.close()
            while here.server.connections:
                await asyncio.sleep(0.01)
        hour = [
            ("kiosk-viewer", StaffAction.SIGNED_IN, "viewer"),
            ("kiosk-viewer", StaffAction.REFUSED, "backup"),
            ("kiosk-viewer", StaffAction.SIGNED_OUT, ""),
        ]
        assert here.desk.notes == [*hour, *hour]


async def test_a_stranger_who_knocks_again_and_again_is_in_the_record_once_an_hour(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        here.peer = STRANGER
        for _ in range(3):
            talk = await here.talk()
            assert (await talk.hello())["refusal"] == "not-allowed"
        assert here.desk.notes == [("games", StaffAction.REFUSED, "connect")]
        assert here.server.refused == {Refusal.NOT_ALLOWED: 3}


async def test_each_sign_in_of_staff_is_in_the_record(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        for _ in range(2):
            talk = await here.talk()
            await talk.hello(**{"as": "佐藤"})
            talk.close()
        assert [action for _, action, _ in here.desk.notes].count(StaffAction.SIGNED_IN) == 2


async def test_who_only_looks_may_do_nothing_and_the_record_knows_of_the_try(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        here.peer = VIEWER
        talk = await here.talk()
        await talk.hello()
        for request in FOR_STAFF:
            await talk.say(request)
            answer = await talk.hear()
            assert answer is not None
            assert (answer["kind"], answer["refusal"], answer["id"]) == ("refused", "not-allowed", 1)
        assert here.desk.done == []
        assert here.desk.notes == [
            ("kiosk-viewer", StaffAction.SIGNED_IN, "viewer"),
            ("kiosk-viewer", StaffAction.REFUSED, "show-slip"),
        ], "once, not with every try"
        talk.close()


async def test_anybody_else_is_refused_and_recorded(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        here.peer = STRANGER
        talk = await here.talk()
        answer = await talk.hello(**{"as": "佐藤"})
        assert (answer["kind"], answer["refusal"]) == ("refused", "not-allowed")
        assert await talk.hear() is None
        assert here.desk.notes == [("games", StaffAction.REFUSED, "connect")]
        assert here.server.refused == {Refusal.NOT_ALLOWED: 1}


async def test_another_version_is_told_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        talk = await here.talk()
        await talk.say({"op": "hello", "version": 2})
        answer = await talk.hear()
        assert answer is not None
        assert answer["refusal"] == "not-understood"
        assert await talk.hear() is None


async def test_a_refusal_of_the_desk_and_a_crash_end_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        talk = await here.talk()
        await talk.hello()
        await talk.say(
            {"op": "open", "id": 1, "visit": "f" * 32}, {"op": "test-print", "id": 2}, {"op": "look", "id": 3}
        )
        unknown, crashed, looked = await talk.hear(), await talk.hear(), await talk.hear()
        assert unknown is not None
        assert crashed is not None
        assert looked is not None
        assert unknown["refusal"] == "unknown-visit"
        assert crashed["refusal"] == "record"
        assert CANARY not in json.dumps(crashed, ensure_ascii=False)
        assert looked["kind"] == "terminal"
        assert [type(crash) for crash in here.crashes] == [RuntimeError]
        talk.close()


async def test_changes_are_pushed_and_silence_has_a_sign_of_life(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        talk = await here.talk()
        await talk.hello()
        await talk.say({"op": "follow", "id": 9})
        first = await talk.hear()
        here.desk.change(confirmed=4)
        second = await talk.hear()
        beat = await talk.hear()
        assert first is not None
        assert second is not None
        assert beat is not None
        assert [first["view"]["confirmed"], second["view"]["confirmed"], beat["kind"]] == [3, 4, "beat"]
        assert {first["id"], second["id"], beat["id"]} == {9}
        await talk.say({"op": "follow", "id": 10}, {"op": "look", "id": 11})
        kinds = [answer["kind"] for answer in [await talk.hear(), await talk.hear()] if answer]
        assert kinds == ["refused", "terminal"]
        talk.close()


async def test_a_thousand_changes_are_a_few_pushes(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        talk = await here.talk()
        await talk.hello()
        await talk.say({"op": "follow", "id": 1})
        await talk.hear()
        for count in range(1000):
            here.desk.change(confirmed=count)
        heard = [await talk.hear() for _ in range(2)]
        assert [answer["view"]["confirmed"] for answer in heard if answer and "view" in answer] == [999]
        talk.close()


async def test_the_socket_is_for_owner_and_group_and_goes_with_the_kiosk(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        found = here.path.lstat()
        assert stat.S_ISSOCK(found.st_mode)
        assert stat.S_IMODE(found.st_mode) == 0o660
        assert [path.name for path in here.path.parent.iterdir()] == [SOCKET_NAME], "no draft is left"
        assert here.server.standing
    assert not here.path.exists()


async def test_the_socket_belongs_to_the_group_of_those_who_look(tmp_path: Path) -> None:
    import grp

    own = grp.getgrgid(os.getegid()).gr_name
    server = ControlServer(tmp_path / SOCKET_NAME, "k01", type(GROUPS)("kiosk-staff", own), FakeDesk(), lambda _: None)
    async with server:
        assert server.for_its_group
        assert (tmp_path / SOCKET_NAME).stat().st_gid == os.getegid()


async def test_a_socket_that_a_crash_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "run" / SOCKET_NAME
    path.parent.mkdir()
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(path))
    left.close()
    async with serving(tmp_path) as here:
        talk = await here.talk()
        assert (await talk.hello())["kiosk"] == "k01"
        talk.close()


async def test_a_second_kiosk_does_not_steal_a_live_socket(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        second = ControlServer(here.path, "k02", GROUPS, FakeDesk(), lambda _: None)
        with pytest.raises(SocketUnavailable, match="another kiosk listens there"):
            await second.open()
        await second.aclose()
        assert here.server.standing, "and its end takes nothing away"
        talk = await here.talk()
        assert (await talk.hello())["kiosk"] == "k01"
        talk.close()


async def test_what_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / SOCKET_NAME
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SocketUnavailable, match="no socket"):
        await ControlServer(path, "k01", GROUPS, FakeDesk(), lambda _: None).open()
    assert path.read_text(encoding="utf-8") == "mine"


async def test_a_file_that_was_deleted_comes_back_and_talks_go_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        before = await here.talk()
        await before.hello()
        here.path.unlink()
        stood = here.server.standing
        await here.server.open()
        assert (stood, here.server.standing) == (False, True)
        after = await here.talk()
        assert (await after.hello())["kiosk"] == "k01"
        await before.say({"op": "look", "id": 1})
        assert (await before.hear()) is not None
        before.close()
        after.close()


async def test_a_socket_in_a_deep_folder(tmp_path: Path) -> None:
    """The kernel takes 107 octets of an address."""
    deep = tmp_path.joinpath(*["a-long-name-of-a-folder"] * 6)
    async with serving(deep) as here, here.client() as board:
        assert len(str(here.path)) > 107
        assert (await board.look()).confirmed == 3


async def test_long_lists_come_in_pages(tmp_path: Path) -> None:
    from dataclasses import replace

    lines = tuple(replace(LINE, id=f"{number:032x}", number=f"A-{number}") for number in range(1234))
    async with serving(tmp_path, FakeDesk(lines=lines)) as here, here.client() as board:
        from kiosk.ports.board import Which

        assert await board.visits(Which.ALL) == lines


async def test_a_client_of_our_own_gets_everything(tmp_path: Path) -> None:
    from kiosk.checkin.settlement import Settlement, Settling
    from tests.control.desk import CLOSE, OPENED, VIEW

    settlement = Settlement(Settling.NOTE, note="電話した")
    async with serving(tmp_path) as here, here.client(name="佐藤") as board:
        assert board.role is Role.VIEWER, "nothing is known yet"
        assert await board.look() == VIEW
        assert (board.role, board.who) == (Role.STAFF, "佐藤 (kiosk-staff)")
        assert await board.open(VISIT) == OPENED
        assert (await board.show_slip("123")).visit == OPENED
        assert await board.settle(VISIT, settlement) == OPENED
        await board.reprint(VISIT)
        assert (await board.switch(Service.PAUSED)).service is Service.PAUSED
        assert await board.close_day() == CLOSE
        assert await board.backup() == "backups/x.db"
        assert await board.erase() == 7
        for visit in ("f" * 32, "no id"):
            with pytest.raises(BoardFailure) as refused:
                await board.open(visit)
            assert refused.value.refusal in (Refusal.UNKNOWN_VISIT, Refusal.NOT_UNDERSTOOD)
        who = "佐藤 (kiosk-staff)"
        assert here.desk.done == [
            (who, "settle", VISIT, settlement),
            (who, "reprint", VISIT),
            (who, "switch", Service.PAUSED),
        ]
    async with asyncio.timeout(5):
        while here.desk.notes[-1] != (who, StaffAction.SIGNED_OUT, ""):
            await asyncio.sleep(0.01)


async def test_a_kiosk_that_stops_while_it_opens_the_socket_leaves_none(tmp_path: Path) -> None:
    server = ControlServer(tmp_path / SOCKET_NAME, "k01", GROUPS, FakeDesk(), lambda _: None)
    opening = asyncio.create_task(server.open())
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    await server.aclose()
    assert not any(await asyncio.to_thread(lambda: list(tmp_path.iterdir())))
