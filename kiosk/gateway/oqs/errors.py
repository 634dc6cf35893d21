"""What can be wrong with an OQS file. The errors name the file and the element, never what stands in it."""

from __future__ import annotations

from enum import Enum

LONGEST_NAME = 120
"""Characters of a file name in a message; OQS names have about 60."""


class OqsFault(Enum):
    """The kinds of fault; the value says what was found."""

    NOT_COMPLETE = "ends too early: it is still being written, or was cut"
    TOO_LARGE = "is larger than any OQS file"
    TOO_DEEP = "is nested deeper than any OQS file"
    TOO_MANY = "has more records than any OQS file"
    DTD = "has a document type or entity declaration, which OQS files never have"
    INSTRUCTION = "has a processing instruction, which OQS files never have"
    ENCODING = "is not written in the encoding that it declares, or in none of Shift_JIS and UTF-8"
    NOT_XML = "is not well-formed XML"
    NOT_A_RESPONSE = "is no response of OQS"
    NOT_A_REQUEST = "is no request to OQS"
    VALUE = "has an element with a value that it cannot have, or without one that it needs"


class OqsFileError(Exception):
    """A file that cannot be read or written."""

    def __init__(self, fault: OqsFault, file_name: str, element: str = "") -> None:
        """`element` is the name of the element that is to blame, where there is one."""
        self.fault = fault
        self.file_name = "".join(sign if sign.isprintable() else "?" for sign in file_name)[:LONGEST_NAME]
        self.element = element
        super().__init__(f"{self.file_name} {fault.value}{f': {element}' if element else ''}")


class WrongElement(Exception):
    """An element with a bad value, or without a needed one; carries its name, never its value."""

    def __init__(self, element: str) -> None:
        super().__init__(element)
        self.element = element
