"""What a format is: how its files are known, read into tasks and written from results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from app.domain.batch import PolicyRef
from app.domain.rubric import Rubric
from app.domain.scoring import Score
from app.domain.task import Task, Turn
from app.errors import InputError, Param

if TYPE_CHECKING:
    from app.formats.beside import Beside, Named

Record: TypeAlias = dict[str, Any]
"""One record of a file: an object of a JSON file or a row of a table (all values text)."""


class Unfit(InputError):
    """A record cannot become a task: why, as part of a sentence, with `{fields}`. It also names what is meant in
    such a part. Kept with the record that was skipped; never ends the reading of a file."""

    def __init__(self, reason: str, **params: Param) -> None:
        super().__init__("import.unfit", reason, params=params)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that became no task. line: of the file, from 1; for a JSON array, the entry.

    records: how many of the file go with it, where several make one task.
    """

    line: int
    error: InputError
    records: int = 1

    @property
    def reason(self) -> str:
        """In English; in another language it is the error's own words."""
        return self.error.message


@dataclass(frozen=True, slots=True)
class Given:
    """What a rater of the source thinks of the task: a judgement document (`app.domain.judgement`)."""

    rater: str
    judgement: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A task line's content. records: how many of the file went into it.

    models (which model wrote a response) and given (judgements of the source) are for the lab, never for the expert.
    files: the task's attachments on this computer, `app.formats.beside.Beside`.
    """

    line: int
    task: dict[str, Any]
    models: Mapping[str, str] = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    records: int = 1
    files: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    model: str = ""
    id: str = ""
    language: str = ""


@dataclass(slots=True)
class Draft:
    """A record on its way to a task. id, title: empty when the source has none.

    stand_in: what the answers are when no model wrote them; they give way to answers from a second file.
    panels, questions: what is asked, as a task line writes it. given: judgements of the source.
    source: fields of the source that say nothing of a judgement or a model; they travel with the task line, so that
    writing can give them back. files: attachments by their paths beside the source; optional_files: those that may be
    missing there. extra: fields of the task line itself (a canary). keep: a whole task line of our own,
    kept field by field as it came.
    """

    prompt: list[Turn]
    answers: list[Answer]
    rubric: Rubric
    id: str = ""
    title: str = ""
    tags: list[str] = field(default_factory=list)
    language: str = ""
    reference: str = ""
    stand_in: str = ""
    panels: tuple[str, ...] = ("rubric",)
    questions: Record = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    files: list[Named] = field(default_factory=list)
    optional_files: list[Named] = field(default_factory=list)
    source: Record = field(default_factory=dict)
    extra: Record = field(default_factory=dict)
    keep: Record | None = None


class Losses:
    """What a conversion could not carry, each thing said once with how often it happened.

    left_out: results that a writer was given and did not write.
    """

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self.left_out = 0

    def note(self, what: str, times: int = 1) -> None:
        if times:
            self._found[what] += times

    def leave(self, why: str, results: int = 1) -> None:
        """Note results that are not written at all."""
        self.note(why, results)
        self.left_out += results

    def add(self, other: Losses) -> None:
        self._found.update(other._found)
        self.left_out += other.left_out

    def report(self) -> list[str]:
        return [f"{what} ({n})" for what, n in self._found.items()]


def no_task(skipped: Sequence[Skipped], file: str = "") -> InputError:
    """What is wrong with a file of which no record became a task: the first reason, and where it is."""
    where = ""
    if skipped:
        where = f"{file}:{skipped[0].line}" if file else f"line {skipped[0].line}"
    return InputError(
        "import.empty",
        "Not one record of the file became a task: {reason}.",
        params={"reason": skipped[0].error if skipped else Unfit("it holds none")},
        where=where or file,
        hint="Nothing was taken in.",
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What came of an export. count: results that the file holds. losses: what it does not hold of those that were
    given, in plain words. left_out: results that are not in it at all."""

    count: int
    losses: list[str]
    left_out: int = 0


