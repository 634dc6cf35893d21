"""From a file to the few elements that are kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from kiosk.gateway.oqs.elements import KNOWN, Group, Leaf
from kiosk.gateway.oqs.encoding import text_of
from kiosk.gateway.oqs.errors import OqsFault, OqsFileError, WrongElement

LARGEST_FILE = 4 * 1024 * 1024
"""Octets; a 一括照会 of 1,000 people has about 2 MiB."""
DEEPEST = 32
"""Elements in one another; OQS files have 7."""
MOST_RECORDS = 5_000
"""Of one kind in one file: twice what the largest file can hold with all their elements."""
_SLICE = 64 * 1024
"""Characters for expat at a time: after a refusal it still walks to the end of what it was given."""
_CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
"""What expat says of a file that ends too early."""


@dataclass(slots=True, repr=False)
class Node:
    """One group with what is kept of it. Its repr shows nothing."""

    group: Group
    texts: dict[Leaf, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    ambiguous: set[Leaf] = field(default_factory=set)
    """Elements that came twice with different texts."""

    def every(self, group: Group) -> Iterator[Node]:
        """The groups of that kind right below this one."""
        return (node for node in self.nodes if node.group is group)

    def one(self, group: Group) -> Node | None:
        """The only group of that kind right below this one. Raises WrongElement when there are several."""
        found = list(self.every(group))
        if len(found) > 1:
            raise WrongElement(group.value)
        return found[0] if found else None


def read_tree(octets: bytes, file_name: str, misfit: OqsFault) -> Node:
    """The XmlMsg of a file. Raises OqsFileError; `misfit` is the fault of well-formed XML that is something else."""
    if len(octets) > LARGEST_FILE:
        raise OqsFileError(OqsFault.TOO_LARGE, file_name)
    text = text_of(octets, file_name)
    # Looked for in the text, not in expat's events: so no declaration is ever parsed, let alone expanded. Entities can
    # be declared nowhere else.
    if "<!DOCTYPE" in text:
        raise OqsFileError(OqsFault.DTD, file_name)
    gatherer = _Gatherer(file_name, misfit)
    parser = expat.ParserCreate()  # takes text as it is, whatever encoding its declaration names
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = gatherer.start
    parser.EndElementHandler = gatherer.end
    parser.CharacterDataHandler = gatherer.text
    parser.ProcessingInstructionHandler = gatherer.instruction
    try:
        for begin in range(0, len(text), _SLICE):
            parser.Parse(text[begin : begin + _SLICE])
        parser.Parse("", True)
    except expat.ExpatError as wrong:
        raise OqsFileError(OqsFault.NOT_COMPLETE if wrong.code in _CUT else OqsFault.NOT_XML, file_name) from None
    return gatherer.root


class _Gatherer:
    """Builds the tree of known elements from expat's events."""

    def __init__(self, file_name: str, misfit: OqsFault) -> None:
        self.root = Node(Group.MESSAGE)
        self._file_name = file_name
        self._misfit = misfit
        self._depth = 0
        self._open: list[Node] = []
        self._leaf: Leaf | None = None
        self._parts: list[str] = []
        self._ignored = 0
        """How deep within an unknown element."""
        self._records: dict[Group, int] = dict.fromkeys(Group, 0)

    def start(self, name: str, _attributes: object) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise OqsFileError(OqsFault.TOO_DEEP, self._file_name)
        if not self._open:
            if name != Group.MESSAGE.value:
                raise OqsFileError(self._misfit, self._file_name)
            self._open.append(self.root)
            return
        known = None if self._ignored or self._leaf is not None else KNOWN[self._open[-1].group].get(name)
        match known:
            case None:
                self._ignored += 1
            case Leaf():
                self._leaf = known
            case Group():
                self._open_group(known)

    def end(self, _name: str) -> None:
        self._depth -= 1
        if self._ignored:
            self._ignored -= 1
        elif self._leaf is not None:
            self._close_leaf(self._leaf)
        else:
            self._open.pop()

    def text(self, text: str) -> None:
        if self._leaf is not None and not self._ignored:
            self._parts.append(text)

    def instruction(self, _target: str, _data: str) -> None:
        raise OqsFileError(OqsFault.INSTRUCTION, self._file_name)

    def _open_group(self, group: Group) -> None:
        self._records[group] += 1
        if self._records[group] > MOST_RECORDS:
            raise OqsFileError(OqsFault.TOO_MANY, self._file_name, group.value)
        node = Node(group)
        self._open[-1].nodes.append(node)
        self._open.append(node)

    def _close_leaf(self, leaf: Leaf) -> None:
        text = "".join(self._parts)
        node = self._open[-1]
        if node.texts.setdefault(leaf, text) != text:
            node.ambiguous.add(leaf)
        self._leaf = None
        self._parts.clear()
