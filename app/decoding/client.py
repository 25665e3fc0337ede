"""The decoder as the program uses it: asks, checks what comes back, ends what hangs.

    decoder = Decoder(program())           # no process yet
    decoder.load(Kind.PDF)                 # ahead of time
    look = decoder.look(source)            # app.decoding.values.Source
    picture = decoder.page(source, 0, 1.5)
    decoder.close()

Every call blocks up to the time limit; it is meant for one lane of jobs; threads wait for each other.
Errors: InputError `decode.damaged`, `decode.protected`, `decode.large`, `decode.unknown`, `decode.page`,
`decode.slow` (it was stopped), `decode.ended` (it ended); StorageError `decode.start`; and whatever
`Source.read` raises.
"""

from __future__ import annotations

import json
import subprocess
import threading
from array import array
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from app.decoding import frames, kinds, limits
from app.decoding.values import Kind, Link, Look, PageText, Picture, Rows, Sheet, Source, Text
from app.errors import InputError, StorageError

COMMAND = "decoder"
"""The hidden command of the program that is the decoder."""
LIMIT_S = 2.0
START_S = 20.0
"""Seconds for a request; for the start of the process and of a library in it (a cold disk)."""
PATIENCE = 4
"""Limits that a process may wait for its turn on a busy computer."""


class Decoder:
    def __init__(self, program: Sequence[str], *, limit_s: float = LIMIT_S) -> None:
        self._command = (*program, COMMAND)
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded: set[Kind] = set()
        self._open: tuple[str, Look] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process is not None else None

    # Asking

    def load(self, *wanted: Kind) -> None:
        """Start the process and import what these kinds need."""
        with self._lock:
            self._load(wanted)

    def look(self, source: Source) -> Look:
        """What the file is; it stays open for the next question."""
        with self._lock:
            return self._opened(source)

    def page(self, source: Source, page: int, scale: float) -> Picture:
        """A page of a PDF, from 0. scale: px a point of 1/72 inch."""
        return _picture(*self._ask(source, "page", page=page, scale=float(scale)))

    def page_text(self, source: Source, page: int) -> PageText:
        answer, body = self._ask(source, "page_text", page=page)
        with _checked():
            size = int(answer["text"])
            text = body[:size].decode("utf-8")
            boxes: array[float] = array("f")
            boxes.frombytes(body[size:])
            links = tuple(Link(str(link["address"])[:2000], int(link["page"])) for link in answer["links"])
            if len(boxes) != 4 * len(text):
                raise ValueError
        return PageText(text, boxes, links)

    def picture(
        self, source: Source, frame: int = 0, brightness: float = 0.0, contrast: float = 1.0
    ) -> Picture:
        return _picture(
            *self._ask(source, "picture", frame=frame, first=float(brightness), second=float(contrast))
        )

    def dicom(self, source: Source, frame: int = 0, centre: float = 0.0, width: float = 0.0) -> Picture:
        """width 0: as the file asks."""
        return _picture(*self._ask(source, "picture", frame=frame, first=float(centre), second=float(width)))

    def rows(self, source: Source, sheet: int, first: int, count: int) -> Rows:
        """Rows of a table, from 0; fewer come when there are no more, or when reading on would take too long."""
        answer, body = self._ask(source, "rows", sheet=sheet, first=first, count=count)
        with _checked():
            found = tuple(tuple(str(cell) for cell in row) for row in json.loads(body))
            return Rows(found, bool(answer["more"]))

    def text(self, source: Source, encoding: str = "") -> Text:
        """Of a text file, or of a Word file as Markdown. encoding: one of `app.decoding.texts.ENCODINGS`."""
        answer, body = self._ask(source, "text", encoding=encoding)
        with _checked():
            return Text(body.decode("utf-8"), str(answer["encoding"])[:40], bool(answer["cut"]))

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._end()

    # The process

    def _ask(self, source: Source, op: str, **given: Any) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            self._opened(source)
            return self._request(op, b"", self._limit_s, given)

    def _opened(self, source: Source) -> Look:
        if self._open is not None and self._open[0] == source.sha256 and self._alive():
            return self._open[1]
        if source.size > limits.MAX_FILE:
            raise kinds.large("it has more than 64 MiB")
        data = source.read()
        self._open = None
        self._start()
        given = {"name": source.name[-200:], "media_type": source.media_type}
        answer, _ = self._request("open", data, self._limit_s, given)
        with _checked():
            kind = Kind(answer["kind"])
        self._load([kind])
        answer, _ = self._request("look", b"", self._limit_s, {})
        with _checked():
            look = _look(kind, answer)
        self._open = source.sha256, look
        return look

    def _load(self, wanted: Sequence[Kind]) -> None:
        self._start()
        missing = [kind for kind in wanted if kind not in self._loaded]
        if missing:
            self._request("load", b"", START_S, {"kinds": [kind.value for kind in missing]})
            self._loaded.update(missing)

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> None:
        if self._alive():
            return
        self._end()
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=limits.environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                close_fds=True,
            )
            self._exchange(None, b"", START_S)
        except (OSError, InputError) as exc:
            self._end()
            raise StorageError(
                "decode.start",
                "The part of Assay that opens attachments could not be started.",
                hint="Your work is kept. Close other programs, then open the attachment again.",
            ) from exc

    def _end(self) -> None:
        process, self._process = self._process, None
        self._open = None
        self._loaded.clear()
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _closed(pipe)

    def _request(
        self, op: str, body: bytes, limit_s: float, given: dict[str, Any]
    ) -> tuple[dict[str, Any], bytes]:
        answer, found = self._exchange({"op": op, "with": given}, body, limit_s)
        if "error" in answer:
            raise _error(answer["error"])
        return answer, found

    def _exchange(
        self, header: dict[str, Any] | None, body: bytes, limit_s: float
    ) -> tuple[dict[str, Any], bytes]:
        """One message there (none at the start) and one back, within the limit."""
        process = self._process
        assert process is not None
        stdin, stdout = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        watch = _Watch(process, limit_s)
        try:
            if header is not None:
                frames.write(stdin, header, body)
            return frames.read(stdout)
        except (OSError, frames.Broken) as exc:
            self._end()
            raise (_slow() if watch.late else _ended()) from exc
        finally:
            watch.cancel()


