"""The voice: how loud, when it keeps quiet, and what is repeated. What it says is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from kiosk.ports.voice import Clips, KeyWords, Part, Pause, Player, Sound
from kiosk.voice.utterances import Utterance

GAINS = (0.0, 0.063, 0.126, 0.251, 0.501, 1.0)
"""Of each level: off, then steps of 6 dB, which everybody hears as one step; the hardware's own volume is the top."""
LOUDEST = len(GAINS) - 1
QUIETEST = 1


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Every day from one time until another, over midnight too; never where both are the same."""

    since: time
    until: time

    def contain(self, at: time) -> bool:
        """Whether it is quiet at that time of the day."""
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


class Speaker:
    """The port `Voice`, and what the kiosk itself says with it.

    In quiet hours it says nothing by itself but the alarm for a card that was left, and begins with the lowest level;
    who asks for the words with the key hears them. The alarm goes on whatever else is said.
    """

    def __init__(
        self,
        player: Player,
        clips: Clips,
        level: int,
        quiet: Callable[[], bool] = lambda: False,
        *,
        earphones: bool = False,
    ) -> None:
        """`level` is where each examinee begins; with `earphones` nobody else hears what is said."""
        self._player = player
        self._clips = clips
        self._usual = self._level = level
        self._quiet = quiet
        self._earphones = earphones
        self._said: tuple[Part, ...] = ()
        self._alarm: Utterance | None = None
        player.turn(GAINS[level])

    @property
    def audible(self) -> bool:
        """See Voice."""
        return self._player.available and self._clips.complete

    @property
    def level(self) -> int:
        """See Voice."""
        return self._level

    def say(self, words: Utterance) -> None:
        """Say the words of a screen, in place of what is being said, and keep them for `repeat`."""
        self._said = tuple(part for part in words.parts if not _only_once(part))
        self._alarm = words if Sound.ALARM in words.parts else None
        if self._alarm and not self._level:
            self.begin_anew()  # who turned the voice off did not mean the card
        if words.unasked and (not self._quiet() or self._alarm):
            self._play(words.parts, words.every)
        else:
            self._player.stop()

    def aside(self, *parts: Part) -> None:
        """See Voice."""
        if self._quiet():
            return
        if self._alarm is not None:
            self._play((*parts, *self._alarm.parts), self._alarm.every)
        else:
            self._play(parts)

    def tell(self, words: KeyWords, *then: Part) -> None:
        """See Voice."""
        unheard = words.private and not (self._earphones and words.parts)
        self.aside(*((Sound.TICK,) if unheard else words.parts), *then)

    def repeat(self) -> None:
        """See Voice."""
        if self._alarm is not None:
            self._play(self._alarm.parts, self._alarm.every)
        elif self._said:
            self._play(self._said)

    def hush(self) -> None:
        """The screen is gone: be silent, and repeat nothing of it."""
        self._said = ()
        self._alarm = None
        self._player.stop()

    def louder(self) -> None:
        """See Voice."""
        self._turn(min(LOUDEST, self._level + 1))

    def softer(self) -> None:
        """See Voice."""
        self._turn(max(0, self._level - 1))

    def next_level(self) -> None:
        """See Voice."""
        self._turn((self._level + 1) % len(GAINS))

    def begin_anew(self) -> None:
        """Another examinee: as loud as it is usual, whatever the last one chose."""
        self._level = QUIETEST if self._quiet() else self._usual
        self._player.turn(GAINS[self._level])

    def _play(self, parts: tuple[Part, ...], every: float | None = None) -> None:
        """Without a complete voice the sounds alone."""
        if not self._clips.complete:
            parts = tuple(part for part in parts if isinstance(part, Sound))
        if parts:
            self._player.play(parts, every)
        else:
            self._player.stop()

    def _turn(self, level: int) -> None:
        self._level = level
        self._player.turn(GAINS[level])
        if not self._player.playing:
            self._player.play((Sound.TICK,))


def _only_once(part: Part) -> bool:
    """Whether it belongs to the moment, and not to what was said."""
    match part:
        case Sound() | Pause.PATIENCE:
            return True
        case _:
            return False
