"""Asks the decoder for the window: every answer comes back in the GUI thread.

files = Files(jobs, decoder, open=lambda attachment: source_of(workspace, attachment))
file = files.of(attachment)
file.ask(lambda decoder, source: decoder.page(source, 0, 1.5), done=show, failed=say, owner=view)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from app.decoding.client import Decoder
from app.decoding.values import Kind, Source
from app.domain.task import Attachment
from app.errors import AssayError
from ui.jobs import JobHandle, Jobs

T = TypeVar("T")
Open = Callable[[Attachment], Source]

_KINDS = {
    "pdf": Kind.PDF, "dcm": Kind.DICOM, "dicom": Kind.DICOM, "xlsx": Kind.TABLE, "xlsm": Kind.TABLE,
    "csv": Kind.TABLE, "tsv": Kind.TABLE, "docx": Kind.WORDS, "png": Kind.PICTURE, "jpg": Kind.PICTURE,
    "jpeg": Kind.PICTURE, "gif": Kind.PICTURE, "webp": Kind.PICTURE, "tif": Kind.PICTURE,
    "tiff": Kind.PICTURE, "bmp": Kind.PICTURE,
}  # fmt: skip
"""What a name promises, to load libraries ahead; what a file is, its content says."""


class File:
    """One attachment, and whom to ask about it."""

    def __init__(self, files: Files, attachment: Attachment) -> None:
        self._files = files
        self.attachment = attachment

    def ask(
        self,
        work: Callable[[Decoder, Source], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[AssayError], None],
        owner: QObject,
    ) -> JobHandle:
        """Run `work` in the decoder's lane. An answer for an owner that is gone is dropped."""
        return self._files.ask(self.attachment, work, done, failed, owner)


class Files(QObject):
    """One decoder for the screens of a lab; `close` ends its process."""

    def __init__(self, jobs: Jobs, decoder: Decoder, open: Open, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._decoder = decoder
        self._open = open

    def of(self, attachment: Attachment) -> File:
        return File(self, attachment)

    def warm(self, attachment: Attachment) -> None:
        """Start the process and load what this name promises, while the person reads."""
        kind = _KINDS.get(attachment.name.rpartition(".")[2].lower())
        self._jobs.run(
            lambda _: self._decoder.load(*([kind] if kind is not None else [])),
            done=lambda _: None,
            failed=lambda _: None,  # said when a file is opened and it fails again
            lane="decoder",
            owner=self,
        )

    def ask(
        self,
        attachment: Attachment,
        work: Callable[[Decoder, Source], T],
        done: Callable[[T], None],
        failed: Callable[[AssayError], None],
        owner: QObject,
    ) -> JobHandle:
        source = self._open(attachment)
        return self._jobs.run(
            lambda _: work(self._decoder, source), done=done, failed=failed, lane="decoder", owner=owner
        )

    def close(self) -> None:
        """Waits for no answer: a process that is asked something is ended by its own limit."""
        self._jobs.at_last("decoder", self._decoder.close)