class _Watch:
    """Ends a process that takes longer than the limit; on a busy computer, longer than half of it in work of its own,
    but never later than `PATIENCE` limits.
    """

    def __init__(self, process: subprocess.Popen[bytes], limit_s: float) -> None:
        self.late = False
        self._process = process
        self._limit_s = limit_s
        self._before = limits.work_of(process.pid)
        self._waited = 0.0
        self._over = threading.Event()
        self._timer = self._set(limit_s)

    def cancel(self) -> None:
        self._over.set()
        self._timer.cancel()

    def _set(self, seconds: float) -> threading.Timer:
        self._waited += seconds
        timer = threading.Timer(seconds, self._look)
        timer.daemon = True
        timer.start()
        return timer

    def _look(self) -> None:
        now = limits.work_of(self._process.pid)
        worked = self._limit_s if now is None or self._before is None else now - self._before
        if self._over.is_set():
            return
        if worked < self._limit_s / 2 and self._waited < PATIENCE * self._limit_s:
            self._timer = self._set(self._limit_s / 8)
        else:
            self.late = True
            self._process.kill()


def _closed(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written has no reader any more
        return


class _checked:
    """What came back is of the form it must have; else the process is not itself any more."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, ValueError | KeyError | TypeError | IndexError):
            raise _ended() from error


def _picture(answer: dict[str, Any], body: bytes) -> Picture:
    with _checked():
        width, height = int(answer["width"]), int(answer["height"])
        if width < 1 or height < 1 or len(body) != width * height * 3:
            raise ValueError
    return Picture(width, height, body)


def _look(kind: Kind, found: dict[str, Any]) -> Look:
    pages = tuple((float(w), float(h)) for w, h in found["pages"])
    (width, height), (centre, span), (low, high) = found["size"], found["window"], found["span"]
    return Look(
        kind=kind,
        format=str(found["format"])[:40],
        pages=pages[: limits.MAX_PAGES],
        frames=int(found["frames"]),
        size=(int(width), int(height)),
        window=(float(centre), float(span)),
        span=(float(low), float(high)),
        facts=tuple((str(name)[:100], str(value)[:200]) for name, value in found["facts"]),
        sheets=tuple(Sheet(str(s["name"]), int(s["rows"]), int(s["columns"])) for s in found["sheets"]),
        note=str(found["note"])[:40],
    )


def _error(found: Any) -> InputError:
    with _checked():
        code, where = found
        return kinds.again(str(code), str(where))


def _slow() -> InputError:
    return InputError(
        "decode.slow",
        "This file takes too long to be shown, so it was stopped.",
        hint="Nothing of it was kept. Judge without it, or say that you cannot judge.",
    )


def _ended() -> InputError:
    return InputError(
        "decode.ended",
        "The part of Assay that opens attachments ended while it read this file.",
        hint="Your work is kept. The file may be damaged, or made to do harm; other attachments can be opened.",
    )
