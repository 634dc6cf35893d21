"""The signature under a day's close: the terminal's own key, as a detached JWS beside the readable counts."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.ledger.chain import Json, canonical
from kiosk.slip.keys import PublicKey, SigningKey
from kiosk.slip.payload import HEADER


class NotSigned(Exception):
    """A file is no close that this key has signed; the message says why."""


@dataclass(frozen=True, slots=True)
class CloseSigner:
    """The port `Signer` of kiosk.ledger.closing."""

    key: SigningKey

    def sign(self, content: bytes) -> str:
        """RFC 7515, appendix F: header and signature, with nothing between them."""
        from joserfc import jws

        header, _, signature = jws.serialize_compact(HEADER, content, self.key.jwk, algorithms=[HEADER["alg"]]).split(
            "."
        )
        return f"{header}..{signature}"


def signed_close(file: Path, key: PublicKey) -> Mapping[str, Json]:
    """What a close's file says. Raises NotSigned, and OSError."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        told = json.loads(file.read_bytes())
        close, signature = told["close"], str(told["signature"])
        header, _, code = signature.split(".")
        content = base64.urlsafe_b64encode(canonical(close).encode("ascii")).rstrip(b"=").decode("ascii")
        jws.deserialize_compact(f"{header}.{content}.{code}", key.jwk, algorithms=[HEADER["alg"]])
        if not isinstance(close, dict) or not isinstance(close.get("anchor"), dict):
            raise NotSigned("it is no close of a day")
    except (ValueError, KeyError, TypeError):
        raise NotSigned("it is no close of a day") from None
    except JoseError:
        raise NotSigned("its signature is wrong: it was changed, or another terminal wrote it") from None
    return close
