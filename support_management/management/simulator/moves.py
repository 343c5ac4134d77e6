"""What players do. A move picks work, sends one change, and tells what it was; None when there was nothing to do."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from support_management.disputes.status import Reason
from support_management.management.demo.scenes import Scene, scenes
from support_management.management.simulator.board import OPEN, Board, owner
from support_management.management.simulator.players import Player
from support_management.management.simulator.wire import Answer, Line
from support_management.orders.status import MOVES as ORDER_MOVES

TYPES = ("order", "order", "payment", "account", "technical", "general", "other")
NOT_BY_HAND = frozenset({"disputed", "refunded", "cancelled"})
"""Order moves that have their own stories."""


@dataclass(frozen=True, slots=True)
class Table:
    """A thread's seat: the shared board, its own line and dice, everybody who plays."""

    board: Board
    line: Line
    chance: Random
    clients: list[Player]
    agents: list[Player]
    leads: list[Player]

    def send(self, who: Player, kind: str, path: str, body: dict) -> Answer:
        """A change by a player; the board learns from the answer."""
        answer = self.line.post(path, who.token, body)
        if answer.good:
            self.board.keep(kind, answer.data)
        elif answer.status in (404, 409) and path.count("/") > 1:
            self.board.forget(kind, int(path.split("/")[1]))  # read anew with the next look
        return answer

    def scene(self, slug: str) -> Scene:
        return self.chance.choice(scenes(slug))


Move = Callable[[Table], Answer | None]


def create(table: Table) -> Answer | None:
    """Somebody writes to the desk, mostly about an order."""
    who = table.chance.choice(table.clients)
    theirs = table.board.pick(
        "orders", lambda row: who.id in (row["client"]["id"], (row["writer"] or {}).get("id")), table.chance
    )
    slug = table.chance.choice(TYPES) if theirs else "account"
    scene = table.scene(slug)
    facts = _facts(who, theirs)
    subjects = [text for text in scene.subjects if theirs or "{" not in text]
    body = {
        "subject": table.chance.choice(subjects).format_map(facts),
        "body": scene.ask.format_map(facts),
        "type": slug,
    }
    body |= {"priority": table.chance.choices(("low", "normal", "high", "urgent"), (22, 56, 19, 3))[0]}
    if theirs and "{ref}" in scene.ask:
        body["order"] = theirs["id"]
    return table.send(who, "tickets", "tickets/", body)


def write_back(table: Table) -> Answer | None:
    """The requester says more; waiting work comes back."""
    ids = {player.id: player for player in table.clients}
    row = table.board.pick(
        "tickets", lambda row: row["requester"]["id"] in ids and row["status"] in OPEN - {"new"}, table.chance
    )
    if row is None:
        return None
    words = table.chance.choice(table.scene(row["type"]).backs)
    return table.send(ids[row["requester"]["id"]], "tickets", f"tickets/{row['id']}/reply/", {"body": words})


def claim(table: Table) -> Answer | None:
    who = table.chance.choice(table.agents)
    row = _free(table, who)
    return table.send(who, "tickets", f"tickets/{row['id']}/claim/", {}) if row else None


def assign(table: Table) -> Answer | None:
    """A lead hands out what nobody took."""
    who, to = table.chance.choice(table.leads), table.chance.choice(table.agents)
    row = _free(table, to)
    return table.send(who, "tickets", f"tickets/{row['id']}/assign/", {"assignee": to.id}) if row else None


def reply(table: Table) -> Answer | None:
    who, row = _own(table, {"new", "open"})
    if row is None:
        return None
    body = {"body": table.chance.choice(table.scene(row["type"]).answers).format_map(_facts(who, None, row))}
    if table.chance.random() < 0.35:
        body["status"] = "pending"
    return table.send(who, "tickets", f"tickets/{row['id']}/reply/", body)


def note(table: Table) -> Answer | None:
    who, row = _own(table, OPEN)
    if row is None:
        return None
    return table.send(who, "tickets", f"tickets/{row['id']}/note/", {"body": table.scene(row["type"]).note})


def change_status(table: Table) -> Answer | None:
    who, row = _own(table, OPEN - {"new"})
    if row is None:
        return None
    status = table.chance.choice(sorted({"open", "pending", "on_hold"} - {row["status"]}))
    return table.send(who, "tickets", f"tickets/{row['id']}/status/", {"status": status})


def change_priority(table: Table) -> Answer | None:
    who, row = _own(table, OPEN)
    if row is None:
        return None
    word = table.chance.choice(("low", "normal", "normal", "high"))
    return table.send(who, "tickets", f"tickets/{row['id']}/priority/", {"priority": word})


def release(table: Table) -> Answer | None:
    who, row = _own(table, OPEN)
    return table.send(who, "tickets", f"tickets/{row['id']}/release/", {}) if row else None


