"""Working with a Label Studio project: connecting it as a lab of its own, and syncing it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.clock import Clock
from app.domain.ids import DeviceId, ExpertId, LabId, TaskId
from app.services.labs import Labs
from app.services.once import once
from app.services.session import Session

if TYPE_CHECKING:
    from app.keys.keyset import Secrets
    from app.storage.rows import WorkspaceIdentity
    from app.sync.connectors.label_studio import LabelStudio, Project
    from app.sync.protocols import Progress
    from app.sync.report import SyncReport

ADDRESS = "studio.url"
"""Of the workspace's state: where its Label Studio is; other labs have none."""
Reach = Callable[[str, str, Callable[[], bool]], "LabelStudio"]
"""(url, token, cancelled) → a connector."""


class FormatsMapper:
    """`app.sync.studio.Mapper` by the readers of `app.formats`."""

    def lines(
        self, project: Project, tasks: Iterable[Mapping[str, Any]], prefix: str
    ) -> tuple[list[dict[str, Any]], list[tuple[int, str]], list[str]]:
        from app.errors import InputError
        from app.formats import ls_tasks
        from app.formats.base import Losses, Unfit
        from app.formats.ls_config import read_config
        from app.formats.reading import task_of

        loss = Losses()
        try:
            config = read_config(project.config)
        except Unfit as exc:
            raise InputError(
                "studio.config",
                "What this project asks cannot be asked here: {why}.",
                params={"why": exc},
                hint="Nothing was changed.",
            ) from exc
        lines: list[dict[str, Any]] = []
        skipped: list[tuple[int, str]] = []
        for task in tasks:
            data = task.get("data")
            try:
                draft = ls_tasks.draft(config, data if isinstance(data, dict) else {}, loss)
                lines.append(task_of(draft, f"{prefix}-{task['id']}", loss)[0])
            except InputError as exc:
                skipped.append((task["id"], exc.message))
        return lines, skipped, loss.report()

    def regions(self, line: bytes, judgement: Mapping[str, Any]) -> list[dict[str, Any]]:
        from app.domain.codec import task_from_json
        from app.formats import ls_results
        from app.formats.base import Losses

        read = json.loads(line)
        return ls_results.regions(task_from_json(read), read.get("source") or {}, judgement, Losses())


@dataclass(frozen=True, slots=True)
class Studio:
    """reach: makes a connector; tests give it another clock and no waiting."""

    labs: Labs
    clock: Clock
    reach: Reach

    def connect(self, url: str, project: int, token: str, passphrase: str | None = None) -> Session:
        """Make a workspace for a project. The token is kept in it, encrypted as all else.

        Raises OfflineError, RefusedError (token, no such project), InputError (its questions cannot be asked here);
        nothing is left behind then.
        """
        from app.formats.base import Unfit
        from app.formats.ls_config import read_config
        from app.storage.rows import WorkspaceIdentity
        from app.sync import studio as source
        from app.wire.signatures import PrivateKey

        with once(), self.reach(url, token, lambda: False) as studio:
            account, found = studio.whoami(), studio.project(project)
            place = studio.url
        try:
            read_config(found.config)
        except Unfit:
            FormatsMapper().lines(found, (), "")

        def identify(secrets: Secrets) -> WorkspaceIdentity:
            kid = PrivateKey.from_jwk(secrets.device_jwk).kid
            return WorkspaceIdentity(
                lab_id=LabId(f"label-studio:{place}/{found.id}"),
                lab_name=found.title,
                lab_url=place,
                expert=ExpertId(f"label-studio-{account}"),
                device=DeviceId(kid),
                kid=kid,
                key_id=secrets.key_id,
            )

        session = self.labs.create(LabId(f"label-studio:{place}/{found.id}"), identify, passphrase)
        kept = {ADDRESS: place, source.PROJECT: str(found.id), source.TOKEN: token.strip()}
        for key, value in kept.items():
            session.workspace.lab.set_state(key, value)
        return session

    def is_studio(self, session: Session) -> bool:
        return session.workspace.lab.state(ADDRESS) is not None

    def sync(self, session: Session, progress: Progress, cancelled: Callable[[], bool]) -> SyncReport:
        """Fetch new tasks, deliver finished results. Blocks on the network."""
        from app.services.syncing import WorkspaceStore
        from app.sync import studio as source
        from app.wire.signatures import PrivateKey

        lab = session.workspace.lab
        token = lab.state(source.TOKEN) or ""
        with self.reach(lab.state(ADDRESS) or "", token, cancelled) as studio:
            return source.StudioSync(
                WorkspaceStore(session.workspace),
                studio,
                FormatsMapper(),
                PrivateKey.from_jwk(session.parts.device_jwk),
                session.identity.lab_id,
                self.clock,
                lambda task: lab.task_line(TaskId(task))[0],
                progress,
            ).run()
