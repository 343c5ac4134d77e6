"""How many bytes a page is on the wire: HTML compressed, the rest compressed once, API answers as they are."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from console.middleware import CompressedPages
from console.storage import ModuleManifestStorage
from support_management.events.suppression import quietly
from support_management.tickets.models import Ticket, TicketType
from tests import cast, html

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
FIRST_LOAD, LATER_PAGE = 150_000, 60_000
STATIC = Path(settings.BASE_DIR) / "static"
WORDS = (
    "invoice",
    "refund",
    "draft",
    "deadline",
    "cover",
    "subtitle",
    "contract",
    "layout",
    "chapter",
    "proof",
    "logo",
)


def subject(at: int) -> str:
    return " ".join(WORDS[(at * factor + at // 7) % len(WORDS)] for factor in (1, 3, 5, 7, 11)) + f" {at * 7919 % 1000}"


@pytest.fixture
def crowded(ada):
    """A board of 300 rows: three full lanes."""
    moment, rows = timezone.now(), []
    requesters = [cast.person(f"customer{at}", "client", f"{WORDS[at].title()} Number {at}") for at in range(11)]
    queue = TicketType.objects.get(slug="general")
    for at in range(100):
        due = moment - timezone.timedelta(seconds=at * 7919 % 90_000)
        facts = {"priority": 1 + at % 2, "next_due_at": due, "due_state": "breached", "due_metric": "first_response"}
        rows.append(Ticket(subject=subject(at), type=queue, requester=requesters[at % 11], **facts))
    with quietly():
        Ticket.objects.bulk_create(rows)
    client = Client(headers=GZIP)
    client.force_login(ada)
    return client


def compressed(name: str) -> int:
    """The bytes of a static file on the wire; brotli makes them fewer."""
    return len(gzip.compress(Path(finders.find(name)).read_bytes()))


def modules(name: str = "main.js", seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """A script and everything that it imports."""
    if name in seen:
        return seen
    file, seen = STATIC / "js" / name, seen | {name}
    for imported in re.findall(r'from "(\.{1,2}/[^"]+)"', file.read_text()):
        seen = modules((file.parent / imported).resolve().relative_to(STATIC / "js").as_posix(), seen)
    return seen


def test_the_300_rows_of_a_board_and_a_first_visit_are_small(crowded):
    answer = crowded.get("/queue/")
    assert answer.headers["Content-Encoding"] == "gzip"
    page = html.parse(gzip.decompress(answer.content).decode())
    assert len(page.all(lambda node: "row" in node.classes)) == 300
    assert len(answer.content) <= LATER_PAGE
    styles = "".join((STATIC / "css" / name).read_text() for name in re.findall(r'"(.+\.css)"', styles_of(page)))
    parts = [
        len(answer.content),
        len(gzip.compress(styles.encode())),
        sum(compressed(f"js/{name}") for name in modules()),
        compressed("django_htmx/htmx-4.min.js"),
        compressed("icons.svg"),
    ]
    assert sum(parts) <= FIRST_LOAD, parts


def styles_of(page) -> str:
    [link] = [node for node in page.all(lambda node: node.tag == "link") if node.get("rel") == "stylesheet"]
    return Path(finders.find(link["href"].removeprefix("/static/"))).read_text()


@pytest.mark.parametrize("path", ["/sla/", "/workload/", "/disputes/", "/dashboard/", "/login/"])
def test_every_page_is_compressed_and_says_that_this_depends_on_the_browser(lea, path):
    client = Client()
    client.force_login(lea)
    plain = client.get(path, follow=True)
    small = client.get(path, follow=True, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert int(small.headers["Content-Length"]) == len(small.content)


def test_the_same_page_has_another_length_each_time(rf: RequestFactory):
    """What BREACH measures; Django names the compressed file at random."""
    middleware = CompressedPages(lambda request: HttpResponse("<p>the same</p>" * 100))
    lengths = {len(middleware(rf.get("/", headers=GZIP)).content) for _ in range(40)}
    assert len(lengths) > 5


def test_answers_of_the_api_stay_as_they_are(lea):
    client = Client(headers=GZIP)
    client.force_login(lea)
    for path in ("tickets/", "sla/policies/"):
        answer = client.get(f"/api/v1/support-management/{path}")
        assert answer.status_code == 200
        assert len(answer.content) > 40
        assert "Content-Encoding" not in answer.headers


class TestCollected:
    @pytest.fixture
    def collected(self, tmp_path):
        """The names of some static files once they are collected."""
        sources = FileSystemStorage(tmp_path / "sources")
        for name, text in {
            "css/console.css": '@import "layers.css";\n@import "row.css";\n',
            "css/layers.css": "@layer base, components;\n",
            "css/row.css": ".row { color: red; }\n" * 50,
            "js/main.js": "export const one = 1;\n" * 50,
            "js/main.js.map": "{}" * 500,
        }.items():
            (tmp_path / "sources" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "sources" / name).write_text(text)
        with override_settings(STATIC_ROOT=tmp_path / "static"):
            storage = ModuleManifestStorage(location=tmp_path / "static", base_url="/static/")
            names = [file.relative_to(tmp_path / "sources").as_posix() for file in (tmp_path / "sources").rglob("*.*")]
            for name in names:
                with sources.open(name) as file:
                    storage.save(name, file)
            list(storage.post_process({name: (sources, name) for name in names}))
        return storage

    def test_the_style_sheets_are_one_file(self, collected):
        name = collected.stored_name("css/console.css")
        with collected.open(name) as file:
            text = file.read().decode()
        assert text.index("@layer base") < text.index(".row")
        assert "@import" not in text

    def test_what_pages_load_is_compressed_for_every_browser_and_nothing_else(self, collected):
        folder = Path(collected.location)
        small = {file.relative_to(folder).as_posix() for file in folder.rglob("*.*") if file.suffix in (".br", ".gz")}
        names = [collected.stored_name(name) for name in ("css/console.css", "css/row.css", "js/main.js")]
        assert small == {f"{name}.{kind}" for name in names for kind in ("br", "gz")}