def resolve(table: Table) -> Answer | None:
    who, row = _own(table, {"open", "pending"})
    if row is None:
        return None
    words = table.scene(row["type"]).done.format_map(_facts(who, None, row))
    return table.send(who, "tickets", f"tickets/{row['id']}/reply/", {"body": words, "status": "resolved"})


def open_dispute(table: Table) -> Answer | None:
    ids = {player.id: player for player in table.clients}
    if len(table.board.disputes) > 30:
        return None
    row = table.board.pick(
        "orders", lambda row: row["client"]["id"] in ids and "disputed" in ORDER_MOVES[row["status"]], table.chance
    )
    if row is None:
        return None
    table.board.forget("orders", row["id"])
    body = {"order": row["id"], "reason": table.chance.choice(Reason.values)}
    return table.send(ids[row["client"]["id"]], "disputes", "disputes/", body)


def move_dispute(table: Table) -> Answer | None:
    """Taken, moved along, or decided."""
    who = table.chance.choice(table.leads)
    row = table.board.pick(
        "disputes", lambda row: row["status"] in ("open", "under_review", "awaiting_response"), table.chance
    )
    if row is None:
        return None
    if row["assignee"] is None:
        everywhere = [agent.id for agent in table.agents if table.board.serves_all(agent.id)]
        return table.send(
            who, "disputes", f"disputes/{row['id']}/assign/", {"assignee": table.chance.choice(everywhere)}
        )
    if len(table.board.disputes) > 12 and table.chance.random() < 0.4:
        outcome = table.chance.choice(("resolved_client", "resolved_writer", "withdrawn"))
        answer = table.send(
            who, "disputes", f"disputes/{row['id']}/resolve/", {"outcome": outcome, "notes": "Both sides were heard."}
        )
        table.board.forget("disputes", row["id"])
        return answer
    status = "awaiting_response" if row["status"] == "under_review" else "under_review"
    return table.send(who, "disputes", f"disputes/{row['id']}/advance/", {"status": status})


def move_order(table: Table) -> Answer | None:
    who = table.chance.choice(table.leads)
    row = table.board.pick("orders", lambda row: bool(ORDER_MOVES[row["status"]] - NOT_BY_HAND), table.chance)
    if row is None:
        return None
    status = table.chance.choice(sorted(ORDER_MOVES[row["status"]] - NOT_BY_HAND))
    return table.send(who, "orders", f"orders/{row['id']}/status/", {"status": status})


def _free(table: Table, to: Player) -> dict | None:
    """Work that nobody has and that this agent may take."""
    if not table.board.has_room(to.id):
        return None
    board = table.board
    return board.pick(
        "tickets",
        lambda row: row["status"] in OPEN and not row["assignee"] and board.serves(to.id, row["website"]),
        table.chance,
    )


def _own(table: Table, statuses) -> tuple[Player, dict | None]:
    """An agent and a ticket of theirs."""
    players = {player.id: player for player in table.agents}
    row = table.board.pick("tickets", lambda row: owner(row) in players and row["status"] in statuses, table.chance)
    return (players[owner(row)], row) if row else (table.agents[0], None)  # type: ignore[index]


def _facts(who: Player, order: dict | None, row: dict | None = None) -> dict[str, str]:
    """What fills the placeholders of a scene."""
    name = row["requester"]["name"] if row else who.name
    facts = {"first": name.split()[0], "agent": who.name, "days": "3", "writer": "the writer"}
    facts |= {"ref": "your order", "title": "your order", "amount": "the amount"}
    if order:
        facts |= {
            "ref": order["reference"],
            "title": order["title"],
            "amount": f"{order['amount']} {order['currency']}",
        }
        facts["writer"] = order["writer"]["name"] if order["writer"] else "the writer"
    return facts


MIX: dict[str, tuple[Move, float]] = {
    "create": (create, 9),
    "write back": (write_back, 20),
    "claim": (claim, 9),
    "assign": (assign, 3),
    "reply": (reply, 22),
    "note": (note, 9),
    "status": (change_status, 6),
    "priority": (change_priority, 4),
    "release": (release, 1.5),
    "resolve": (resolve, 9),
    "open dispute": (open_dispute, 0.7),
    "dispute": (move_dispute, 2.5),
    "order": (move_order, 3),
}
"""Shares of a busy day."""


def choose(table: Table) -> str:
    """A move by its share; what comes in and what is done lean against each other, so that the backlog stays."""
    lean = (table.board.open / table.board.start) ** 4 if table.board.start else 1.0
    shares = {name: share for name, (_, share) in MIX.items()}
    shares["create"] /= max(lean, 0.05)
    shares["resolve"] *= min(lean, 20)
    return table.chance.choices(list(shares), list(shares.values()))[0]
