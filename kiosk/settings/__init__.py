"""The configuration file, typed; `config/kiosk.example.toml` explains every key to the person who installs it."""

from __future__ import annotations

from kiosk.settings.doubts import doubts
from kiosk.settings.reading import SettingsError, chosen_path, load, load_if_there
from kiosk.settings.section import Section
from kiosk.settings.serve import Backend, Serve, TidyRequests
from kiosk.settings.tables import (
    Baud,
    Card,
    ClockSection,
    ClockSource,
    ControlSection,
    Gateway,
    LedgerSection,
    PrecheckBy,
    PrinterSection,
    PrintHead,
    Provisional,
    RosterSection,
    ScannerSection,
    Screen,
    Service,
    Site,
    SlipForm,
    SlipName,
    Terminal,
    TicketSection,
    Unattended,
)
from kiosk.settings.values import TERMINAL_NAME
from kiosk.settings.voice import VoiceSection
from kiosk.settings.whole import Settings, today_at

__all__ = [
    "TERMINAL_NAME",
    "Backend",
    "Baud",
    "Card",
    "ClockSection",
    "ClockSource",
    "ControlSection",
    "Gateway",
    "LedgerSection",
    "PrecheckBy",
    "PrintHead",
    "PrinterSection",
    "Provisional",
    "RosterSection",
    "ScannerSection",
    "Screen",
    "Section",
    "Serve",
    "Service",
    "Settings",
    "SettingsError",
    "Site",
    "SlipForm",
    "SlipName",
    "Terminal",
    "TicketSection",
    "TidyRequests",
    "Unattended",
    "VoiceSection",
    "chosen_path",
    "doubts",
    "load",
    "load_if_there",
    "today_at",
]
