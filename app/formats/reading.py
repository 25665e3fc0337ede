"""Records → tasks, for every format: ids, doubles, answers from a second file, the domain's checks."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.domain.asked_codec import questions_from_json
from app.domain.codec import task_from_json, task_to_json
from app.domain.ids import ResponseId, TaskId
from app.domain.judgement import as_review, check_calls
from app.domain.task import MAX_RESPONSES, Response, Task
from app.errors import InputError
from app.formats import drafts, gathering
from app.formats.base import Answer, Convert, Draft, Format, Found, Given, Losses, Reading, Skipped, Unfit
from app.formats.beside import Beside, found_in
from app.formats.sources import Source, look, records, taken_by
from app.formats.texts import Bad
from app.formats.watching import Watched, carried
from app.wire import jsonio

ANSWER_KEYS = ("prompt_id", "id", "task", "task_id", "uid", "instance_id", "question_id")

MAX_TAG = 200
NAMED = 20
"""Of what cannot be carried, so many are told one by one."""


@dataclass(slots=True)
class _Apart:
    """Responses in a file of their own, by the id of what they answer. met: the ids that the other file holds."""

    answers: dict[str, list[Answer]]
    met: set[str] = field(default_factory=set)

    def fill(self, draft: Draft, loss: Losses) -> None:
        """They take the place of those that the draft has. What the source says of those says nothing of them."""
        if draft.id not in self.answers:
            return
        self.met.add(draft.id)
        answers = self.answers[draft.id]
        if draft.keep is not None:
            if draft.keep.get("panels", ["rubric"]) != ["rubric"]:
                raise Unfit("it asks more than verdicts of its responses: no others can take their place")
            told = [{"id": a.id or f"r{n}", "text": a.text} for n, a in enumerate(answers[:MAX_RESPONSES], 1)]
            draft.keep = draft.keep | {"responses": told}
        if draft.stand_in and not draft.reference:
            draft.reference = draft.answers[0].text
        loss.note("judgements of responses that others took the place of", len(draft.given))
        draft.answers, draft.stand_in, draft.given = answers, "", []

    def name_unused(self, loss: Losses) -> None:
        unused = {id_: len(said) for id_, said in self.answers.items() if id_ not in self.met}
        for id_ in list(unused)[:NAMED]:
            loss.note(f"responses to “{id_[:100]}”, a task that the file does not hold", unused[id_])
        loss.note("responses to further tasks that it does not hold", sum(list(unused.values())[NAMED:]))


def read(form: Format, path: Path, *, limit: int | None = None, answers: Path | None = None) -> Reading:
    """The tasks of a file. limit: at most so many tasks. answers: JSON Lines of {id, responses: […]}."""
    if form.read_folder is not None:
        return form.read_folder(path, limit)
    if not form.reads or form.describe is None:
        raise InputError("format.write_only", "“{name}” can only be written.", params={"name": form.name})
    source = taken_by(form.fits, look(path))
    reading = Reading(form.name, form.describe(source.first or {}, path), iter(()))
    given = _answers(answers, reading.loss) if answers is not None else _Apart({})
    reading.tasks = _tasks(form, source, reading, given, limit)
    return reading


@dataclass(slots=True)
class _Run:
    """One reading of a file. seen: task ids with their line and what was read there. unread: fields by name."""

    convert: Convert
    apart: _Apart
    loss: Losses
    folder: Path
    watched: bool
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)

    def name_unread(self) -> None:
        found = sorted(self.unread.items(), key=lambda item: (-item[1], item[0]))
        for name, times in found[:NAMED]:
            self.loss.note(f"the field “{name[:100]}” is not carried", times)
        self.loss.note("further fields are not carried", len(found[NAMED:]))


def _tasks(
    form: Format, source: Source, reading: Reading, apart: _Apart, limit: int | None
) -> Iterator[Found]:
    gather, convert = form.gather or _singly, form.convert
    if form.prepare is not None:
        convert = form.prepare(source.path, records(source.path, source.stored))
    assert convert is not None
    run = _Run(convert, apart, reading.loss, source.path.parent, form.prepare is None)
    yield from _taken(run, gather(records(source.path, source.stored)), reading, limit)
    run.name_unread()
    if source.stored == "xlsx":
        from app.formats.sheets import further

        for name in further(source.path):
            reading.loss.note(f"the sheet “{name[:100]}”: only the first is read")


def _taken(
    run: _Run, found: Iterator[tuple[int, Any, int]], reading: Reading, limit: int | None
) -> Iterator[Found]:
    taken = 0
    for ordinal, (line, record, many) in enumerate(found, start=1):
        if limit is not None and taken >= limit:
            return
        if isinstance(record, Bad):
            reading.skipped.append(Skipped(line, record.error))
            continue
        try:
            one = replace(_one(run, record, line, f"t{ordinal}"), records=many)
        except InputError as exc:
            reading.skipped.append(Skipped(line, exc, many))
            continue
        taken += 1
        yield one
    run.apart.name_unused(reading.loss)


def _singly(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    return ((line, record, 1) for line, record in found)


def _one(run: _Run, record: dict[str, Any], line: int, own_id: str) -> Found:
    noted = Losses()
    draft, unread = _draft(run, record, noted)
    said = {k: v for k, v in record.items() if k != gathering.LINE}
    print_ = hashlib.sha256(jsonio.dumps(said)).digest()
    source_id = draft.id or own_id
    run.apart.fill(draft, noted)
    if draft.stand_in:
        noted.note(draft.stand_in)
    if source_id in run.seen and run.seen[source_id][1] == print_:
        raise Unfit("it is the same as line {n}", n=run.seen[source_id][0])
    if not draft.answers:
        raise Unfit("it holds no response to judge; give the responses in a file of their own")
    task_id = _free(source_id, run.seen)
    if task_id != source_id:
        noted.note("two records had one id: the later one got a number behind it")
    files = _files(draft, run.folder, noted)
    task, models = task_of(draft, task_id, noted)
    if files:
        task["attachments"] = [file.entry() for file in files]
    judged = _given(draft, task, line, noted)
    run.loss.add(noted)
    run.unread.update(unread)
    run.seen[task_id] = (line, print_)
    return Found(line, task, models, judged, files=files)


def _draft(run: _Run, record: dict[str, Any], loss: Losses) -> tuple[Draft, set[str]]:
    """(draft, fields of the record that the format never looked at). A format may ask for what its first record had;
    a later one need not have it."""
    watched = Watched(record) if run.watched else record
    try:
        draft = run.convert(watched, loss)
    except KeyError as exc:
        field = exc.args[0]
        if isinstance(field, str) and field not in record:
            raise Unfit("it has no field {field}", field=field) from exc
        raise
    if not isinstance(watched, Watched):
        return draft, set()
    draft.source, draft.extra, draft.questions = map(carried, (draft.source, draft.extra, draft.questions))
    draft.keep = carried(draft.keep)
    return draft, watched.unread()


def _files(draft: Draft, folder: Path, loss: Losses) -> tuple[Beside, ...]:
    """Those that may be missing are named when they are; of others the record is unfit."""
    found = list(found_in(folder, draft.files))
    for one in draft.optional_files:
        try:
            found += found_in(folder, [one])
        except Unfit as exc:
            loss.note(f"an attachment is not carried: {exc}")
    return tuple(found)


def _given(draft: Draft, task: dict[str, Any], line: int, loss: Losses) -> tuple[Given, ...]:
    """The judgements of the source that fit the task; others are named, never bent to fit."""
    if not draft.given:
        return ()
    judged = task_from_json(task)
    kept = []
    for given in draft.given:
        try:
            review = as_review(judged, given.judgement)
            check_calls(review, review.values)
        except InputError as exc:
            loss.note(
                f"line {line}: a judgement of the source does not fit: {exc.message} {exc.where}".rstrip()
            )
        else:
            kept.append(given)
    loss.note("judgements of the source stay with the lab: experts judge for themselves", len(kept))
    return tuple(kept)


def _free(wanted: str, seen: dict[str, tuple[int, bytes]]) -> str:
    if wanted not in seen:
        return wanted
    number = 2
    while f"{wanted}-{number}" in seen:
        number += 1
    return f"{wanted}-{number}"


def task_of(draft: Draft, task_id: str, loss: Losses) -> tuple[dict[str, Any], dict[str, str]]:
    """(the task line of a draft, which model wrote which response)"""
    answers = draft.answers
    if len(answers) > MAX_RESPONSES:
        loss.note("responses after the ninth", len(answers) - MAX_RESPONSES)
        answers = answers[:MAX_RESPONSES]
    ids = [a.id or f"r{n}" for n, a in enumerate(answers, start=1)]
    if len(set(ids)) != len(ids):
        ids = [f"r{n}" for n in range(1, len(answers) + 1)]
        loss.note("two responses had one id: they are numbered instead")
    models = {i: a.model for i, a in zip(ids, answers, strict=True) if a.model}
    if models:
        loss.note("model names stay with the lab: experts judge blind", len(models))
    if draft.keep is not None:
        kept = {**draft.keep, "v": 1, "id": task_id}
        kept["title"] = draft.title or drafts.title_of(draft.prompt, answers) or task_id
        return kept, models
    prompt = draft.prompt
    if not prompt:
        prompt = drafts.conversation([{"role": "system", "content": drafts.NO_PROMPT}])
        loss.note("the source holds no prompt")
    task = Task(
        id=TaskId(task_id),
        title=drafts.short(draft.title) or drafts.title_of(prompt, answers) or task_id,
        prompt=tuple(prompt),
        responses=tuple(
            Response(ResponseId(i), a.text, a.language) for i, a in zip(ids, answers, strict=True)
        ),
        rubric=draft.rubric,
        panels=draft.panels,
        questions=questions_from_json(
            draft.questions,
            draft.panels,
            [Response(ResponseId(i), a.text) for i, a in zip(ids, answers, strict=True)],
        ),
        tags=tuple(drafts.short(tag, MAX_TAG) for tag in draft.tags),
        language=draft.language,
        reference=draft.reference,
    )
    kept = {"source": draft.source} if draft.source else {}
    return {**draft.extra, **kept, **task_to_json(task)}, models


def _answers(path: Path, loss: Losses) -> _Apart:
    """Responses by the id of the prompt they answer; several lines with one id add up."""
    source = look(path)
    found: dict[str, list[Answer]] = {}
    for line, record in records(path, source.stored):
        where = f"{path.name}:{line}"
        try:
            if isinstance(record, Bad):
                raise record.error
            answers = drafts.answers_of(record, loss) or _last_message(record)
        except Unfit as exc:
            raise InputError(
                "answers.line",
                "Line {line} of the responses in “{name}” cannot be used: {why}.",
                params={"line": line, "name": path.name, "why": exc},
                where=where,
            ) from exc
        id_ = next((i for i in (drafts.good_id(record.get(k)) for k in ANSWER_KEYS) if i), "")
        if not id_ or not answers:
            raise InputError(
                "answers.line",
                "Line {line} of the responses in “{name}” needs an id and responses.",
                params={"line": line, "name": path.name},
                where=where,
            )
        found.setdefault(id_, []).extend(answers)
    return _Apart(found)


def _last_message(record: dict[str, Any]) -> list[Answer]:
    messages = record.get("messages")
    if isinstance(messages, list) and messages and isinstance(messages[-1], dict):
        said = drafts.content(messages[-1].get("content"))
        if messages[-1].get("role") == "assistant" and said.strip():
            return [Answer(said, model=drafts.text(record, "model"))]
    return []
