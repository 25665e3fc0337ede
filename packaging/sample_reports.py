"""`make reports`: the reports in docs/reports, from a batch that ships with the program.

Its tasks are ours, its graders are made up: they say what the key of the sample says, with slips of their own that
follow from a seed. The same tree makes the same bytes.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.agreement.reports.making import make_report, render  # noqa: E402
from app.agreement.reports.source import Graded, Opinion, Source  # noqa: E402
from app.domain.codec import task_from_json  # noqa: E402
from app.domain.ids import digest  # noqa: E402
from app.domain.times import to_text  # noqa: E402
from app.domain.verdict import Mark  # noqa: E402
from app.formats import registry  # noqa: E402
from app.formats.samples import sample  # noqa: E402

OUT = ROOT / "docs" / "reports"
NAME = "emergency-medicine"
GRADERS = {"e-okafor": ("Dr Okafor", 0.04), "e-ito": ("Dr Ito", 0.1), "e-lindqvist": ("Dr Lindqvist", 0.22)}
JUDGE = ("judge-3", 0.12)
START = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
FILES = (("batch", ".html"), ("batch", ".pdf"), ("delegation", ".html"), ("team", ".csv"))


def made_up() -> Source:
    """Results of three graders on every task of the sample, and an AI judge's opinions."""
    shipped = sample(NAME)
    reading = registry.read("sample", shipped.path)
    tasks = [task_from_json(found.task) for found in reading]
    lines = (shipped.path / "key.jsonl").read_text(encoding="utf-8").splitlines()
    keys = {row["task"]: row["judgement"] for row in map(json.loads, lines)}
    random = Random(NAME)
    graded: list[Graded] = []
    opinions: list[Opinion] = []
    for number, task in enumerate(tasks):
        right = keys[task.id]
        for expert, (_, slips) in GRADERS.items():
            said = _said(right, slips, random)
            at = START + timedelta(days=3 * number, hours=len(graded) % 7)
            payload = json.dumps({"expert": expert, "task": task.id, "judgement": said}, sort_keys=True)
            graded.append(
                Graded(
                    digest=digest(payload.encode()),
                    task=task,
                    rater=expert,
                    judgement=said,
                    submitted=to_text(at),
                    models={r.id: f"model-{'abcdefghi'[n]}" for n, r in enumerate(task.responses)},
                    active_ms=random.randint(240, 900) * 1000,
                )
            )
        opinions.append(Opinion(task.id, JUDGE[0], _said(right, JUDGE[1], random)))
    return Source(
        batch=NAME,
        title=shipped.title,
        policy=reading.policy,
        graded=tuple(graded),
        field=shipped.field,
        tasks=len(tasks),
        opinions=tuple(opinions),
        names={expert: name for expert, (name, _) in GRADERS.items()},
    )


def _said(key: dict[str, Any], slips: float, random: Random) -> dict[str, Any]:
    """The key's verdicts; a slip says the opposite, or counts one more."""
    responses: dict[str, Any] = {}
    for response, part in key["responses"].items():
        verdicts = responses.setdefault(response, {"verdicts": {}})["verdicts"]
        for criterion, value in part["verdicts"].items():
            said = value
            if random.random() < slips:
                said = value + 1 if isinstance(value, int) else _opposite(value)
            verdicts[criterion] = {"value": said}
    return {"responses": responses}


def _opposite(value: str) -> str:
    return str(Mark.NOT_MET if value == Mark.MET else Mark.MET)


def main() -> int:
    source = made_up()
    OUT.mkdir(parents=True, exist_ok=True)
    for kind, suffix in FILES:
        path = OUT / f"{kind}{suffix}"
        path.write_bytes(render(make_report(kind, source), suffix))
        print(path.relative_to(ROOT), path.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
