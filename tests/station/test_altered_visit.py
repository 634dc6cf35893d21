"""A running terminal whose record somebody changed: its status counts the visit, its board lists it with the others."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.checkin.settlement import Settlement, Settling, Standing
from kiosk.checkin.ways import Way
from kiosk.ledger.book import Book
from kiosk.ports.board import BoardFailure, Refusal, Which
from kiosk.settings import load
from kiosk.station.asking import local_board
from kiosk.station.status import read_status
from kiosk.station.wiring.house import configure, new_token
from kiosk.station.wiring.terminal import serve_examinees
from tests.ledger.invented import AT_DESK, CONFIRMED
from tests.ledger.test_verify import tampering
from tests.station.test_terminal import Waiting


@pytest.mark.parametrize("changed", ["way = 'by bicycle'", "at = 'noon'"])
async def test_one_changed_visit_is_counted_listed_and_settled(tmp_path: Path, changed: str) -> None:
    new_token(tmp_path)
    settings = load(configure(tmp_path, gateway="http://127.0.0.1:9", printer=f"virtual:{tmp_path / 'slips'}"))
    state = settings.terminal.state
    with closing(Book.open(state, settings.terminal.letter, settings.terminal.name)) as book:
        for draft in (CONFIRMED, AT_DESK, CONFIRMED):
            book.commit(draft, datetime.now(settings.zone))
    with tampering(state) as raw:
        raw.execute(f"UPDATE visit SET {changed} WHERE entry = 3")  # noqa: S608 - ours
    examinee = Waiting()
    async with local_board(settings, "佐藤") as board, asyncio.timeout(60):
        serving = asyncio.create_task(serve_examinees(settings, examinee, lambda _: None))
        await examinee.shown.get()
        lines = await board.visits(Which.ALL)
        assert [(line.number, line.altered) for line in lines] == [("A-003", True), ("A-002", False), ("A-001", False)]
        async for view in board.follow():
            if view.open == 2 and any("記録が変わっている受付が本日1件あります" in words for words in view.words):
                break
        assert (view.confirmed, view.desk) == (1, 2)
        assert read_status(settings.terminal.run).today.altered == 1
        with pytest.raises(BoardFailure, match="記録が変わっているので、票は出せません") as refused:
            await board.reprint(lines[0].id)
        assert refused.value.refusal is Refusal.RECORD
        settled = await board.settle(lines[0].id, Settlement(Settling.WAY, Way.CERTIFICATE))
        assert (settled.line.standing, settled.line.altered) == (Standing.SETTLED, True)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
