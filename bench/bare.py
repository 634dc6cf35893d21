"""The floor of the first frame: the smallest Textual app that shows one label."""

from textual.app import App, ComposeResult
from textual.widgets import Label

MARK = "準備しています"


class Bare(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        yield Label(MARK)


if __name__ == "__main__":
    Bare().run()
