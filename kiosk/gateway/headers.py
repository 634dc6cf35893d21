"""Headers of the API that several operations take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=16,
        max_length=64,
        pattern=r"^[A-Za-z0-9-]+$",
        description="The same for every try of one query: the same key gets the same answer.",
        examples=["0b9d3c1e-52f4-4a0e-9a55-6f1f3a8f2d10"],
    ),
]
