"""Teams: whose signed work a lead may see, and the signed roster by which laptops know whose keys count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.errors import InputError
from app.wire import jsonio
from lab import feeds, people
from lab.database import insert_new
from lab.lab import Lab
from lab.tables import device, expert
from lab.tables_leads import roster_given, team, team_member


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    leads: tuple[str, ...]
    experts: tuple[str, ...]


def make(lab: Lab, name: str) -> str:
    """A new, empty team. Raises InputError when the name is taken."""
    if not name.strip() or len(name) > 200:
        raise InputError("team.name", "A team needs a name of 1 to 200 characters.")
    made = lab.new_id("m")

    def job(connection: Connection) -> None:
        row = {"id": made, "name": name.strip(), "created_at": lab.now()}
        if not insert_new(connection, team, row):
            raise InputError("team.double", "There is a team “{name}” already.", params={"name": name})

    lab.database.write(job)
    return made


def add(lab: Lab, name: str, *, leads: Sequence[str] = (), experts: Sequence[str] = ()) -> Team:
    """Put people into a team, by id or exact name. Everyone concerned gets a new roster.

    Raises InputError; a lead of a team must have been invited as a lead.
    """

    def job(connection: Connection) -> Team:
        found = named(connection, name)
        for role, who in (("lead", leads), ("expert", experts)):
            for one in people.chosen(connection, list(who)) if who else []:
                if role == "lead" and _role(connection, one) != "lead":
                    raise InputError(
                        "team.lead",
                        "“{id}” was not invited as a lead.",
                        params={"id": one},
                        hint="Invite her with `assay lab invite --role lead`.",
                    )
                values = {"team": found.id, "expert": one, "role": role}
                if not insert_new(connection, team_member, values):
                    same = (team_member.c.team == found.id) & (team_member.c.expert == one)
                    connection.execute(update(team_member).where(same).values(role=role))
        publish(connection, lab, members(connection, found.id))
        return named(connection, name)

    return lab.database.write(job)


def remove(lab: Lab, name: str, who: Sequence[str]) -> Team:
    """Take people out of a team; what they signed stays, they see nothing new of it."""

    def job(connection: Connection) -> Team:
        found = named(connection, name)
        gone = people.chosen(connection, list(who)) if who else []
        before = members(connection, found.id)
        connection.execute(
            delete(team_member).where(team_member.c.team == found.id, team_member.c.expert.in_(gone))
        )
        publish(connection, lab, before)
        return named(connection, name)

    return lab.database.write(job)


def everyone(lab: Lab) -> list[Team]:
    with lab.database.reading() as connection:
        names = connection.execute(select(team.c.name).order_by(team.c.created_at, team.c.id)).scalars().all()
        return [named(connection, name) for name in names]


def named(connection: Connection, name: str) -> Team:
    """By id or name. Raises InputError."""
    row = connection.execute(select(team).where((team.c.id == name) | (team.c.name == name))).first()
    if row is None:
        raise InputError("team.unknown", "This lab has no team “{name}”.", params={"name": name})
    rows = connection.execute(
        select(team_member).where(team_member.c.team == row.id).order_by(team_member.c.expert)
    ).all()
    by_role: dict[str, list[str]] = defaultdict(list)
    for one in rows:
        by_role[one.role].append(one.expert)
    return Team(row.id, row.name, tuple(by_role["lead"]), tuple(by_role["expert"]))


def members(connection: Connection, team_id: str) -> list[str]:
    found = select(team_member.c.expert).where(team_member.c.team == team_id).order_by(team_member.c.expert)
    return list(connection.execute(found).scalars())


def led_by(connection: Connection, lead: str) -> list[str]:
    """The teams whose work this person may see."""
    found = select(team_member.c.team).where(team_member.c.expert == lead, team_member.c.role == "lead")
    return list(connection.execute(found).scalars())


def publish(connection: Connection, lab: Lab, readers: Iterable[str]) -> None:
    """A new signed roster in the feed of each of these people."""
    for who in feeds.lock(connection, readers):
        newest = connection.execute(
            select(roster_given.c.version).where(roster_given.c.expert == who).with_for_update()
        ).scalar()
        version = (newest or 0) + 1
        payload = {
            "v": 1,
            "lab": lab.config.lab,
            "expert": who,
            "version": version,
            "issued": lab.now(),
            "members": _members_for(connection, who),
        }
        signed = lab.sign("roster", jsonio.dumps(payload))
        feeds.keep(connection, signed)
        feeds.append(connection, who, "roster", str(version), signed.digest)
        if newest is None:
            connection.execute(insert(roster_given).values(expert=who, version=version))
        else:
            connection.execute(
                update(roster_given).where(roster_given.c.expert == who).values(version=version)
            )


def device_changed(connection: Connection, lab: Lab, who: str) -> None:
    """A device came or was revoked: those who rely on her keys are told."""
    shared = select(team_member.c.team).where(team_member.c.expert == who)
    readers = connection.execute(
        select(team_member.c.expert).where(team_member.c.team.in_(shared)).distinct()
    ).scalars()
    publish(connection, lab, sorted(readers))


def _members_for(connection: Connection, who: str) -> list[dict[str, Any]]:
    """For a lead her teammates, for an expert her leads; herself never."""
    mine = connection.execute(select(team_member).where(team_member.c.expert == who)).all()
    teams_of: dict[str, list[str]] = defaultdict(list)
    roles: dict[str, str] = {}
    for own in mine:
        wanted = select(team_member).where(team_member.c.team == own.team, team_member.c.expert != who)
        if own.role != "lead":
            wanted = wanted.where(team_member.c.role == "lead")
        for row in connection.execute(wanted.order_by(team_member.c.expert)):
            teams_of[row.expert].append(row.team)
            roles[row.expert] = "lead" if "lead" in (row.role, roles.get(row.expert)) else row.role
    devices: dict[str, list[dict[str, Any]]] = defaultdict(list)
    known = select(device).where(device.c.expert.in_(list(teams_of))).order_by(device.c.registered_at)
    for row in connection.execute(known):
        devices[row.expert].append(
            people.entry(row.device, jsonio.loads(row.jwk), row.registered_at, row.revoked_at)
        )
    return [
        {"expert": one, "role": roles[one], "teams": sorted(teams_of[one]), "devices": devices[one]}
        for one in sorted(teams_of)
    ]


def _role(connection: Connection, who: str) -> str:
    return str(connection.execute(select(expert.c.role).where(expert.c.id == who)).scalar_one())