@dataclass(slots=True)
class About:
    """What a file says of the batch that it becomes."""

    title: str
    policy: PolicyRef
    field: str = ""
    language: str = ""
    guideline: str = ""
    warnings: tuple[str, ...] = ()

    @classmethod
    def of_file(
        cls,
        path: Path,
        policy: PolicyRef,
        field: str = "",
        language: str = "",
        warnings: tuple[str, ...] = (),
    ) -> About:
        """Titled by the file's name: up to its first dot, with spaces for underscores."""
        return cls(path.name.split(".")[0].replace("_", " "), policy, field, language, warnings=warnings)


@dataclass(slots=True)
class Reading:
    """Tasks of one file, once, in file order; `skipped` and `losses` are whole when the last was taken.

    Iterating raises InputError when the file as a whole cannot be read on (encoding, damaged gzip, size).
    """

    format: str
    about: About
    tasks: Iterator[Found]
    skipped: list[Skipped] = field(default_factory=list)
    loss: Losses = field(default_factory=Losses)

    def __iter__(self) -> Iterator[Found]:
        return self.tasks

    @property
    def losses(self) -> list[str]:
        return self.loss.report()

    @property
    def policy(self) -> PolicyRef:
        return self.about.policy

    @property
    def title(self) -> str:
        return self.about.title

    @property
    def field(self) -> str:
        return self.about.field


@dataclass(frozen=True, slots=True)
class Graded:
    """One expert's result on a task, as writers take it.

    judgement: the nested document of `app.domain.judgement`. scores: by response id. document: the signed
    result as stored (JWS JSON), or empty for a local one. source: what the task line kept of its source.
    models: which model wrote a response, known at the lab only.
    """

    task: Task
    judgement: Mapping[str, Any]
    expert: str
    scores: Mapping[str, Score] = field(default_factory=dict)
    batch: str = ""
    result: str = ""
    revision: int = 1
    submitted: str = ""
    document: bytes = b""
    source: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)


def source_of(line: Mapping[str, Any]) -> Record:
    """What a task line kept of its source, for `Graded`; a benchmark's canary stays with all that is made of it."""
    kept = line.get("source")
    canary = {"canary": line["canary"]} if isinstance(line.get("canary"), str) else {}
    return canary | (kept if isinstance(kept, dict) else {})


Gather: TypeAlias = Callable[[Iterator[tuple[int, Any]]], Iterator[tuple[int, Any, int]]]
"""(line, record or Bad) → (line of the first, record or Bad, how many): several records become one task."""
Fits: TypeAlias = Callable[[str, Record], bool]
Convert: TypeAlias = Callable[[Record, Losses], Draft]
Prepare: TypeAlias = Callable[[Path, Iterator[tuple[int, Any]]], Convert]
"""(the file, its records) → convert, where a record is read with what stands beside the file or in the others."""
Describe: TypeAlias = Callable[[Record, Path], About]
Write: TypeAlias = Callable[[Iterable[Graded], BinaryIO], Losses]
"""(results that the format has a place for, the file) → what it could not carry of them."""


@dataclass(frozen=True, slots=True)
class Format:
    """fits: whether a first record of kind `jsonl`, `json` or `csv` is of this format.

    convert: one record → a draft, or Unfit. describe: the batch, from the first record and the path.
    gather: before convert, where several records make one task. prepare: instead of convert, for a whole file.
    tried: on real files of others.
    read_folder: instead of the three, for a format that is a folder.
    container: for a way of storing the records of other formats: InputError for a file that is not stored so. What its
    records are is found out.
    carries: what `write` has a place for, in the words of `app.formats.writing.WORDS`; all else is named as a loss.
    """

    name: str
    description: str
    fits: Fits | None = None
    convert: Convert | None = None
    describe: Describe | None = None
    write: Write | None = None
    gather: Gather | None = None
    tried: bool = True
    read_folder: Callable[[Path, int | None], Reading] | None = None
    container: Callable[[Path], object] | None = None
    carries: tuple[str, ...] = ()
    prepare: Prepare | None = None

    @property
    def reads(self) -> bool:
        ways = (self.convert, self.prepare, self.read_folder, self.container)
        return any(way is not None for way in ways)

    @property
    def writes(self) -> bool:
        return self.write is not None
