"""The parts of docs/architecture.md that are drawn from the code: `python -m tests.docs.drawn` draws them anew."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kiosk import journey
from kiosk.steps import settle
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "architecture.md"
BESIDE = ("screens", "hardware")
"""Packages that stand beside the floors."""
ENDING = (settle.settle, settle.record, settle.print_slip, settle.show_result, settle.hand_back_card)
"""What `journey._conclude` does, in its order."""
_BLOCK = "<!-- {name}: drawn by tests/docs/drawn.py -->\n\n{body}\n\n<!-- end of {name} -->"


def with_parts(text: str) -> str:
    """The page with every part as the code has it now. Raises ValueError when a part has lost its place."""
    parts: Mapping[str, str] = {"floors": _floors(), "rooms": _rooms(), "check-in": _check_in()}
    for name, body in parts.items():
        before, start, rest = text.partition(f"<!-- {name}:")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        if not (start and end):
            raise ValueError(f"{PAGE.name} has no place for {name}")
        text = before + _BLOCK.format(name=name, body=body) + after
    return text


def _floors() -> str:
    """The layers contract as a picture, and what the other contracts let stand beside it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    floors = [[room.strip() for room in layer.split("|")] for layer in layers]
    lines = [f'  f{at}["{_names(floor)}"]' for at, floor in enumerate(floors)]
    lines += [f"  f{at} --> f{at + 1}" for at in range(len(floors) - 1)]
    for package in BESIDE:
        forbidden = next(c["forbidden_modules"] for c in contracts if c.get("source_modules") == [package])
        lines.append(f"  {package}[[{package}]]")
        lines += [f"  f{at} --> {package}" for at, floor in enumerate(floors) if _imports(floor, package)]
        for at, floor in enumerate(floors):
            allowed = [room for room in floor if _is_package(room) and not _within(room, forbidden)]
            if allowed:
                words = "" if allowed == floor else f'|"{_names(allowed)}"| '
                lines.append(f"  {package} -->{words or ' '}f{at}")
    return "\n".join(["```mermaid", "flowchart TB", *lines, "```"])


def _names(rooms: list[str]) -> str:
    return " · ".join(room.removeprefix("kiosk.") for room in rooms)


def _within(room: str, forbidden: list[str]) -> bool:
    return any(room == other or room.startswith(f"{other}.") for other in forbidden)


def _is_package(room: str) -> bool:
    return (ROOT / Path(*room.split(".")) / "__init__.py").exists()


def _imports(rooms: list[str], package: str) -> bool:
    files = [file for room in rooms for file in (ROOT / Path(*room.split("."))).rglob("*.py")]
    return any(re.search(rf"^\s*(?:from|import) {package}\b", file.read_text(encoding="utf-8"), re.M) for file in files)


def _rooms() -> str:
    """Every room with the first sentence of what it says of itself."""
    rooms = [folder for base in ("kiosk", *BESIDE) for folder in _folders(ROOT / base)]
    rooms += [file for file in (ROOT / "kiosk").glob("*.py") if not file.name.startswith("__")]
    rows = [
        f"| [`{path.relative_to(ROOT)}`](../{path.relative_to(ROOT)}) | {_first_sentence(path)} |" for path in rooms
    ]
    return "\n".join(["| room | what it is |", "|---|---|", *rows])


def _folders(base: Path) -> Iterator[Path]:
    yield from (file.parent for file in base.glob("*/__init__.py"))
    if base.name != "kiosk":
        yield base


def _first_sentence(path: Path) -> str:
    file = path / "__init__.py" if path.is_dir() else path
    words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return _line(words)


def _line(docstring: str) -> str:
    return " ".join(docstring.partition("\n\n")[0].split()).replace("|", "\\|")


def _check_in() -> str:
    """The parts of one check-in in their order, with and without a roster, and how it ends."""
    rows = [(*_part(part), _order(part)) for part in journey.WITH_TICKET]
    rows += [(*_part(part), _order(part)) for part in journey.WITH_ROSTER if part not in journey.WITH_TICKET]
    rows += [(*_part(part), "end") for part in ENDING]
    lines = [f"| `{name}` | [`{file}`](../{file}) | {words} | {order} |" for name, file, words, order in rows]
    return "\n".join(["| part | file | what it does | order: without / with roster |", "|---|---|---|---|", *lines])


def _part(part: Callable[..., object]) -> tuple[str, str, str]:
    return part.__name__, f"{part.__module__.replace('.', '/')}.py", _line(part.__doc__ or "")


def _order(part: object) -> str:
    orders = (journey.WITH_TICKET, journey.WITH_ROSTER)
    return " / ".join(str(order.index(part) + 1) if part in order else "-" for order in orders)


if __name__ == "__main__":
    PAGE.write_text(with_parts(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
