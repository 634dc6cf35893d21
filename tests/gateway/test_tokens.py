"""Which terminals may ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.gateway.tokens import Tokens
from kiosk.settings import SettingsError

ONE, TWO = "first-token-of-a-terminal", "second-token-of-a-terminal"


def test_file_names_the_terminals(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"# terminals\n\n{ONE} k01\n  {TWO}  \n")
    tokens = Tokens.from_file(file)
    assert tokens.name_of(ONE.encode()) == "k01"
    assert tokens.name_of(TWO.encode()) == "terminal-4"
    assert tokens.name_of(b"") is None
    assert tokens.name_of(ONE[:-1].encode()) is None
    assert tokens.name_of(b"\xff" * 30) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no token"),
        ("# only a comment\n", "holds no token"),
        (f"{ONE}\nshort k02\n", "line 2"),
        ("全角のトークンは使えませんのでご注意ください\n", "ASCII"),
    ],
)
def test_unusable_file_says_where_and_what_to_do(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "tokens"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as wrong:
        Tokens.from_file(file)
    assert str(file) in str(wrong.value)
    assert said in str(wrong.value)
    assert "short" not in str(wrong.value)


def test_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="kiosk gateway token"):
        Tokens.from_file(tmp_path / "nowhere")


@pytest.mark.parametrize("names", [{}, {"short": "k01"}])
def test_no_token_at_all_is_refused(names: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="tokens have at least"):
        Tokens(names)


def test_tokens_show_nothing() -> None:
    assert ONE not in repr(vars(Tokens({ONE: "k01"})))
