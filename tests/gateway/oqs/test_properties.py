"""What holds for every request, response and heap of octets."""

from __future__ import annotations

import codecs
import random
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.gateway.messages import QueryMessage
from kiosk.gateway.oqs.reading import OqsFileError, OqsResponse, answer_of, read_request, read_response
from kiosk.gateway.oqs.writing import bulk_request_octets, request_octets
from tests.gateway.oqs.render import (
    SHIFT_JIS,
    UTF_8,
    Content,
    Tree,
    bulk,
    response,
    result,
    shift_jis,
    text,
    unit,
    utf_8,
)

NAME = "OQSsiquc01res_1.xml"
REF = "5f0c7a52-3b1e-4c7e-9a55-0f6d3f1f2a11"
INSTITUTION = "1312345679"
_ON_CARDS = "0123456789０１２３４５６７８９－-・アイウｱｲｳﾞ東京都健保組合北髙﨑①㈱あいう<>&'\""
_card_text = st.text(_ON_CARDS, min_size=1, max_size=20)
_days = st.dates().map("{:%Y%m%d}".format).filter(lambda day: len(day) == 8)
_queries = st.fixed_dictionaries(
    {
        "confirmation_date": st.just("20260701"),
        "insurer_number": st.sampled_from(["01130012", "138057", "00138057", "06132013", "133033", "  273011"]),
        "symbol": st.none() | st.just("") | _card_text,
        "number": _card_text,
        "branch": st.sampled_from([None, "", "00", "01", "99"]),
        "birthdate": _days,
        "client_ref": st.uuids().map(str),
    }
).map(QueryMessage.model_validate)


@given(st.lists(_queries, min_size=1, max_size=5))
def test_what_is_written_is_read_again(queries: list[QueryMessage]) -> None:
    read = read_request(bulk_request_octets(queries, INSTITUTION, "B1"), "OQSmuquc01req_B1.xml")
    single = read_request(request_octets(queries[0], INSTITUTION, "S1"), "OQSsiquc01req_S1.xml")
    assert single.queries[0] == read.queries[0]
    assert len(read.queries) == len(queries)
    for query, found in zip(queries, read.queries, strict=True):
        assert found.insurer_number is not None
        assert found.insurer_number.zfill(8) == query.insurer_number
        assert (found.symbol, found.number) == (query.symbol or None, query.number)
        assert (found.branch, found.birthdate, found.identifier) == (
            query.branch or None,
            query.birthdate,
            query.client_ref,
        )


def _shuffled(tree: Tree, chance: random.Random) -> Tree:
    """The same elements in another order, with strangers between them; records of one kind keep their order."""
    name, content = tree
    if isinstance(content, str):
        return tree
    children = [_shuffled(child, chance) for child in content]
    ordered = iter([child for child in children if child[0] == "BulkConfirmUnit"])
    chance.shuffle(children)
    mixed: list[tuple[str, Content]] = []
    for child in children:
        if chance.random() < 0.3:
            mixed.append(chance.choice(_STRANGERS))
        mixed.append(next(ordered) if child[0] == "BulkConfirmUnit" else child)
    return (name, mixed)


_STRANGERS: tuple[Tree, ...] = (
    ("TestInfoConsFlg", "1"),
    ("Unheard", ""),
    ("ElderlyRecipientCertificateInfo", [("Name", "別人"), ("Unheard", [("Birthdate", "x")])]),
)
_responses = st.one_of(
    st.builds(response),
    st.builds(lambda name, branch: response(body=[("ProcessingResultStatus", "1"), ("QualificationValidity", "1"),
        ("ResultList", [result(Name=name, InsuredBranchNumber=branch)])]), _card_text, st.sampled_from(["01", "02"])),
    st.lists(st.sampled_from(["1", "2", "4"]), min_size=1, max_size=4).map(
        lambda found: bulk(*(unit(str(place), validity=validity) for place, validity in enumerate(found)))
    ),
)  # fmt: skip


def _with_bom(tree: Tree) -> bytes:
    return codecs.BOM_UTF8 + (SHIFT_JIS + text(tree)).encode()


def _without_declaration(tree: Tree) -> bytes:
    return text(tree).encode()


@given(
    _responses, st.randoms(use_true_random=False), st.sampled_from([shift_jis, utf_8, _with_bom, _without_declaration])
)
def test_order_encoding_and_strangers_change_nothing(
    tree: Tree, chance: random.Random, encode: Callable[[Tree], bytes]
) -> None:
    assert read_response(encode(_shuffled(tree, chance)), NAME) == read_response(utf_8(tree), NAME)


_SEEDS = (shift_jis(response()), utf_8(response()), shift_jis(bulk(unit("1"), unit("2", validity="4"))))


def _read(octets: bytes) -> OqsResponse | None:
    """The response, or None for a fault; anything else would fail the test."""
    try:
        read = read_response(octets, NAME)
        answer_of(read, REF)
    except OqsFileError:
        return None
    return read


@given(st.binary(max_size=400))
@example(b"")
@example(b"<?xml")
@example(b"<?xml " + b" " * 300)
@example(SHIFT_JIS.encode() + b"\x81")
@example(UTF_8.encode() + b"\xe3\x81")
def test_any_octets_are_a_fault(octets: bytes) -> None:
    assert _read(octets) is None
    assert _read(SHIFT_JIS.encode() + octets) is None


@given(st.sampled_from(_SEEDS), st.data())
def test_mutated_files_are_read_or_a_fault(seed: bytes, data: st.DataObject) -> None:
    octets = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(octets)))
        end = data.draw(st.integers(start, min(len(octets), start + 40)))
        octets[start:end] = data.draw(st.binary(max_size=6))
    _read(bytes(octets))


@given(st.sampled_from(_SEEDS), st.data())
def test_cut_files_are_no_answer(seed: bytes, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(seed.rstrip()) - 1))
    with pytest.raises(OqsFileError):
        read_response(seed[:length], NAME)
