"""How the examinee reads: language, larger letters in high contrast, furigana, or a dark screen. It ends with them."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from kiosk.checkin.language import Language
from kiosk.locale import speak, spoken
from screens.base import KioskScreen
from screens.course import Course
from screens.crash import CalmApp
from screens.site import ScreenSite
from screens.theme import DARK, HIGH_CONTRAST, PALETTE

if TYPE_CHECKING:
    from textual.driver import Driver

JAPANESE = (Language.JAPANESE, Language.EASY_JAPANESE)
"""Languages with kanji that furigana can be put on."""


class ReadingApp(CalmApp, inherit_bindings=False):
    """Every change is seen at once on the question that stands there, with what was typed."""

    large = False
    """Larger letters in high contrast."""
    furigana = False
    """Readings above the kanji of titles and help."""
    blacked_out = False
    """Nothing is to be seen; voice and keys go on."""

    def __init__(self, site: ScreenSite, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self.site = site
        self.course = Course()
        self.touched_at = monotonic()
        """When somebody last did something."""
        speak(site.languages[0])

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DARK if self.blacked_out else HIGH_CONTRAST if self.large else PALETTE)

    def begin_anew(self) -> None:
        """Another examinee: everything as the site begins."""
        self.course.begin_anew()
        if self.as_at_first:
            return
        speak(self.site.languages[0])
        self.large = self.furigana = self.blacked_out = False
        self._show()

    @property
    def as_at_first(self) -> bool:
        """Whether nothing was changed since the last examinee."""
        changed = self.large or self.furigana or self.blacked_out
        return spoken() is self.site.languages[0] and not changed

    @property
    def shows_readings(self) -> bool:
        """Whether kanji have their readings above them."""
        return self.furigana and spoken() in JAPANESE

    def speak_in(self, language: Language) -> None:
        """Go on in that language."""
        if language is not spoken():
            speak(language)
            self._rebuild()

    def toggle_large(self) -> None:
        """Larger letters in high contrast, or as before."""
        self.large = not self.large
        self._show()

    def toggle_furigana(self) -> None:
        """Readings above the kanji, or none."""
        self.furigana = not self.furigana
        self._rebuild()

    def black_out(self) -> None:
        """Show nothing, until the screen is touched."""
        self.blacked_out = True
        self._show()

    def light_up(self) -> None:
        """Show everything again."""
        self.blacked_out = False
        self._show()

    def _show(self) -> None:
        if self.is_running:
            self.refresh_css(animate=False)
            self._rebuild()

    def _rebuild(self) -> None:
        screen = self.screen
        if isinstance(screen, KioskScreen):
            screen.rebuild()
