"""The layers that are walked, and everything that can be found in them. The names are stable: monitoring reads them."""

from __future__ import annotations

from enum import Enum


class Layer(Enum):
    """The layers, in the order in which they are walked: what others stand on comes first."""

    CONFIGURATION = "configuration"
    PACKAGES = "packages"
    VERSIONS = "versions"
    LOCALE = "locale"
    FONTS = "fonts"
    TERMINAL = "terminal"
    DISK = "disk"
    PERMISSIONS = "permissions"
    LEDGER = "ledger"
    PCSCD = "pcscd"
    READER = "reader"
    PRINTER = "printer"
    SCANNER = "scanner"
    AUDIO = "audio"
    TOKEN = "token"  # noqa: S105 - a layer's name
    CERTIFICATE = "certificate"
    GATEWAY = "gateway"
    CLOCK = "clock"

    @property
    def word(self) -> str:
        """The layer in Japanese."""
        return _WORDS[self]


_WORDS = {
    Layer.CONFIGURATION: "設定",
    Layer.PACKAGES: "パッケージ",
    Layer.VERSIONS: "版",
    Layer.LOCALE: "文字コード",
    Layer.FONTS: "書体",
    Layer.TERMINAL: "端末画面",
    Layer.DISK: "ディスク",
    Layer.PERMISSIONS: "権限",
    Layer.LEDGER: "台帳",
    Layer.PCSCD: "カードサービス",
    Layer.READER: "カードリーダー",
    Layer.PRINTER: "プリンター",
    Layer.SCANNER: "スキャナー",
    Layer.AUDIO: "音声",
    Layer.TOKEN: "トークン",
    Layer.CERTIFICATE: "証明書",
    Layer.GATEWAY: "ゲートウェイ",
    Layer.CLOCK: "時計",
}


