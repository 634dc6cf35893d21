"""What the board makes of text before it is shown."""

from __future__ import annotations

import pytest

from screens.staff.lines import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [("⑤資格確認書", "(5)資格確認書"), ("番号照会で確認(⑤)", "番号照会で確認(5)"), ("③か④", "(3)か(4)")],
)
def test_the_sign_of_a_way_has_one_pair_of_brackets(text: str, shown: str) -> None:
    """Terminals give ① one column or two as they like; in a title it stands in brackets already."""
    assert plain(text) == shown
