"""The elements of OQS files that this gateway writes or reads (OQSsiquc01, OQSmuquc01, OQSmuquc02), by name.

An element that is not named here is not kept, nor anything in it: address, 特定健診 consents, 限度額, 医療券 and more.
`CharacterCodeIdentifier` is left out on purpose: sources disagree on its codes, so that only BOM and XML declaration
count.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Group(Enum):
    """An element that holds others."""

    MESSAGE = "XmlMsg"
    HEADER = "MessageHeader"
    BODY = "MessageBody"
    SEARCH = "QualificationConfirmSearchInfo"
    """The query; a response echoes it."""
    RESULT_LIST = "ResultList"
    RESULT = "ResultOfQualificationConfirmation"
    UNIT = "BulkConfirmUnit"
    """The answer to one query of a 一括照会."""


class Leaf(Enum):
    """An element that holds text. Dates are yyyyMMdd; a code's table stands in brackets."""

    CONFIRMATION_DATE = "QualificationConfirmationDate"
    INSTITUTION = "MedicalInstitutionCode"
    FILE_IDENTIFIER = "ArbitraryFileIdentifier"
    """Free text of a request's header, echoed in the response."""
    PROCESSED_AT = "ProcessExecutionTime"
    """yyyyMMddHHmmss."""
    REFERENCE_CLASSIFICATION = "ReferenceClassification"
    """照会区分 (OQSCD002)."""
    SEGMENT = "SegmentOfResult"
    """処理結果区分 (OQSCD003)."""
    ERROR_CODE = "ErrorCode"
    ERROR_MESSAGE = "ErrorMessage"
    RECEPTION_NUMBER = "ReceptionNumber"
    """Of a 一括照会: where to fetch its answers."""
    STATUS = "ProcessingResultStatus"
    """処理結果状況 (OQSCD004)."""
    RESULT_CODE = "ProcessingResultCode"
    RESULT_MESSAGE = "ProcessingResultMessage"
    VALIDITY = "QualificationValidity"
    """資格有効性 (OQSCD006)."""
    LIMIT_CONSENT = "LimitApplicationCertificateRelatedConsFlg"
    """限度額適用認定証 consent (OQSCD001); a checkup never asks for it."""
    IDENTIFIER = "ArbitraryIdentifier"
    """Free text of one query, echoed."""
    CARD_CLASSIFICATION = "InsuredCardClassification"
    """被保険者証区分 (OQSCD010)."""
    INSURER_NUMBER = "InsurerNumber"
    """保険者番号: 8 characters, 国保 as two spaces and 6 digits."""
    INSURER_NAME = "InsurerName"
    SYMBOL = "InsuredCardSymbol"
    """記号, often in full width."""
    NUMBER = "InsuredIdentificationNumber"
    """番号, often in full width."""
    BRANCH = "InsuredBranchNumber"
    """枝番: two digits."""
    NAME = "Name"
    NAME_KANA = "NameKana"
    """In half width."""
    NAME_OF_OTHER = "NameOfOther"
    NAME_OF_OTHER_KANA = "NameOfOtherKana"
    SEX = "Sex1"
    """性別 (OQSCD007)."""
    BIRTHDATE = "Birthdate"
    QUALIFICATION_DATE = "QualificationDate"
    DISQUALIFICATION_DATE = "DisqualificationDate"
    CARD_VALID_DATE = "InsuredCardValidDate"
    CARD_EXPIRATION_DATE = "InsuredCardExpirationDate"
    REASON_OF_LOSS = "ReasonOfLoss"
    """資格喪失事由 (OQSCD008)."""


_HOLDS: Mapping[Group, tuple[Group | Leaf, ...]] = {
    # ReceptionNumber was seen in the header, in the body and bare.
    Group.MESSAGE: (Group.HEADER, Group.BODY, Leaf.RECEPTION_NUMBER),
    Group.HEADER: (
        Leaf.PROCESSED_AT,
        Leaf.CONFIRMATION_DATE,
        Leaf.INSTITUTION,
        Leaf.FILE_IDENTIFIER,
        Leaf.REFERENCE_CLASSIFICATION,
        Leaf.SEGMENT,
        Leaf.ERROR_CODE,
        Leaf.ERROR_MESSAGE,
        Leaf.RECEPTION_NUMBER,
    ),
    Group.BODY: (
        Leaf.STATUS,
        Leaf.RESULT_CODE,
        Leaf.RESULT_MESSAGE,
        Leaf.VALIDITY,
        Leaf.RECEPTION_NUMBER,
        Group.SEARCH,
        Group.RESULT_LIST,
        Group.UNIT,
    ),
    Group.UNIT: (
        Leaf.STATUS,
        Leaf.RESULT_CODE,
        Leaf.RESULT_MESSAGE,
        Leaf.VALIDITY,
        Group.SEARCH,
        Group.RESULT_LIST,
        Group.RESULT,
    ),
    Group.RESULT_LIST: (Group.RESULT,),
    Group.SEARCH: (
        Leaf.INSURER_NUMBER,
        Leaf.SYMBOL,
        Leaf.NUMBER,
        Leaf.BRANCH,
        Leaf.BIRTHDATE,
        Leaf.LIMIT_CONSENT,
        Leaf.IDENTIFIER,
    ),
    Group.RESULT: (
        Leaf.CARD_CLASSIFICATION,
        Leaf.INSURER_NUMBER,
        Leaf.SYMBOL,
        Leaf.NUMBER,
        Leaf.BRANCH,
        Leaf.NAME,
        Leaf.NAME_OF_OTHER,
        Leaf.NAME_KANA,
        Leaf.NAME_OF_OTHER_KANA,
        Leaf.SEX,
        Leaf.BIRTHDATE,
        Leaf.QUALIFICATION_DATE,
        Leaf.DISQUALIFICATION_DATE,
        Leaf.CARD_VALID_DATE,
        Leaf.CARD_EXPIRATION_DATE,
        Leaf.REASON_OF_LOSS,
        Leaf.INSURER_NAME,
    ),
}
KNOWN: Mapping[Group, Mapping[str, Group | Leaf]] = {
    group: {element.value: element for element in held} for group, held in _HOLDS.items()
}
"""What a group may hold, by element name; the same name elsewhere is another thing and is not read."""
