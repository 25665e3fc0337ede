"""One tree of errors.

    AssayError          code, message in plain words, hint: what is safe and what to do next
    ├ InputError        the person can fix it                  → inline, at the field       exit 3
    ├ OfflineError      wait; work goes on                     → status line, retried       exit 4
    ├ RefusedError      the lab said no                        → banner with one action     exit 5
    ├ TrustError        do not proceed (signature, replay…)    → quarantine                 exit 6
    ├ StorageError      this computer (full, locked, damaged)  → dialog, work kept          exit 7
    └ LockedError       the workspace is locked                → the lock screen            exit 9
    Cancelled           apart: unwinds a job silently                                       exit 130

Anything else is a bug. Messages never hold the text of a task, an answer, a token or a passphrase.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeAlias, TypedDict


class ErrorReply(TypedDict):
    """An error as `--json` prints it. code: stable, dotted, for scripts. where: the file, line or JSON path, if any.

    kind: input, offline, refused, trust, storage or locked; usage or bug where nothing of the program's own was raised.
    """

    kind: str
    code: str
    message: str
    hint: str
    where: str


class AssayError(Exception):
    """An error that a person can understand.

    code: stable, dotted, for scripts and translations (`batch.expired`).
    message: what happened, one sentence. May hold `{name}` fields that `params` fills.
    hint: what is safe and what to do next.
    where: the file, line or JSON path that the error is about, if any.
    params: what fills the fields; an error stands for its message.
    """

    exit_code: ClassVar[int] = 70
    kind: ClassVar[str] = "bug"

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        where: str = "",
        params: Mapping[str, Param] | None = None,
    ) -> None:
        self.code = code
        self.template = message
        self.hint_template = hint
        self.where = where
        self.params: dict[str, Param] = dict(params or {})
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return _fill(self.template, self.params)

    @property
    def hint(self) -> str:
        return _fill(self.hint_template, self.params)

    def as_json(self) -> ErrorReply:
        return {
            "kind": self.kind,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "where": self.where,
        }


Param: TypeAlias = str | int | float | AssayError


def _fill(template: str, params: Mapping[str, Param]) -> str:
    for name, value in params.items():
        template = template.replace("{" + name + "}", str(value))
    return template


class InputError(AssayError):
    """Something the person gave can be mended by the person."""

    exit_code = 3
    kind = "input"


class OfflineError(AssayError):
    """The lab cannot be reached now; work goes on and the step is tried again."""

    exit_code = 4
    kind = "offline"


class RefusedError(AssayError):
    """The lab answered, and said no."""

    exit_code = 5
    kind = "refused"


class TrustError(AssayError):
    """A signature, a digest or an order in time is wrong: nothing of it is used."""

    exit_code = 6
    kind = "trust"


class StorageError(AssayError):
    """This computer cannot keep or read the work: disk full, file damaged, in use, too new."""

    exit_code = 7
    kind = "storage"


class LockedError(AssayError):
    """The workspace is locked; its key is needed."""

    exit_code = 9
    kind = "locked"


class Cancelled(Exception):
    """The person stopped a long action; it unwinds silently and leaves what was committed."""
