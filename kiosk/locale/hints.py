"""The words of the reminders, on the screen and on the slip."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.checkin.outcome import Hint
from kiosk.locale import N_

HINTS: Mapping[Hint, str] = {
    Hint.BRING_NEXT_TIME: N_("次回は、マイナ保険証または資格確認書をお持ちください。"),
    Hint.RENEW_CERTIFICATE: N_("マイナンバーカードの電子証明書の更新時期です。市区町村の窓口で更新できます。"),
    Hint.HAND_IN_TICKET: N_("受診券は、次の場所でお渡しください。"),
}
"""Messages, to be looked up."""
