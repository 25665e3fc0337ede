"""A small team over a served lab, for the pictures of a lead's work: two graders, a third reader and their lead.

Everything is done by the services that the window calls, over HTTP on loopback, with the shipped samples; only who
says what is made up. What a sample lab of one expert cannot show is then there to be drawn.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any

from app.domain.ids import TaskId
from app.domain.sampling import Plan
from app.errors import StorageError
from app.formats.samples import key, sample
from app.services import deciding, judging, returns
from app.services.session import Session
from app.workstation import Workstation, build
from lab import desk, envelopes, leads_desk
from lab.serve import Service
from ui.pictures_team import Team

LEAD, FIRST, SECOND, THIRD = "Dr Adeyemi", "Dr Moreau", "Dr Ito", "Dr Haddad"
JUDGE = "judge-model-a"
AGREED, DISPUTED, BOARD, BLIND = (
    "em-01-inferior-stemi",
    "em-02-febrile-infant",
    "em-03-button-battery",
    "em-04-anaphylaxis",
)
"""By what becomes of them."""
SERVING_S = 30.0
Verdicts = dict[tuple[str, str], dict[str, Any]]
NO_HALF = {"value": "not_met", "comment": "“If you cannot go” is a way out, and it may cost his life."}
"""What a grader holds against the others; disputed, and held by the third reader too."""
SAID: dict[str, dict[str, Verdicts]] = {
    SECOND: {
        DISPUTED: {
            ("r3", "now"): NO_HALF,
            ("r2", "tone"): {"value": 2},
            ("r1", "dose"): {
                "value": "not_met",
                "comment": "5 mL is the dose of an older child, so none for him.",
            },
        },
        BOARD: {
            ("r2", "two"): {"value": "not_met", "comment": "“As soon as possible” is no time."},
            ("r2", "xray"): {"value": "met", "confidence": "low"},
            ("r1", "dosehoney"): {"value": "not_met"},
        },
        BLIND: {("r1", "dose"): {"value": "met"}},
    },
    LEAD: {
        BOARD: {
            ("r2", "two"): {"value": "partly", "comment": "Urgent without a time: the criterion says partly."}
        }
    },
    THIRD: {DISPUTED: {("r3", "now"): NO_HALF}},
    JUDGE: {
        AGREED: {("r1", "rv"): {"value": "met", "comment": "Low blood pressure is named."}},
        DISPUTED: {("r3", "now"): {"value": "met"}, ("r1", "age"): {"value": "met"}},
        BOARD: {("r2", "two"): {"value": "met", "comment": "It says that it is urgent."}},
        BLIND: {
            ("r1", "fluid"): {"value": "met", "comment": "20 mL/kg is there; 480 mL follows from 24 kg."},
            ("r3", "home"): {"value": "met"},
        },
    },
}
"""Where somebody differs from the sample's own key: who → task → (response, criterion) → verdict."""


def ruled(response: str, criterion: str, value: Any, error_class: str, reason: str) -> dict[str, Any]:
    """A verdict of the lead's own."""
    return {
        "response": response,
        "criterion": criterion,
        "value": value,
        "error_class": error_class,
        "reason": reason,
    }


DOSE = ruled("r1", "dose", "met", "slip", "“5 mL now and again” is a dose to give at home, if a wrong one.")
RETURN = {
    "kind": "return",
    "comment": "Two verdicts to read again, please.",
    "rulings": [ruled("r3", "now", "partly", "slip", "The criterion calls an “if” partly."), DOSE],
}
DISPUTE = {
    "kind": "dispute",
    "reasons": [
        {
            "response": "r3",
            "criterion": "now",
            "text": "At 19 days no “if” is half right: the whole answer fails.",
        }
    ],
}
ADJUDICATE = {
    "kind": "adjudicate",
    "rulings": [
        ruled("r3", "now", "not_met", "ambiguous_criterion", "The third reader agrees: the way out decides."),
        ruled("r2", "tone", 3, "slip", "Calm and clear, if long."),
        DOSE,
    ],
}
SECOND_RETURN = {
    "kind": "return",
    "comment": "Please look at the second answer once more.",
    "rulings": [
        ruled("r2", "two", "partly", "slip", "Urgent without a time: the criterion says partly."),
        ruled("r1", "dosehoney", "met", "slip", "The dose, its number and the age are all there."),
    ],
    "gap": {"text": "What “at once” means for an X-ray is not in the guideline yet.", "criteria": ["xray"]},
}


