"""The staff of the demo, its websites, and names for clients and writers."""

from dataclasses import dataclass

from support_management.people.roles import Role

SITES = (("Copy Harbor", "copyharbor.example"), ("Quill & Co", "quill.example"), ("Lingua Lane", "lingualane.example"))


@dataclass(frozen=True, slots=True)
class StaffMember:
    """`sites` are positions in SITES, empty means all. `says` is the availability status that they have set.

    `skills`: slugs with levels, such as "billing 3 account 2".
    `absent`: the reason of an absence this week.
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


SIGN_INS = (
    StaffMember(
        "agent1", "Ana Keller", Role.SUPPORT, "Europe/Berlin", skills="billing 4 delivery 3 dispute 3 account 2"
    ),
    StaffMember(
        "agent2", "Samuel Osei", Role.SUPPORT, "Europe/London", skills="technical 4 billing 3 delivery 2 account 3"
    ),
    StaffMember(
        "lead",
        "Lea Lindqvist",
        Role.LEAD,
        "Europe/Stockholm",
        skills="dispute 5 billing 4 technical 3 delivery 4 account 4",
    ),
    StaffMember("admin", "Iris Navarro", Role.ADMIN, "Europe/Madrid"),
)
"""People with a password: `agent1`, `agent2`, `lead`, `admin`."""

COLLEAGUES = (
    StaffMember(
        "priya", "Priya Nair", Role.SUPPORT, "Asia/Kolkata", (0, 1), 14, skills="delivery 4 technical 3 billing 2"
    ),
    StaffMember(
        "tomas",
        "Tomáš Horák",
        Role.SUPPORT,
        "Europe/Prague",
        (0,),
        12,
        skills="billing 3 technical 2 delivery 2 account 2",
    ),
    StaffMember("mei", "Mei Tanaka", Role.SUPPORT, "Asia/Tokyo", (1, 2), 10, skills="delivery 3 dispute 3 account 2"),
    StaffMember(
        "diego", "Diego Ramírez", Role.SUPPORT, "America/Mexico_City", (), 18, skills="dispute 4 billing 3 delivery 3"
    ),
    StaffMember(
        "fatima", "Fatima Zahra", Role.SUPPORT, "Africa/Casablanca", (2,), skills="account 4 technical 3 billing 2"
    ),
    StaffMember(
        "oskar", "Oskar Nowak", Role.SUPPORT, "Europe/Warsaw", (0, 2), 10, skills="delivery 3 dispute 2 technical 2"
    ),
)
"""Agents who are online."""

AWAY = (
    StaffMember(
        "grace",
        "Grace Mbeki",
        Role.SUPPORT,
        "Africa/Johannesburg",
        (1,),
        says="break",
        skills="billing 3 account 3 delivery 1",
    ),
    StaffMember(
        "henrik", "Henrik Dahl", Role.SUPPORT, "Europe/Copenhagen", (), absent="Holiday", skills="technical 5 account 2"
    ),
    StaffMember(
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
"""Absent agents. They have no open work, or it would be reassigned within a minute."""

PAST = tuple(
    StaffMember(f"past{number}", name, Role.SUPPORT, says="offline", status="inactive")
    for number, name in (
        (1, "Julia Marsh"),
        (2, "Viktor Levin"),
        (3, "Amara Diallo"),
        (4, "Peter Quinn"),
    )
)
"""Former agents, who own the history that a top-up adds."""

EDITOR = StaffMember("editor", "Nadia Fox", Role.EDITOR, "Europe/Dublin")

FIRST_NAMES = (
    "Amelia Ben Carla Daniel Elif Felix Gina Hugo Ingrid Jonas Kaya Liam Maja Noah Olivia Pavel Quentin Rosa Sven "
    "Tara Umar Vera William Xenia Yusuf Zara Aisha Bruno Chloé Dmitri Emma Farid Greta Hassan Isla João Katya Léa "
    "Marco Nina Owen Petra Rafael Sofia Theo Ulla Vikram Wanda Yara Zoltán"
)
LAST_NAMES = (
    "Adler Baker Costa Demir Evans Fischer García Hansen Ivanova Jensen Kowalska Lopez Meyer Novak Okafor Park Quist "
    "Rossi Schmidt Tran Ueda Varga Walker Xu Young Ziegler Andersen Brown Carvalho Dubois Eriksen Farkas Gomez Haas "
    "Ito Joshi Khan Larsen Moreau Nguyen Ortiz Petrov Reyes Silva Taylor Usman Vogel Weber Yilmaz Zhang"
)
"""Names of clients and writers, separated by spaces."""
CLIENTS, WRITERS = 60, 24
