"""The files of a lab's tasks as screens open them: out of the encrypted workspace, through the decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from ui.panels.attachments.files import Files
    from ui.screens import Surroundings


def files_for(around: Surroundings, parent: QObject) -> Files:
    """A decoder of its own for one screen; its process starts when the first file is opened."""
    from app.decoding.client import Decoder
    from app.services.attachments import source_of
    from ui.panels.attachments.files import Files

    workspace = around.live.session.workspace
    return Files(
        around.jobs,
        Decoder(around.workstation.program),
        lambda attachment: source_of(workspace, attachment),
        parent,
    )
