"""The judgement: a review as the nested document that people write and labs read.

    {"responses": {"r1": {"verdicts": {"c1": {"value": "met", "comment": "…", "confidence": "high"}},
                          "ratings": {"accuracy": {"value": 4}}, "steps": {"1": {"value": 1}}, "finish": "solution",
                          "safety": {"call": "unsafe", "severity": "high", "harmed": "user"},
                          "spans": [{"id": "…", "start": 0, "end": 5, "quote": "Hello", "label": "…"}],
                          "comment": "…"}},
     "preference": {"overall": {"value": -2, "justification": "…"}},
     "ranking": {"places": {"r1": 1, "r2": 2}, "justification": "…"},
     "ideal": {"text": "…", "base": "r1", "reason": "…", "verdicts": {…}},
     "citations": [{"id": "…", "attachment": "label.pdf", "page": 3, "quote": "…"}],
     "comment": "…"}

A verdict, a rating, a step or a preference may be written short, as its value: `{"c1": "met"}`. Every path is
checked against the task before any edit is made, so that a document is taken whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from app.domain.ids import ResponseId
from app.domain.leaves import check_leaf, unknown
from app.domain.questions import Call
from app.domain.ranking import check_places
from app.domain.review import IDEAL_TEXT, OWN_PATHS, Review, Scalar, parts, pointer, safety_path
from app.domain.spans import CITATION_LEAVES, SPAN_LEAVES, check_spans, citations_of, spans_of
from app.domain.task import Task
from app.errors import InputError

SHORT = ("verdicts", "ratings", "steps", "preference")
"""Maps whose entries may be written as their value alone."""
LISTED = {"spans": SPAN_LEAVES, "citations": CITATION_LEAVES}
"""Lists of objects with an `id`, and their leaves."""
OF_RESPONSE = ("comment", "verdicts", "ratings", "steps", "finish", "safety", "spans")
BESIDE_A_CALL = ("severity", "harmed")
"""What is asked for any call but “safe”."""
OF_TASK = ("comment", "responses", "preference", "ranking", "ideal", "citations")


def to_judgement(review: Review) -> dict[str, Any]:
    """The nested document, without what only steers the work (status, flag, revision).

    An ideal answer without text is none: neither is what was said of it before the text was taken away.
    """
    document: dict[str, Any] = {}
    written = bool(review.text(IDEAL_TEXT).strip())
    responses: set[str] = set()
    for path in sorted(review.values):
        *heads, leaf = parts(path)
        if path in OWN_PATHS or heads[:1] == ["citations"] or (heads[:1] == ["ideal"] and not written):
            continue
        if heads[:1] == ["responses"]:
            responses.add(heads[1])
            if heads[2:3] == ["spans"]:
                continue
        node = document
        for head in heads:
            node = node.setdefault(head, {})
        node[leaf] = review.values[path]
    for response in sorted(responses):
        spans = spans_of(review, ResponseId(response))
        if spans:
            part = document.setdefault("responses", {}).setdefault(response, {})
            part["spans"] = [_entry(s, SPAN_LEAVES, ("start", "end")) for s in spans]
    citations = citations_of(review)
    if citations:
        document["citations"] = [_entry(c, CITATION_LEAVES, ()) for c in citations]
    return document


def _entry(found: Any, leaves: tuple[str, ...], kept: tuple[str, ...]) -> dict[str, Any]:
    return {"id": found.id} | {
        leaf: getattr(found, leaf) for leaf in leaves if leaf in kept or getattr(found, leaf)
    }


def flatten(task: Task, document: object) -> dict[str, Scalar | None]:
    """Checked leaves of a judgement document by path; None takes an answer away.

    Raises InputError with the path of the first thing that is wrong; `as_written` says where that stands.
    """
    found: dict[str, Scalar | None] = {}
    for path, value in _leaves(task, document):
        found[path] = check_leaf(task, path, value)
    return found


def as_review(task: Task, document: object) -> Review:
    """The review that a whole judgement document says. InputError, as `flatten` and `check_whole`."""
    leaves = flatten(task, document)
    review = Review(task.id, MappingProxyType({p: v for p, v in leaves.items() if v is not None}))
    check_whole(task, review, tuple(leaves))
    return review


def check_whole(task: Task, review: Review, paths: tuple[str, ...]) -> None:
    """What no single leaf can show: spans stand where their quotes stand, a ranking has no hole. InputError."""
    check_spans(task, review, paths)
    if any(path.startswith("/ranking/places/") for path in paths):
        check_places(task, review)


def check_calls(review: Review, paths: Iterable[str]) -> None:
    """After a document was taken in: a call of “safe” has neither a severity nor anyone harmed. InputError."""
    for path in paths:
        match parts(path):
            case ("responses", response, "safety", _):
                safety = {leaf: safety_path(ResponseId(response), leaf) for leaf in ("call", *BESIDE_A_CALL)}
                if review.values.get(safety["call"]) != Call.SAFE:
                    continue
                for leaf in BESIDE_A_CALL:
                    if safety[leaf] in review.values:
                        raise InputError(
                            "judgement.safe",
                            "A call of “safe” takes no “{leaf}”.",
                            params={"leaf": leaf},
                            where=safety[leaf],
                            hint="Nothing was changed. Leave it out, or change the call.",
                        )


def _leaves(task: Task, document: object) -> Iterator[tuple[str, Any]]:
    for key, value in _object(document, "").items():
        where = pointer(key)
        if key not in OF_TASK:
            raise unknown(where)
        if key == "responses":
            for response, part in _object(value, where).items():
                if all(r.id != response for r in task.responses):
                    raise unknown(where + pointer(response))
                for name, inner in _object(part, where + pointer(response)).items():
                    at = pointer("responses", response, name)
                    if name not in OF_RESPONSE:
                        raise unknown(at)
                    yield from _part(name, inner, at)
        elif key == "ideal":
            for name, inner in _object(value, where).items():
                yield from _part(name, inner, where + pointer(name))
        elif key == "ranking":
            for name, inner in _object(value, where).items():
                yield from _part("ranking" if name == "places" else name, inner, where + pointer(name))
        else:
            yield from _part(key, value, where)


def _part(name: str, value: object, where: str) -> Iterator[tuple[str, Any]]:
    if name in LISTED:
        yield from _listed(name, value, where)
    elif name in SHORT:
        for key, entry in _object(value, where).items():
            leaves = entry if isinstance(entry, Mapping) else {"value": entry}
            for leaf, given in leaves.items():
                yield where + pointer(key, str(leaf)), given
    elif name in ("safety", "ranking"):
        for leaf, given in _object(value, where).items():
            yield where + pointer(leaf), given
    else:
        yield where, value


def _listed(name: str, value: object, where: str) -> Iterator[tuple[str, Any]]:
    """A list of objects, each with its own id or one made of what it says; or {id: object, or null to remove it}."""
    entries: list[tuple[str, Any]]
    if isinstance(value, Mapping):
        entries = [(str(key), entry) for key, entry in value.items()]
    elif isinstance(value, list):
        entries = [(_id_of(entry, f"{where}/{n}"), entry) for n, entry in enumerate(value)]
    else:
        raise _shape(where, "a list")
    for key, entry in entries:
        if entry is None:
            for leaf in LISTED[name]:
                yield where + pointer(key, leaf), None
            continue
        for leaf, given in _object(entry, where + pointer(key)).items():
            if leaf != "id":
                yield where + pointer(key, leaf), given


def as_written(document: object, error: InputError) -> InputError:
    """The error with its place as the document has it: an entry that gives no id is known by its number."""
    for where, entries in _lists(document):
        for number, entry in enumerate(entries):
            key = _id_of(entry, where) if isinstance(entry, Mapping) else ""
            made = where + pointer(key)
            if key and key != entry.get("id") and _within(error.where, made):
                at = f"{where}/{number}" + error.where.removeprefix(made)
                error.params = {k: at if v == error.where else v for k, v in error.params.items()}
                error.where = at
                return error
    return error


def _within(where: str, path: str) -> bool:
    return where == path or where.startswith(path + "/")


def _lists(document: object) -> Iterator[tuple[str, list[Any]]]:
    """Where a judgement document holds lists, and what stands in them."""
    if not isinstance(document, Mapping):
        return
    of_task, responses = document.get("citations"), document.get("responses")
    if isinstance(of_task, list):
        yield pointer("citations"), of_task
    for response, part in responses.items() if isinstance(responses, Mapping) else ():
        spans = part.get("spans") if isinstance(part, Mapping) else None
        if isinstance(spans, list):
            yield pointer("responses", response, "spans"), spans


def _id_of(entry: object, where: str) -> str:
    given = _object(entry, where)
    if isinstance(given.get("id"), str) and given["id"]:
        return str(given["id"])
    said = "\x1f".join(f"{k}={given[k]}" for k in sorted(given))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _object(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) for k in value):
        raise _shape(where, "an object")
    return value


def _shape(where: str, what: str) -> InputError:
    return InputError(
        "judgement.shape",
        "“{path}” must be {what}.",
        params={"path": where or "/", "what": what},
        where=where,
    )
