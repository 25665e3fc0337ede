"""Attachments of a workspace as the decoder takes them: read whole from the encrypted file, by digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.decoding.values import Source
from app.domain.task import Attachment

if TYPE_CHECKING:
    from app.storage.workspace import Workspace


def source_of(workspace: Workspace, attachment: Attachment) -> Source:
    """The file behind an attachment. Reading it raises InputError `attachment.missing` until it was fetched."""

    def read() -> bytes:
        with workspace.attachments.open(attachment.sha256) as stream:
            return stream.read()

    return Source(attachment.sha256, attachment.name, attachment.media_type, attachment.size, read)
