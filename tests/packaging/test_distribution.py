"""What is shipped: names that nobody else brings, a lock without addresses, an example that explains every key."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from kiosk.settings import Settings

ROOT = Path(__file__).parents[2]
OURS = {"kiosk", "screens", "hardware"}


def test_no_other_distribution_brings_our_names() -> None:
    others = {
        distribution.metadata["Name"]: OURS & {path.parts[0] for path in distribution.files or ()}
        for distribution in distributions()
        if distribution.metadata["Name"] != "kenshin-kiosk"
    }
    assert {name: names for name, names in others.items() if names} == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-voices.lock"])
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-voices.lock"])
def test_a_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"])
    if "dev" in lock:
        wanted += project["dependency-groups"]["dev"]
    if "voices" in lock:
        wanted += project["project"]["optional-dependencies"]["voices"]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.M))
    assert {re.split(r"[<>=]", requirement)[0] for requirement in wanted} <= locked


def keys_of(model: type[BaseModel]) -> dict[str, set[str]]:
    return {
        section: set(field.annotation.model_fields)
        for section, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }


def test_the_example_explains_every_key_with_its_default() -> None:
    text = (ROOT / "config" / "kiosk.example.toml").read_text(encoding="utf-8")
    uncommented = re.sub(r"^# ([a-z_]+ = )", r"\1", text, flags=re.M)
    example: dict[str, dict[str, Any]] = tomllib.loads(uncommented)
    assert {section: set(keys) for section, keys in example.items()} == keys_of(Settings)
    assert Settings.model_validate(tomllib.loads(text)).site.name
    commented = Settings.model_validate(example)
    plain = Settings.model_validate(tomllib.loads(text))
    optional = {
        "baud",
        "ca_file",
        "certificate",
        "key",
        "file",
        "folder",
        "institution",
        "suffix",
        "quiet_from",
        "quiet_until",
        "metrics",
    }
    for section in example:
        mine, defaults = getattr(commented, section).model_dump(), getattr(plain, section).model_dump()
        assert {k: v for k, v in mine.items() if k not in optional} == {
            k: v for k, v in defaults.items() if k not in optional
        }


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        (["--help"], {"textual", "httpx", "sqlite_utils", "pydantic", "PIL", "fastapi", "smartcard"}),
        (["status", "--help"], {"textual", "httpx", "sqlite_utils", "PIL", "fastapi", "smartcard"}),
        (["config", "--help"], {"textual", "httpx", "sqlite_utils", "PIL", "fastapi", "smartcard"}),
        (["doctor", "--help"], {"textual", "httpx", "sqlite_utils", "PIL", "fastapi", "smartcard"}),
    ],
)
def test_a_command_does_not_pay_for_what_it_does_not_need(command: list[str], unwanted: set[str]) -> None:
    script = (
        "import sys\nfrom kiosk.cli import main\n"
        f"try: main({command!r})\nexcept SystemExit: pass\n"
        "print('modules:', *sys.modules)"
    )
    said = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = {name.partition(".")[0] for name in said.rpartition("modules:")[2].split()}
    assert "click" in loaded
    assert loaded & unwanted == set()
