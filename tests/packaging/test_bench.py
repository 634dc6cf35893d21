"""`python -m bench` answers a wrong name like every other command."""

from __future__ import annotations

from click.testing import CliRunner

from bench.__main__ import NAMES, main


def test_help_names_every_measurement() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    assert [name for name in NAMES if name not in shown.stdout] == []


def test_an_unknown_name_lists_those_there_are() -> None:
    refused = CliRunner().invoke(main, ["ruels"])
    assert refused.exit_code == 2
    assert [name for name in NAMES if name not in refused.stderr] == []
    assert "Traceback" not in refused.output
