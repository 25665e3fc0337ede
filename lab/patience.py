"""How long the server waits for slow callers: a head within seconds, a reader who reads.

uvicorn bounds the pause between two calls only. Bodies have their own bound, a least rate (`lab.bodies`).
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 15.0
"""From a call's first byte, or a new connection, to the end of its head."""
READER_S = 60.0
"""A caller takes something of what waits for her within so long."""


class PatientProtocol(H11Protocol):
    head_s = HEAD_S
    reader_s = READER_S
    _head: asyncio.TimerHandle | None = None
    _reader: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        if self._reader is not None:
            self._reader.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._expect_head()
        else:
            self._stop()

    def pause_writing(self) -> None:
        self.flow.pause_writing()
        self._reader = self.loop.call_later(self.reader_s, self.transport.abort)

    def resume_writing(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
        self.flow.resume_writing()

    def _expect_head(self) -> None:
        if self._head is None:
            self._head = self.loop.call_later(self.head_s, self._too_slow)

    def _stop(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()
