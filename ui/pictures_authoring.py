"""Pictures of Authoring and of a proposal, over a draft of its own (see `ui.pictures`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion
from app.services import authoring
from app.services.authoring import Draft
from app.services.session import Session
from ui.authoring.screen import AuthoringScreen
from ui.grading.screen import GradingScreen
from ui.pictures_steps import Step, front, press
from ui.shell import Shell

DRAFT = Draft(
    id="picture-of-a-draft",
    title="Wasp sting with stridor",
    field="Emergency medicine",
    language="en",
    layman="I am Ada Brown, born 3 May 1970. A wasp stung me, my arm is red and I cannot breathe well. What now?",
    professional="Anaphylaxis after a sting: stridor, BP 80/40, SpO2 91 %. First drug, dose, route and site?",
    ideal="**Adrenaline 0.5 mg** into the thigh muscle, now. Then an ambulance.\n\n- Lie flat\n- Repeat after 5 min",
    criteria=(
        Criterion(
            CriterionId("c1"), "Names 0.5 mg of adrenaline into the thigh muscle", points=5, tags=("dose",)
        ),
        Criterion(
            CriterionId("c2"), "Advises calling an ambulance and explains appropriate positioning", points=4
        ),
        Criterion(CriterionId("c3"), "Advises an antihistamine before adrenaline", points=-6),
    ),
    changed_at="2026-11-01T10:00:00.000Z",
)


def writing(shell: Shell, session: Session) -> Iterator[Step]:
    """The list, the task at its title and at its rubric; a criterion disputed where it is judged."""
    session.perform(lambda workspace: authoring.store(workspace, DRAFT))
    yield "authoring", lambda: press(shell, "authoring")
    yield "authoring-task", lambda: front(shell, AuthoringScreen).open_draft(DRAFT.id)
    yield "authoring-rubric", lambda: front(shell, AuthoringScreen).page.go_to("c3")
    task = session.workspace.lab.tasks()[0]
    yield "grading-propose", partial(_propose, shell, partial(shell.go_task, task))


def _propose(shell: Shell, go: Callable[[], None]) -> None:
    go()
    screen = front(shell, GradingScreen)
    if screen.covered:
        screen.cover.show_it.click()
    press(shell, "propose")
