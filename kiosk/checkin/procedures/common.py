"""Ways and steps that the procedures of several groups share."""

from __future__ import annotations

from kiosk.checkin.ways import Way

AT_THE_DESK = (Way.FACE_READER, Way.LIMITED_APP, Way.CARD_AND_PORTAL, Way.CARD_AND_NOTICE, Way.CERTIFICATE)
"""The ways by which staff can confirm a qualification while the examinee waits."""

ASK_INSURER = "書類で決まらないときは、受診券にある保険者へ電話で確認する。"
CONFIRM_BY_SIGHT = "この票の方法のどれかで資格を確認し、印をつける。"
CLOSE_TERMINAL = "この端末での受付をやめ、窓口で受け付ける。"
NEXT_TIME = "次回はマイナ保険証か資格確認書をお持ちいただくようお願いする。"
ASK_FOR_CARD = "マイナンバーカードか資格確認書をお持ちかたずねる。"
