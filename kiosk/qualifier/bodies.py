"""Queries as the API takes them; what is not known is empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kiosk.checkin.insurance import QualificationQuery


def query_body(query: QualificationQuery, reference: str) -> dict[str, str]:
    """One query (`/v1/qualifications`)."""
    return {"confirmationDate": _day(query.confirmation_date), **_person(query, reference)}


def bulk_body(queries: Mapping[str, QualificationQuery], reference: str) -> dict[str, object]:
    """Queries of one day, by their clientRefs (`/v1/bulk-qualifications`)."""
    (day,) = {query.confirmation_date for query in queries.values()}
    return {
        "clientRef": reference,
        "confirmationDate": _day(day),
        "queries": [_person(query, own) for own, query in queries.items()],
    }


def _person(query: QualificationQuery, reference: str) -> dict[str, str]:
    return {
        "insurerNumber": query.insurer.digits,
        "symbol": query.insured.symbol,
        "number": query.insured.number,
        "branch": query.insured.branch,
        "birthdate": _day(query.birthdate),
        "clientRef": reference,
    }


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
