"""Renders OQS files about invented people, so that tests need no files of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

Content: TypeAlias = "str | Sequence[tuple[str, Content]]"
Tree: TypeAlias = tuple[str, Content]

SHIFT_JIS = '<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>\r\n'
UTF_8 = "<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n"
PERSON: tuple[tuple[str, str], ...] = (
    ("InsuredCardClassification", "01"),
    ("InsurerNumber", "  138057"),
    ("InsuredCardSymbol", "１２－３４"),
    ("InsuredIdentificationNumber", "５６７８"),
    ("InsuredBranchNumber", "01"),
    ("PersonalFamilyClassification", "1"),
    ("InsuredName", "見本　髙子"),
    ("Name", "見本　髙子"),
    ("NameOfOther", ""),
    ("NameKana", "ﾐﾎﾝ ﾀｶｺ"),
    ("Sex1", "2"),
    ("Birthdate", "19700102"),
    ("Address", "架空県架空市１－２－３"),
    ("PostNumber", "0000000"),
    ("QualificationDate", "20150401"),
    ("InsuredCardValidDate", "20250801"),
    ("InsuredCardExpirationDate", "20260731"),
    ("InsurerName", "架空国民健康保険"),
)
HEADER: tuple[tuple[str, str], ...] = (
    ("ProcessExecutionTime", "20260701093000"),
    ("QualificationConfirmationDate", "20260701"),
    ("MedicalInstitutionCode", "1312345679"),
    ("ArbitraryFileIdentifier", "A1B2C3"),
    ("ReferenceClassification", "2"),
    ("SegmentOfResult", "1"),
    ("CharacterCodeIdentifier", "1"),
)
SEARCH: tuple[tuple[str, str], ...] = (
    ("InsurerNumber", "  138057"),
    ("InsuredCardSymbol", "１２－３４"),
    ("InsuredIdentificationNumber", "５６７８"),
    ("InsuredBranchNumber", "01"),
    ("Birthdate", "19700102"),
    ("LimitApplicationCertificateRelatedConsFlg", "0"),
    ("ArbitraryIdentifier", "5f0c7a52-3b1e-4c7e-9a55-0f6d3f1f2a11"),
)
DONE: tuple[tuple[str, str], ...] = (("ProcessingResultStatus", "1"), ("QualificationValidity", "1"))


def with_values(leaves: Sequence[tuple[str, str]], **values: str | None) -> list[tuple[str, Content]]:
    """The leaves with other values; None leaves one out, a new name is added."""
    changed: list[tuple[str, Content]] = [
        (name, values.get(name) or "") if name in values else (name, value)
        for name, value in leaves
        if values.get(name, value) is not None
    ]
    known = {name for name, _ in leaves}
    return changed + [(name, value) for name, value in values.items() if name not in known and value is not None]


def response(header: Content = HEADER, body: Content | None = None) -> Tree:
    """A single response; by default 有効 with the one person."""
    if body is None:
        body = [*DONE, ("ResultList", [result()])]
    return ("XmlMsg", [("MessageHeader", header), ("MessageBody", body)])


def result(**values: str | None) -> Tree:
    """One ResultOfQualificationConfirmation about the person, with other values."""
    return ("ResultOfQualificationConfirmation", with_values(PERSON, **values))


def unit(identifier: str, *, status: str = "1", validity: str = "1", **values: str | None) -> Tree:
    """One BulkConfirmUnit about the person."""
    return (
        "BulkConfirmUnit",
        [
            ("QualificationConfirmSearchInfo", with_values(SEARCH, ArbitraryIdentifier=identifier)),
            ("ProcessingResultStatus", status),
            ("QualificationValidity", validity),
            result(**values),
            ("ReferenceNumber", "9001"),
        ],
    )


def bulk(*units: Tree) -> Tree:
    """An OQSmuquc02res."""
    counts = [("ReceptionNumber", "2026070100000001"), ("NumberOfProcessingResult", str(len(units)))]
    return response([*HEADER, *counts], list(units))


def text(tree: Tree) -> str:
    """The elements as XML, one a line."""
    name, content = tree
    inner = escape(content) if isinstance(content, str) else "\r\n" + "".join(text(child) for child in content)
    return f"<{name}>{inner}</{name}>\r\n"


def shift_jis(tree: Tree) -> bytes:
    """As most terminals write."""
    return (SHIFT_JIS + text(tree)).encode("cp932")


def utf_8(tree: Tree) -> bytes:
    """By declaration, without BOM."""
    return (UTF_8 + text(tree)).encode()