class _Person:
    """Her computer. Open from the enrolment until `leave`."""

    def __init__(self, name: str, home: Path, link: str, passphrase: str) -> None:
        self.name, self.home = name, home
        self._station: Workstation = build(home)
        self._passphrase = passphrase
        self.session: Session = self._station.enrolling.enrol(link, passphrase=passphrase)
        self.sync()

    def sync(self) -> None:
        self._station.sending.sync(self.session)

    def leave(self) -> None:
        self.session.close()

    def back(self) -> None:
        self.session = self._station.labs.open(None, self._passphrase)

    def grade(self, tasks: list[str], keys: Mapping[str, dict[str, Any]]) -> None:
        for task in tasks:
            document = json.dumps(_judgement(self.name, task, keys)).encode()
            judging.grade(self.session, task, document, where=task)
        refused = judging.submit(self.session, tasks)["refused"]
        if refused:
            raise StorageError(
                "demo.team", "A demo grade was refused ({code}).", params={"code": refused[0]["code"]}
            )
        self.sync()

    def decide(self, task: str, document: dict[str, Any]) -> None:
        self.session.perform_now(lambda _: deciding.decide_from(self.session, task, document))
        self.sync()

    def answer(self, task: str, document: dict[str, Any]) -> None:
        returns.answer_from(self.session, task, document)
        self.sync()


def _judgement(who: str, task: str, keys: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The sample's own judgement of a task, but for where this one differs."""
    found: dict[str, Any] = json.loads(json.dumps(keys[task]))
    for (response, criterion), verdict in SAID.get(who, {}).get(task, {}).items():
        found["responses"][response]["verdicts"][criterion] = verdict
    return found


Join = Callable[[str], _Person]


def make_team(folder: Path, passphrase: str) -> Team:
    """The lab and the homes below the folder, locked again; the passphrase opens all of them."""
    path = sample("emergency-medicine").path
    keys = key(path)
    # A lab of some seconds: its responses are shown in the same order in each set of pictures.
    entropy = Random("pictures").randbytes
    desk.init(folder / "lab", name="Harbor Medical", entropy=entropy)
    with desk.open_lab(folder / "lab", entropy=entropy) as lab, _serving(lab), ExitStack() as leaving:
        links = {name: desk.invite(lab, "expert", name) for name in (FIRST, SECOND, THIRD)}
        links[LEAD] = desk.invite(lab, "lead", LEAD)
        ids = {name: expert for name, (_, expert) in links.items()}
        leads_desk.teams.make(lab, "Emergency")
        graders = [ids[FIRST], ids[SECOND], ids[THIRD]]
        leads_desk.teams.add(lab, "Emergency", leads=[ids[LEAD]], experts=graders)
        batch = desk.import_batch(lab, "sample", path).batch
        envelopes.put(lab, batch, "judge", [(task, JUDGE, _judgement(JUDGE, task, keys)) for task in keys])
        desk.assign(lab, batch, graders[:2], overlap=2)
        leads_desk.set_plan(lab, batch, "Emergency", Plan(percent=0, seed="pictures", too_fast=False))

        def join(name: str) -> _Person:
            person = _Person(name, folder / name, links[name][0], passphrase)
            leaving.callback(person.leave)
            return person

        return _walk(folder, join(FIRST), join(SECOND), join, keys)


def _walk(folder: Path, first: _Person, second: _Person, join: Join, keys: Mapping[str, Any]) -> Team:
    tasks = [AGREED, DISPUTED, BOARD, BLIND]
    first.grade(tasks, keys)
    second.grade(tasks, keys)
    lead, third = join(LEAD), join(THIRD)
    lead.grade([DISPUTED, BOARD], keys)
    lead.decide(AGREED, {"kind": "accept"})
    lead.decide(DISPUTED, RETURN)
    first.sync()
    first.answer(DISPUTED, {"kind": "accept"})
    second.sync()
    second.answer(DISPUTED, DISPUTE)
    lead.sync()
    third.sync()
    third.grade([DISPUTED], keys)
    lead.sync()
    lead.leave()
    at_the_board = Path(shutil.copytree(lead.home, folder / "at the board"))
    lead.back()
    lead.decide(DISPUTED, ADJUDICATE)
    lead.decide(BOARD, SECOND_RETURN)
    second.sync()
    second.leave()
    return Team(at_the_board, second.home, *map(TaskId, (BOARD, DISPUTED, BLIND, AGREED)))


@contextmanager
def _serving(lab: desk.Lab) -> Iterator[None]:
    """The lab answers within, in a thread of its own."""
    service = Service(lab)
    thread = threading.Thread(target=service.run, name="lab-service")
    thread.start()
    try:
        if not service.ready.wait(SERVING_S):
            raise StorageError("demo.team", "The demo team's lab did not start.")
        yield
    finally:
        service.stop()
        thread.join()