class Symptom(Enum):
    """Everything that can be found. The value names the layer, then the symptom; `doctor` stands for any layer."""

    CRASHED = "doctor.crashed"
    """The check itself failed."""
    HANGS = "doctor.hangs"
    """The check gave no answer in its time."""
    NOT_REACHED = "doctor.not-reached"
    """The time for all checks was over before its turn."""

    CONFIGURATION_WRONG = "configuration.wrong"

    NOT_DEBIAN = "packages.not-debian"
    PACKAGES_MISSING = "packages.missing"
    PACKAGES_WANTED = "packages.wanted"

    PYTHON_OLD = "versions.python-old"
    NOT_INSTALLED = "versions.not-installed"
    LIBRARY_MISSING = "versions.library-missing"
    LIBRARY_OTHER = "versions.library-other"
    SHADOWED = "versions.shadowed"
    SQLITE_WAL = "versions.sqlite-wal"
    FOOT_WITHOUT_TOUCH = "versions.foot-without-touch"

    NOT_UTF8 = "locale.not-utf8"

    FONT_MISSING = "fonts.missing"
    FONT_OTHER = "fonts.other"
    FONTS_UNKNOWN = "fonts.unknown"

    NO_TERMINAL = "terminal.none"
    TERMINAL_SMALL = "terminal.small"
    TERMINAL_SILENT = "terminal.silent"
    GLYPH_WIDTHS = "terminal.widths"
    AMBIGUOUS_WIDTHS = "terminal.ambiguous-widths"

    DISK_MISSING = "disk.missing"
    DISK_READ_ONLY = "disk.read-only"
    DISK_FULL = "disk.full"
    DISK_LOW = "disk.low"
    DISK_VOLATILE = "disk.volatile"
    DISK_REMOTE = "disk.remote"
    DISK_ERRORS = "disk.errors"

    NO_USER = "permissions.no-user"
    STATE_NOT_WRITABLE = "permissions.state"
    EXPOSED = "permissions.exposed"
    FOLDER_OPEN = "permissions.folder-open"
    CHANGEABLE = "permissions.changeable"
    DEVICE_CLOSED = "permissions.device"

    LEDGER_NONE = "ledger.none"
    LEDGER_CLOSED = "ledger.closed"
    LEDGER_DAMAGED = "ledger.damaged"
    LEDGER_KEY = "ledger.key"
    LEDGER_FOREIGN = "ledger.foreign"

    VPCD_INSTALLED = "pcscd.vpcd-installed"
    PCSCD_STOPPED = "pcscd.stopped"
    POLKIT_RULE = "pcscd.polkit-rule"
    NFC_DRIVER = "pcscd.nfc-driver"

    READER_NONE = "reader.none"
    READER_OTHER = "reader.other"
    READER_SEVERAL = "reader.several"
    READER_NO_SERVICE = "reader.no-service"
    READER_NOT_ALLOWED = "reader.not-allowed"
    READER_NO_LIBRARY = "reader.no-library"
    READER_DOWN = "reader.down"
    READER_VIRTUAL = "reader.virtual"

    PRINTER_UNREACHABLE = "printer.unreachable"
    PRINTER_TIMED_OUT = "printer.timed-out"
    PRINTER_NO_PAPER = "printer.no-paper"
    PRINTER_NEAR_END = "printer.near-end"
    PRINTER_COVER = "printer.cover"
    PRINTER_NEEDS_HAND = "printer.needs-hand"
    PRINTER_SILENT = "printer.silent"
    PRINTER_HEAD = "printer.head"
    PRINTER_DOWN = "printer.down"
    PRINTER_VIRTUAL = "printer.virtual"
    PRINTER_IN_USE = "printer.in-use"

    SCANNER_UNNAMED = "scanner.unnamed"
    SCANNER_NONE = "scanner.none"
    SCANNER_NOT_ALLOWED = "scanner.not-allowed"
    SCANNER_BUSY = "scanner.busy"
    SCANNER_WRONG = "scanner.wrong"
    SCANNER_DOWN = "scanner.down"
    SCANNER_NUMBERED = "scanner.numbered"

    AUDIO_OFF = "audio.off"
    AUDIO_ABSENT = "audio.absent"
    AUDIO_NO_PLAYER = "audio.no-player"
    AUDIO_NOT_ALLOWED = "audio.not-allowed"
    AUDIO_WRONG = "audio.wrong"
    AUDIO_DOWN = "audio.down"
    AUDIO_CLIPS = "audio.clips"

    TOKEN_MISSING = "token.missing"  # noqa: S105 - a symptom's name
    TOKEN_UNREADABLE = "token.unreadable"  # noqa: S105 - a symptom's name
    TOKEN_EXPOSED = "token.exposed"  # noqa: S105 - a symptom's name
    TOKEN_OWNER = "token.owner"  # noqa: S105 - a symptom's name
    TOKEN_FORM = "token.form"  # noqa: S105 - a symptom's name

    CERTIFICATE_MISSING = "certificate.missing"
    CERTIFICATE_UNREADABLE = "certificate.unreadable"
    CERTIFICATE_EXPIRED = "certificate.expired"
    CERTIFICATE_EXPIRES = "certificate.expires"
    CERTIFICATE_NOT_YET = "certificate.not-yet"
    CERTIFICATE_REFUSED = "certificate.refused"
    CERTIFICATE_NOT_SEEN = "certificate.not-seen"

    GATEWAY_NONE = "gateway.none"
    GATEWAY_NOT_ASKED = "gateway.not-asked"
    GATEWAY_UNREACHABLE = "gateway.unreachable"
    GATEWAY_TIMED_OUT = "gateway.timed-out"
    GATEWAY_REFUSED = "gateway.refused"
    GATEWAY_FAULTY = "gateway.faulty"
    GATEWAY_BEHIND = "gateway.behind"
    GATEWAY_WITHOUT_NUMBERS = "gateway.without-numbers"
    GATEWAY_SIMULATOR = "gateway.simulator"

    CLOCK_UNSYNCHRONISED = "clock.unsynchronised"
    CLOCK_UNTOLD = "clock.untold"
    CLOCK_OFF = "clock.off"
    CLOCK_NO_CHIP = "clock.no-chip"

    @property
    def layer(self) -> Layer:
        """Where it is found. Raises ValueError for those of any layer."""
        return Layer(self.value.partition(".")[0])
