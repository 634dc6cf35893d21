"""Writes requests as receipt computers do: code page 932, an XML declaration, CRLF, elements in the layout's order.

Everything is checked before there is an octet, so that no half request can come to be. OqsFileError names the request's
file: VALUE for what an element cannot hold, ENCODING for a sign that code page 932 lacks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeAlias
from xml.etree import ElementTree

from kiosk.gateway.messages import LONGEST_NUMBER, QueryMessage
from kiosk.gateway.oqs.elements import Group, Leaf
from kiosk.gateway.oqs.encoding import cp932_octets
from kiosk.gateway.oqs.errors import OqsFault, OqsFileError
from kiosk.gateway.oqs.names import RequestKind, request_name, response_name

__all__ = [
    "RequestKind",
    "bulk_fetch_octets",
    "bulk_request_octets",
    "check_query",
    "request_name",
    "request_octets",
    "response_name",
]

DECLARATION = '<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>'
LONGEST_FREE_TEXT = 50
"""Characters of an identifier or a ReceptionNumber; a UUID has 36."""
_NO_CONSENT = "0"
"""限度額適用認定証: a checkup has no use for it, so that it is never asked for (OQSCD001)."""
_INSURER_WIDTH = 8
_INSTITUTION_DIGITS = 10
_ANY_INSTITUTION, _ANY_IDENTIFIER = "0" * _INSTITUTION_DIGITS, "0"

_Leaves: TypeAlias = Iterable[tuple[Leaf, str]]


def request_octets(query: QueryMessage, institution: str, identifier: str) -> bytes:
    """A single query (OQSsiquc01req). `institution` is the MedicalInstitutionCode, 10 digits.

    `identifier` goes into ArbitraryFileIdentifier, the query's clientRef into ArbitraryIdentifier.
    Raises OqsFileError, and ValueError for an identifier that `request_name` does not take.
    """
    draft = _Draft(RequestKind.SINGLE, identifier)
    return draft.octets(_header(query, institution, identifier), [_search(query)])


def check_query(query: QueryMessage) -> None:
    """Raise OqsFileError, as `request_octets` does, when no request can carry this query."""
    request_octets(query, _ANY_INSTITUTION, _ANY_IDENTIFIER)


def bulk_request_octets(queries: Sequence[QueryMessage], institution: str, identifier: str) -> bytes:
    """Queries of one 資格確認日 (OQSmuquc01req). Raises as `request_octets`, VALUE also for none or several days."""
    draft = _Draft(RequestKind.BULK_UPLOAD, identifier)
    if not queries:
        raise draft.fault(OqsFault.VALUE, Group.SEARCH.value)
    if len({query.confirmation_date for query in queries}) > 1:
        raise draft.fault(OqsFault.VALUE, Leaf.CONFIRMATION_DATE.value)
    return draft.octets(_header(queries[0], institution, identifier), [_search(query) for query in queries])


def bulk_fetch_octets(reception_number: str, institution: str, identifier: str) -> bytes:
    """Asks for the answers of a 一括照会 (OQSmuquc02req); `identifier` is only in the file's name. Raises as above."""
    draft = _Draft(RequestKind.BULK_FETCH, identifier)
    return draft.octets([(Leaf.INSTITUTION, institution)], [], [(Leaf.RECEPTION_NUMBER, reception_number)])


def _header(query: QueryMessage, institution: str, identifier: str) -> _Leaves:
    return [
        (Leaf.CONFIRMATION_DATE, query.confirmation_date),
        (Leaf.INSTITUTION, institution),
        (Leaf.FILE_IDENTIFIER, identifier),
    ]


def _search(query: QueryMessage) -> _Leaves:
    # 国保 has 6 digits; zeros stand before them in `/v1`, spaces in OQS files.
    return [
        (Leaf.INSURER_NUMBER, query.insurer_number.removeprefix("00").rjust(_INSURER_WIDTH)),
        (Leaf.SYMBOL, query.symbol or ""),
        (Leaf.NUMBER, query.number),
        (Leaf.BRANCH, query.branch or ""),
        (Leaf.BIRTHDATE, query.birthdate),
        (Leaf.LIMIT_CONSENT, _NO_CONSENT),
        (Leaf.IDENTIFIER, query.client_ref),
    ]


_OPTIONAL = frozenset({Leaf.SYMBOL, Leaf.BRANCH})
_LONGEST = {Leaf.SYMBOL: LONGEST_NUMBER, Leaf.NUMBER: LONGEST_NUMBER}


class _Draft:
    """One request before it is octets."""

    def __init__(self, kind: RequestKind, identifier: str) -> None:
        self._file_name = request_name(kind, identifier)

    def fault(self, fault: OqsFault, element: str) -> OqsFileError:
        return OqsFileError(fault, self._file_name, element)

    def octets(self, header: _Leaves, searches: Iterable[_Leaves], body_leaves: _Leaves = ()) -> bytes:
        message = ElementTree.Element(Group.MESSAGE.value)
        self._fill(ElementTree.SubElement(message, Group.HEADER.value), header)
        body = ElementTree.SubElement(message, Group.BODY.value)
        for search in searches:
            self._fill(ElementTree.SubElement(body, Group.SEARCH.value), search)
        self._fill(body, body_leaves)
        ElementTree.indent(message)
        lines = f"{DECLARATION}\n{ElementTree.tostring(message, encoding='unicode')}\n"
        return cp932_octets(lines.replace("\n", "\r\n"))

    def _fill(self, group: ElementTree.Element, leaves: _Leaves) -> None:
        for leaf, value in leaves:
            text = value if leaf is Leaf.INSURER_NUMBER else value.strip()
            if text or leaf not in _OPTIONAL:
                self._check(leaf, text)
                ElementTree.SubElement(group, leaf.value).text = text

    def _check(self, leaf: Leaf, text: str) -> None:
        wrong_institution = leaf is Leaf.INSTITUTION and not _is_digits(text, _INSTITUTION_DIGITS)
        length_fits = 0 < len(text) <= _LONGEST.get(leaf, LONGEST_FREE_TEXT)
        # Cc would break the XML, Zl and Zp the line; a reader of OQS files takes none of them.
        one_line = not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in text)
        if wrong_institution or not length_fits or not one_line:
            raise self.fault(OqsFault.VALUE, leaf.value)
        try:
            cp932_octets(text)
        except UnicodeEncodeError:
            raise self.fault(OqsFault.ENCODING, leaf.value) from None


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()
