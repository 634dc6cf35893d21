"""Lets the virtual devices have the faults of the catalogue: planned, or struck by a hand, and cleared again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from hardware.virtual.card import VirtualCard
from hardware.virtual.disk import Trouble
from hardware.virtual.pcscd import Pcscd
from hardware.virtual.printer import Condition
from hardware.virtual.vpcd import VirtualSlot
from kiosk.rehearsal.counting import Use
from kiosk.rehearsal.faults import Fault, Lasts, Troubled
from kiosk.rehearsal.planned import Plan
from kiosk.station.wiring.fault_tables import CODES, DISK, LEAPS, LINE, PRINTER, SERVICE
from kiosk.station.wiring.faulty_cards import AFTER, faulty, misbehave
from kiosk.station.wiring.props import Props
from kiosk.station.wiring.relay import Weather

T = TypeVar("T")
SWAP_SECONDS = 3.0
"""A card that nobody reads is swapped after this."""
_LOOK_SECONDS = 0.002
_DEVICES = {
    Use.CHECK_IN: Troubled.CLOCK,
    Use.QUERY: Troubled.GATEWAY,
    Use.COMMIT: Troubled.DISK,
    Use.PRINT: Troubled.PRINTER,
}


class NotPossible(Exception):
    """These virtual devices cannot have that fault; the message says why, in Japanese."""


class Injector:
    """One loop, the kiosk's. What blocks runs in threads."""

    def __init__(
        self, props: Props, plan: Plan | None = None, stranger: Callable[[], VirtualCard] | None = None
    ) -> None:
        """`stranger` makes the card that somebody swaps another one for."""
        self._props = props
        self._plan = plan or Plan()
        self._stranger = stranger
        self._on: list[Fault] = []
        self._armed: list[Fault] = []
        """Those that strike the next card or code, and are over."""
        self._one_at_a_time = asyncio.Lock()
        self._hand = asyncio.Lock()
        """Held by whoever puts a card in or takes it out."""
        self._hands: set[asyncio.Task[None]] = set()

    @property
    def going_on(self) -> tuple[Fault, ...]:
        """The faults that are to be cleared, or still to strike."""
        return (*self._on, *self._armed)

    async def begin(self) -> None:
        """Let those strike that are planned from the start. Raises NotPossible."""
        for fault in self._plan.at_the_start:
            await self.strike(fault)

    async def before(self, use: Use) -> None:
        """A port is about to be used."""
        for fault in self._plan.used(_DEVICES[use]):
            await self.strike(fault)

    async def strike(self, fault: Fault) -> None:
        """Now, where there is something to strike; else at the next use. Raises NotPossible."""
        if fault in SERVICE and self._props.pcscd is None:
            raise NotPossible("pcscdがこのプログラムのものでないため、この故障は起こせません")
        async with self._one_at_a_time:
            if fault.lasts is Lasts.ON and fault not in self._on:
                self._on.append(fault)
            match fault.device:
                case Troubled.CARD if fault not in SERVICE:
                    await self._strike_card(fault)
                case Troubled.SCANNER if fault.lasts is Lasts.ONCE:
                    self._armed.append(fault)
                case _:
                    await self._once(fault)
                    await self._settle(fault)

    async def clear(self, *faults: Fault) -> None:
        """Put them right, everything when none is named; a card that was put in stays as it is."""
        async with self._one_at_a_time:
            over = faults or tuple(Fault)
            was = [fault for fault in self._on if fault in over]
            self._on = [fault for fault in self._on if fault not in over]
            self._armed = [fault for fault in self._armed if fault not in over]
            for fault in was:
                await self._settle(fault)

    # Hands: a card that is put in, a code that is held under the scanner.

    async def put_in(self, card: VirtualCard) -> VirtualCard:
        """Put that card in, or what it is with the faults that strike it; the card that is in now."""
        for fault in self._plan.used(Troubled.CARD):
            await self.strike(fault)
        taken = self._taken(Troubled.CARD)
        card = faulty(card, [*self._card_faults(self._on), *taken])
        await self._by_hand(self._props.slot.insert, card)
        if Fault.SWAPPED in taken and self._stranger is not None:
            await self._by_hand(_swap, self._props.slot, card, self._stranger())
        return card

    async def pull(self) -> None:
        """Empty the reader."""
        await self._by_hand(self._props.slot.pull)

    async def codes_for(self, code: str) -> tuple[str, ...]:
        """What the scanner reads when that code is held under it."""
        for fault in self._plan.used(Troubled.SCANNER):
            await self.strike(fault)
        codes: tuple[str, ...] = (code,)
        for fault in self._taken(Troubled.SCANNER):
            codes = CODES[fault](code)
        return codes

    async def _by_hand(self, work: Callable[..., None], *arguments: object) -> None:
        """In a thread, one after the other, and to its end also when nobody waits for it any more."""

        async def done() -> None:
            async with self._hand:
                await asyncio.to_thread(work, *arguments)

        task = asyncio.ensure_future(done())
        self._hands.add(task)
        task.add_done_callback(self._hands.discard)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_forget)
            raise

    def _taken(self, device: Troubled) -> list[Fault]:
        taken = [fault for fault in self._armed if fault.device is device]
        self._armed = [fault for fault in self._armed if fault.device is not device]
        return taken

    def _card_faults(self, faults: list[Fault]) -> list[Fault]:
        return [fault for fault in faults if fault.device is Troubled.CARD and fault not in SERVICE]

    async def _strike_card(self, fault: Fault) -> None:
        slot = self._props.slot
        card = slot.card
        if card is None:
            if fault.lasts is Lasts.ONCE:
                self._armed.append(fault)
        elif fault is Fault.PULLED:
            await self.pull()
        elif fault is Fault.SWAPPED:
            if self._stranger is not None:
                await self._by_hand(slot.insert, self._stranger())
        elif not misbehave(card, fault, len(card.log)):
            await self._by_hand(slot.insert, faulty(card, [fault]))

    # Devices: how each has to be with the faults that go on.

    async def _once(self, fault: Fault) -> None:
        pcscd, props = self._props.pcscd, self._props
        if fault is Fault.SERVICE_RESTARTED and pcscd is not None:
            await asyncio.to_thread(_restart, pcscd)
        elif fault is Fault.GATEWAY_HICCUP:
            await props.back.run(props.relay.cut())

    async def _settle(self, fault: Fault) -> None:
        props = self._props
        match fault.device:
            case Troubled.PRINTER:
                await props.back.run(props.printer.become(self._last(PRINTER, Condition.OK)))
            case Troubled.GATEWAY:
                await self._settle_line()
            case Troubled.DISK:
                await asyncio.to_thread(props.disk.become, self._last(DISK, Trouble.NONE))
            case Troubled.SCANNER:
                if Fault.SCANNER_VANISHED in self._on:
                    props.scanner.vanish()
                else:
                    props.scanner.come_back()
            case Troubled.CLOCK:
                props.clock.ahead = self._last(LEAPS, timedelta())
                props.clock.kept_right = Fault.UNSYNCHRONISED not in self._on
                if fault is Fault.GATEWAY_DIFFERS:
                    await self._settle_line()
            case Troubled.CARD if fault in SERVICE and props.pcscd is not None:
                await asyncio.to_thread(_settle_service, props.pcscd, fault, fault in self._on)
            case Troubled.CARD:
                pass

    async def _settle_line(self) -> None:
        relay, weather = self._props.relay, self._last(LINE, Weather.FAIR)
        await self._props.back.run(relay.mend() if weather is Weather.FAIR else relay.become(weather))

    def _last(self, table: Mapping[Fault, T], well: T) -> T:
        """How it has to be with the fault that struck last of those that go on."""
        return next((table[fault] for fault in reversed(self._on) if fault in table), well)


def _forget(task: asyncio.Task[None]) -> None:
    """What a hand could not do that nobody waits for any more is nobody's concern."""
    if not task.cancelled():
        task.exception()


def _swap(slot: VirtualSlot, card: VirtualCard, other: VirtualCard) -> None:
    """Put the other card in its place as soon as something was read of it."""
    ends = time.monotonic() + SWAP_SECONDS
    while len(card.log) < AFTER and time.monotonic() < ends:
        time.sleep(_LOOK_SECONDS)
    slot.insert(other)


def _restart(pcscd: Pcscd) -> None:
    pcscd.stop()
    pcscd.start()


def _settle_service(pcscd: Pcscd, fault: Fault, on: bool) -> None:
    match fault:
        case Fault.READER_UNPLUGGED:
            pcscd.stop()
            if on:
                pcscd.unplug()
            else:
                pcscd.plug_in()
            pcscd.start()
        case Fault.SERVICE_KILLED:
            if on:
                pcscd.kill()
            else:
                pcscd.start()
        case Fault.SERVICE_HANGS:
            if on:
                pcscd.freeze()
            else:
                pcscd.thaw()
        case Fault.SOCKET_GONE:
            if on:
                pcscd.hide()
            else:
                pcscd.show()
        case _:
            pass
