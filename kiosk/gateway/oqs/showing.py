"""SIMULATOR: a face before the reader of the simulated terminal."""

from __future__ import annotations

import secrets
from datetime import datetime

from kiosk.gateway.invented_answers import JAPAN, face_answer
from kiosk.gateway.messages import ReferenceClassification
from kiosk.gateway.oqs.claim import claim
from kiosk.gateway.oqs.folders import Folders
from kiosk.gateway.oqs.responding import Header, response_octets
from kiosk.gateway.people import InventedPerson


def show_face(folders: Folders, person: InventedPerson, institution: str) -> str:
    """Write the capture of an invented person who looks into the face reader; the name of its file.

    Raises BackendDown, StillProcessing and SimulatedFault where the system would bring nothing, NotSimulated, OSError.
    """
    claim(folders)
    answer = face_answer(person)
    now = f"{datetime.now(JAPAN):%Y%m%d%H%M%S}"
    header = Header(now, institution, reference=ReferenceClassification.MY_NUMBER_CARD)
    name = f"OQSsiquc01res_face_{institution}{secrets.randbelow(10**6):06d}_{now}.xml"
    with (folders.faces / name).open("xb") as out:
        out.write(response_octets(header, None, answer))
    return name
