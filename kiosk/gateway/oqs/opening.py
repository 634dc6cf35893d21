"""From the settings to the backend of the folders."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from kiosk.gateway.oqs.backend import FolderBackend
from kiosk.gateway.oqs.folders import Folders, Space
from kiosk.gateway.oqs.journal import Journal, JournalFailure
from kiosk.gateway.oqs.pace import Pace
from kiosk.settings import Serve, SettingsError, TidyRequests

FIRST_LOOK_SECONDS = 5.0
"""A share that is down does not keep the gateway from starting; it says so in its health, and works when it is back."""

log = logging.getLogger("kiosk.gateway")

Made = TypeVar("Made")


def folders_of(chosen: Serve) -> Folders:
    """The folders that the settings name. Raises SettingsError when they name none."""
    if chosen.folder is None:
        raise SettingsError("serve.folder: give the folder that holds req, res and face")
    return Folders(chosen.folder)


def open_folders(chosen: Serve) -> FolderBackend:
    """The backend, with its journal open. Raises SettingsError, but not for a folder that is not there just now."""
    folders = folders_of(chosen)
    if not chosen.institution:
        raise SettingsError("serve.institution: give the 10 digits of 医療機関コード")
    try:
        journal = Journal(chosen.state)
    except JournalFailure as failure:
        raise SettingsError(str(failure)) from failure
    space = within(FIRST_LOOK_SECONDS, folders.space) or Space(writable=False, simulator=False)
    if not space.writable:
        trouble = space.trouble or "it does not answer; is the network or the terminal down?"
        log.warning("serve.folder %s: %s (serving all the same, and asking once it works)", folders.root, trouble)
    return FolderBackend(
        folders,
        chosen.institution,
        journal,
        Pace(answer=chosen.answer_seconds, poll=chosen.poll_seconds, bulk=chosen.bulk_seconds),
        remove_requests=chosen.tidy_requests is TidyRequests.REMOVE,
        space=space,
    )


def within(seconds: float, work: Callable[[], Made]) -> Made | None:
    """What the work returns; None when it takes longer, and then it goes on alone."""
    made: list[Made] = []
    thread = threading.Thread(target=lambda: made.append(work()), name="first-look", daemon=True)
    thread.start()
    thread.join(seconds)
    return made[0] if made else None
