"""Files of tasks go from beside the lab's source to the expert's encrypted store; others get nothing."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.ids import BatchId, Digest
from app.errors import RefusedError
from app.formats import registry
from app.formats.samples import sample
from app.services.desk import Desk
from app.workstation import parse_task
from lab import desk
from tests.attached_files import pdf
from tests.contract.sync_rig import laptop, new_lab, serving
from tests.workspaces import task_json

PDF = pdf([["Aspirin 300 mg"]])


def test_files_are_fetched_and_the_batch_is_ready_only_then(tmp_path: Path) -> None:
    (tmp_path / "label.pdf").write_bytes(PDF)
    lines = [task_json(1, attachments=[{"name": "label.pdf", "path": "label.pdf"}]), task_json(2)]
    source = tmp_path / "own.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    link = new_lab(tmp_path / "lab", 3)
    with serving(tmp_path / "lab") as lab:
        made = desk.import_batch(lab, "jsonl", source)
        assert (made.tasks, made.skipped) == (2, [])
        desk.assign(lab, made.batch)
        expert = laptop(tmp_path / "ws", link)
        assert expert.sync().files == 1
        kept = expert.workspace.attachments
        with kept.open(Digest(hashlib.sha256(PDF).hexdigest())) as stream:
            assert stream.read() == PDF
        cards = {card.batch.id: card for card in Desk(expert.workspace, parse_task).view().cards}
        assert cards[BatchId(made.batch)].offline_ready
        kept.drop(Digest(hashlib.sha256(PDF).hexdigest()))
        cards = {card.batch.id: card for card in Desk(expert.workspace, parse_task).view().cards}
        assert [c.offline_ready for b, c in cards.items() if b == made.batch] == [False]
        assert [c.offline_ready for b, c in cards.items() if b != made.batch] in ([True], [])
        expert.workspace.close()


def test_a_file_of_a_batch_that_is_not_hers_is_not_served(tmp_path: Path) -> None:
    link = new_lab(tmp_path / "lab", 3)
    with serving(tmp_path / "lab") as lab:
        (tmp_path / "label.pdf").write_bytes(PDF)
        source = tmp_path / "own.jsonl"
        line = task_json(1, attachments=[{"name": "label.pdf", "path": "label.pdf"}])
        source.write_text(json.dumps(line) + "\n", encoding="utf-8")
        desk.import_batch(lab, "jsonl", source)
        expert = laptop(tmp_path / "ws", link)
        expert.sync()
        with closing(expert.connector()) as connector, pytest.raises(RefusedError):
            list(connector.fetch(Digest(hashlib.sha256(PDF).hexdigest()), len(PDF), 0))
        expert.workspace.close()


def test_the_sample_brings_its_files() -> None:
    for language in ("en", "zh_TW"):
        first = next(iter(registry.read("sample", sample("emergency-medicine", language).path)))
        names = ["pocket-reference.pdf", "ecg.png", "chest-slice.dcm", "course.csv"]
        assert [f.name for f in first.files] == names
