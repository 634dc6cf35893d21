"""What a response repeats of a query has to be this query: each part that it repeats, however it is padded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.gateway.messages import PersonMessage
from kiosk.gateway.oqs.echo import echoes, is_echo, names_same_number
from kiosk.gateway.oqs.files import SearchInfo
from kiosk.gateway.people import by_key
from tests.gateway.oqs.playing import query_of

TARO = by_key("taro")


def echo_of(**other: str | None) -> SearchInfo:
    fields = {
        "insurer_number": TARO.insurer.digits,
        "symbol": TARO.insured.symbol,
        "number": TARO.insured.number,
        "branch": TARO.insured.branch,
        "birthdate": f"{TARO.birthdate:%Y%m%d}",
    } | other
    return SearchInfo(**fields)  # type: ignore[arg-type]  # the identifier is left out


@pytest.mark.parametrize("other", [{"insurer_number": "01130012"}, {"birthdate": "19700103"}])
@pytest.mark.parametrize("judge", [echoes, is_echo])
def test_another_insurer_or_birth_date_is_another_query(
    judge: Callable[[PersonMessage, SearchInfo], bool], other: dict[str, str]
) -> None:
    assert judge(query_of(), echo_of())
    assert not judge(query_of(), echo_of(**other))


@pytest.mark.parametrize("written", ["  138057", "00138057", "138057", "138057  "])
def test_insurer_number_may_be_padded_in_any_way(written: str) -> None:
    query = query_of(insurerNumber="00138057")
    assert echoes(query, echo_of(insurer_number=written))
    assert not echoes(query_of(), echo_of(insurer_number=written))


def test_what_is_not_repeated_is_not_compared_but_alone_it_proves_nothing() -> None:
    nothing = SearchInfo()
    assert echoes(query_of(), None)
    assert echoes(query_of(), nothing)
    assert names_same_number(query_of(), nothing)
    assert not is_echo(query_of(), nothing)
    for part in ("insurer_number", "number", "birthdate"):
        assert not is_echo(query_of(), echo_of(**{part: None}))


@pytest.mark.parametrize("other", [{"number": "100002"}, {"symbol": "12"}, {"branch": "02"}])
def test_another_number_symbol_or_branch_is_no_echo(other: dict[str, str]) -> None:
    assert not is_echo(query_of(), echo_of(**other))
    assert not names_same_number(query_of(), echo_of(**other))


def test_symbol_or_branch_that_only_one_side_has_is_not_compared() -> None:
    assert names_same_number(query_of(symbol="", branch=""), echo_of())
    assert names_same_number(query_of(), echo_of(symbol=None, branch=None))


def test_width_and_zeros_in_front_do_not_matter() -> None:
    assert is_echo(query_of(), echo_of(number="０100001", branch="1"))
