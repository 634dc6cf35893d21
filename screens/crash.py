"""What may be told of a crash: where, never with what."""

from __future__ import annotations

from pathlib import Path


def summary(error: BaseException) -> str:
    """「ValueError kiosk/journey.py:42」: the type's name and the innermost line, no message and no value.

    Of a group of exceptions, the first one speaks.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    name = type(error).__name__
    frame = error.__traceback__
    if frame is None:
        return name
    while frame.tb_next is not None:
        frame = frame.tb_next
    file = Path(frame.tb_frame.f_code.co_filename)
    return f"{name} {'/'.join(file.parts[-2:])}:{frame.tb_lineno}"
