"""What stands on every kind of screen in every language, as it was last looked at: a change shows as a difference.

`make looks` takes it anew; read what `git diff` says of it before it is committed.
"""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from kiosk.checkin.language import Language
from screens.panels import PANELS, Panel
from tests.screens.gallery import UNLIKE, View, gallery


class Text(SingleFileSnapshotExtension):
    """A file that can be read."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name.replace(" ", "-"))
@pytest.mark.parametrize("language", Language, ids=lambda language: language.value)
async def test_screens_look_as_they_did(language: Language, panel: Panel, snapshot: SnapshotAssertion) -> None:
    looks = await gallery(View(panel.size, language=language, names=UNLIKE))
    assert {name: look.cut for name, look in looks.items() if look.cut} == {}
    shown = "".join(f"===== {name}\n{look.words}\n" for name, look in looks.items())
    assert shown == snapshot(extension_class=Text)
