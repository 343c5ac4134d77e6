"""Who plays in the demo."""

from dataclasses import dataclass

from support_management.people.roles import Role

SITES = (("Essay Harbor", "essayharbor.example"), ("Quill & Co", "quill.example"), ("PaperLane", "paperlane.example"))


@dataclass(frozen=True, slots=True)
class Player:
    """A person of the desk. `sites` are positions in SITES, empty means all. `says` is what they say of themselves.

    `skills`: words with levels, such as "billing 3 account 2".
    `absent`: why they are not there this week.
    """

    username: str
    name: str
    role: str
    zone: str = "UTC"
    sites: tuple[int, ...] = ()
    capacity: int = 8
    says: str = "online"
    status: str = "active"
    skills: str = ""
    absent: str = ""


DEMO = (
    Player("agent1", "Ana Keller", Role.SUPPORT, "Europe/Berlin", skills="billing 4 delivery 3 dispute 3 account 2"),
    Player("agent2", "Samuel Osei", Role.SUPPORT, "Europe/London", skills="technical 4 billing 3 delivery 2 account 3"),
    Player(
        "lead",
        "Lea Lindqvist",
        Role.LEAD,
        "Europe/Stockholm",
        skills="dispute 5 billing 4 technical 3 delivery 4 account 4",
    ),
    Player("admin", "Iris Navarro", Role.ADMIN, "Europe/Madrid"),
)
"""Who signs in: `agent1`, `agent2`, `lead`, `admin`."""

COLLEAGUES = (
    Player("priya", "Priya Nair", Role.SUPPORT, "Asia/Kolkata", (0, 1), 14, skills="delivery 4 technical 3 billing 2"),
    Player(
        "tomas",
        "Tomáš Horák",
        Role.SUPPORT,
        "Europe/Prague",
        (0,),
        12,
        skills="billing 3 technical 2 delivery 2 account 2",
    ),
    Player("mei", "Mei Tanaka", Role.SUPPORT, "Asia/Tokyo", (1, 2), 10, skills="delivery 3 dispute 3 account 2"),
    Player(
        "diego", "Diego Ramírez", Role.SUPPORT, "America/Mexico_City", (), 18, skills="dispute 4 billing 3 delivery 3"
    ),
    Player("fatima", "Fatima Zahra", Role.SUPPORT, "Africa/Casablanca", (2,), skills="account 4 technical 3 billing 2"),
    Player(
        "oskar", "Oskar Nowak", Role.SUPPORT, "Europe/Warsaw", (0, 2), 10, skills="delivery 3 dispute 2 technical 2"
    ),
)
"""Agents who are at work."""

AWAY = (
    Player(
        "grace",
        "Grace Mbeki",
        Role.SUPPORT,
        "Africa/Johannesburg",
        (1,),
        says="break",
        skills="billing 3 account 3 delivery 1",
    ),
    Player(
        "henrik", "Henrik Dahl", Role.SUPPORT, "Europe/Copenhagen", (), absent="Holiday", skills="technical 5 account 2"
    ),
    Player(
        "noor",
        "Noor Haddad",
        Role.SUPPORT,
        "Europe/Paris",
        (0,),
        says="away",
        status="suspended",
        skills="billing 2 delivery 2",
    ),
)
"""Agents who are not there. They hold no open work, or rules would hand it out within a minute."""

PAST = tuple(
    Player(f"past{number}", name, Role.SUPPORT, says="offline", status="inactive")
    for number, name in (
        (1, "Julia Marsh"),
        (2, "Viktor Levin"),
        (3, "Amara Diallo"),
        (4, "Peter Quinn"),
    )
)
"""Agents of earlier years: the history that a top-up adds is theirs."""

EDITOR = Player("editor", "Nadia Fox", Role.EDITOR, "Europe/Dublin")

FIRST = (
    "Amelia Ben Carla Daniel Elif Felix Gina Hugo Ingrid Jonas Kaya Liam Maja Noah Olivia Pavel Quentin Rosa Sven "
    "Tara Umar Vera William Xenia Yusuf Zara Aisha Bruno Chloé Dmitri Emma Farid Greta Hassan Isla João Katya Léa "
    "Marco Nina Owen Petra Rafael Sofia Theo Ulla Vikram Wanda Yara Zoltán"
)
LAST = (
    "Adler Baker Costa Demir Evans Fischer García Hansen Ivanova Jensen Kowalska Lopez Meyer Novak Okafor Park Quist "
    "Rossi Schmidt Tran Ueda Varga Walker Xu Young Ziegler Andersen Brown Carvalho Dubois Eriksen Farkas Gomez Haas "
    "Ito Joshi Khan Larsen Moreau Nguyen Ortiz Petrov Reyes Silva Taylor Usman Vogel Weber Yilmaz Zhang"
)
"""Words, for clients and writers."""
CLIENTS, WRITERS = 60, 24
