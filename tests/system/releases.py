"""Other releases of the kiosk, made from a bundle by changing lines of it."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path


def other_release(bundle: Path, name: str, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """A copy of an unpacked bundle that is release `name`; in each file of its wheel a text becomes another one."""
    made = bundle.with_name(name)
    shutil.copytree(bundle, made, symlinks=True)
    (made / "RELEASE").write_text(f"{name}\n")
    (wheel,) = (made / "wheels").glob("kenshin_kiosk-*.whl")
    before = _digest(wheel)
    _rewrite(wheel, changes or {})
    for lock in (made / "requirements.txt",):
        lock.write_text(lock.read_text().replace(before, _digest(wheel)))
    files = sorted(path for path in made.rglob("*") if path.is_file() and not path.is_symlink())
    (made / "SHA256SUMS").write_text(
        "".join(f"{_digest(file)}  ./{file.relative_to(made)}\n" for file in files if file.name != "SHA256SUMS")
    )
    return made


def _rewrite(wheel: Path, changes: Mapping[str, tuple[str, str]]) -> None:
    draft = wheel.with_suffix(".draft")
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename in changes:
                was, becomes = changes[item.filename]
                text = content.decode("utf-8")
                assert text.count(was) == 1, (item.filename, was)
                content = text.replace(was, becomes).encode("utf-8")
            new.writestr(item, content)
    draft.replace(wheel)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
