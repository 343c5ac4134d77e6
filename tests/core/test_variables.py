"""Each row of the README's table: what cannot be meant stops the start with one line: variable, expectation, value."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from console import addresses
from console.addresses import MailServer
from console.environment import CannotStart, written
from console.variables import VARIABLES, public_url, read, read_all

ROWS = re.findall(
    r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| ([^|]*) \|",
    (Path(settings.BASE_DIR) / "README.md").read_text().split("## Configuration")[1].split("\n## ")[0],
    re.MULTILINE,
)
NUMBERS = [name for name, variable in VARIABLES.items() if variable.kind.must.startswith("be a number")]
SWITCHES = ["DEBUG", "DEMO", "KEEP_EXPIRED_SESSIONS", "AGENTS_READ_ALL"]
SECRET = "a secret of forty-two characters or so, given"
BAD = {
    "HOST": ("http://desk.example", "127.0.0.1:8000", "999.1.1.1", "two words", "*"),
    "DATA_DIR": ("/dev/null", "/dev/null/desk", "~nobody-of-this-name/desk"),
    "DATABASE_URL": (
        "nonsense",
        "sqlite:///desk.sqlite3",
        "mysql://desk@db.example/desk",
        "postgres://db.example",
        "postgres://desk:hunter2@db.example:54x2/desk",
        "postgres://db.example:99999/desk",
        "postgis://db/desk",
        "postgres://db.example/desk?sslmod=require",
        "postgres://[::1/desk",
        "postgres://desk:hunter2/desk",
        "://",
    ),
    "REDIS_URL": (
        "nonsense",
        "redis.example:6379",
        "http://redis.example",
        "redis://",
        "redis://redis.example:port",
        "redis://:hunter2@redis.example:99999/0",
        "redis://redis.example/name",
        "redis://:hunter2",
        "redis://redis.example/0?db=1",
        "unix:///run/redis.sock",
        "redis://redis.example:0",
    ),
    "LIVE_PREFIX": ("two words", "desk*", "x" * 51),
    "SECRET_KEY": ("given", "a" * 64, "changeme" * 4, " " * 40, "x" * 31),
    "SECRET_KEY_FALLBACKS": (f"{SECRET} again,old", "old", f"{'a' * 64}", ","),
    "ALLOWED_HOSTS": (
        "desk.example,*",
        "https://desk.example",
        "desk.example:443",
        "*.desk.example",
        ".",
        " * ",
        ",",
        "desk/",
    ),
    "PUBLIC_URL": (
        "desk.example",
        "ftp://x",
        "https://",
        "https://desk.example/support",
        "https://desk.example:port",
        "https://ana:hunter2@desk.example",
        "https://*.desk.example",
        "https://desk.example?a=b",
        "http://a b",
    ),
    "CSRF_TRUSTED_ORIGINS": (
        "desk.example",
        "https://desk.example,*",
        "https://*",
        "http://*.",
        "https://*.*.example",
        "wss://desk.example",
        "https://desk.example/path",
    ),
    "DEMO_PASSWORD": ("   ", "x" * 200, "two\nlines"),
    "EMAIL_URL": (
        "mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp+tls://desk:hunter2@mail.example:99999",
        "consolemail://",
        "http://mail.example",
        "smtp://mail.example/folder",
        "smtp://mail.example?timeout=3",
    ),
    "MAIL_FROM": ("desk", "Desk <desk>", "a@b@c", "Desk <a@b.example", "a@b.example>", "a@x.example, b@x.example"),
    "MAIL_REPLY_TO": ("@desk.example", "desk@", "Desk\n<desk@desk.example>"),
    "TIME_ZONE": ("Mars/Phobos", "Europe", "../etc/passwd"),
    "API_THROTTLE": ("abc", "3000", "3000/", "/min", "0/min", "-1/min", "3000/fortnight", "1e3/s"),
    "DEFAULT_WEBSITE": ("  ", "x" * 81, "a\tb"),
    "DISPUTE_MODE": ("auto", "PULL", "1"),
    **dict.fromkeys(SWITCHES, ("maybe", "perhaps", "2", "sometimes", "-1")),
    **dict.fromkeys(NUMBERS, ("abc", "-5", "1.5", "9" * 30, "²", " ")),
}
GOOD = [
    ("PORT", " 8001 ", 8001),
    ("HOST", "[::1]", "::1"),
    ("HOST", "desk.example", "desk.example"),
    ("DEBUG", "On", True),
    ("DEMO", "0", False),
    (
        "ALLOWED_HOSTS",
        "desk.example, .desk.example,[::1], Desk.Example",
        ["desk.example", ".desk.example", "[::1]", "desk.example"],
    ),
    ("PUBLIC_URL", "https://Desk.example:443/", "https://desk.example"),
    ("PUBLIC_URL", "http://[::1]:8000", "http://[::1]:8000"),
    (
        "CSRF_TRUSTED_ORIGINS",
        "https://desk.example/,https://*.desk.example",
        ["https://desk.example", "https://*.desk.example"],
    ),
    (
        "REDIS_URL",
        "rediss://:a@redis.example:6380/1?ssl_cert_reqs=none",
        "rediss://:a@redis.example:6380/1?ssl_cert_reqs=none",
    ),
    (
        "EMAIL_URL",
        "smtp+tls://desk:a%40b@mail.example:587",
        MailServer("mail.example", 587, "desk", "a@b", True, False),
    ),
    ("EMAIL_URL", "smtp://mail.example", MailServer("mail.example", None, None, None, False, False)),
    ("MAIL_FROM", '"Desk, Ltd" <desk@desk.example>', '"Desk, Ltd" <desk@desk.example>'),
    ("API_THROTTLE", "5/s", (5, 1)),
    ("API_THROTTLE", "10/hour", (10, 3600)),
    ("SECRET_KEY", f" {SECRET}", f" {SECRET}"),
    ("TIME_ZONE", "Europe/Berlin", "Europe/Berlin"),
]


def refusal(monkeypatch, name: str, text: str) -> str:
    monkeypatch.setenv(name, text)
    with pytest.raises(CannotStart) as refused:
        read_all()
    return str(refused.value)


def test_the_readme_has_every_variable_and_its_default():
    rows = {name: cell for names, cell in ROWS for name in re.findall(r"[A-Z_]+", names)}
    assert list(rows) == list(VARIABLES)
    assert [name for name in NUMBERS if f"`{VARIABLES[name].default}`" not in rows[name]] == []
    switches = {
        name: {True: "on", False: "off", None: "on when embedded"}[VARIABLES[name].default] for name in SWITCHES
    }
    assert switches == {name: rows[name] for name in SWITCHES}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_value_that_cannot_be_meant_is_refused_in_one_line(monkeypatch, name):
    assert len(BAD[name]) >= 3
    for text in BAD[name]:
        line = refusal(monkeypatch, name, text)
        assert line.startswith(f"{name} must ")
        assert line.isprintable()
        assert len(line) < 250
        assert "hunter2" not in line
        if VARIABLES[name].kind.secret:
            assert text.strip() == "" or text not in line
        else:
            assert re.search(r", not (['\"]).*\1\.$", line), line


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("PORT", "eighty", "PORT must be a number from 1 to 65535, not 'eighty'."),
        ("DEBUG", "maybe", "DEBUG must be yes or no (1 or 0, on or off), not 'maybe'."),
        ("API_THROTTLE", "abc", "API_THROTTLE must be written like 3000/min (or /s, /hour, /day), not 'abc'."),
        ("TIME_ZONE", "Europe", "TIME_ZONE must be a time zone like Europe/Berlin, not 'Europe'."),
        ("DISPUTE_MODE", "auto", "DISPUTE_MODE must be automatic, pull or manual, not 'auto'."),
        ("ALLOWED_HOSTS", "desk.example,*", "ALLOWED_HOSTS must name each host, such as desk.example, not '*'."),
        ("PUBLIC_URL", "ftp://x", "PUBLIC_URL must be a web address like https://desk.example, not 'ftp://x'."),
        ("SECRET_KEY", "given", "SECRET_KEY must have at least 32 random characters."),
        ("REDIS_URL", "nonsense", f"REDIS_URL must {addresses.REDIS.must}, not 'nonsense'."),
        (
            "DATABASE_URL",
            "postgres://desk:hunter2@db.example:x/desk",
            f"DATABASE_URL must {addresses.POSTGRESQL.must}, not 'postgres://***@db.example:x/desk'.",
        ),
        (
            "EMAIL_URL",
            "smtp://mail.example:port",
            f"EMAIL_URL must {addresses.MAIL_SERVER.must}, not 'smtp://mail.example:port'.",
        ),
    ],
)
def test_the_line_says_what_to_write(monkeypatch, name, text, line):
    assert refusal(monkeypatch, name, text) == line


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_value_that_can_be_meant_is_taken(monkeypatch, name, text, value):
    monkeypatch.setenv(name, text)
    assert read(name) == value


def test_nothing_means_the_default(monkeypatch):
    monkeypatch.setenv("KEEP_EVENTS_HOURS", "")
    assert read("KEEP_EVENTS_HOURS") == 24


class TestDatabase:
    def read(self, monkeypatch, address: str) -> dict:
        monkeypatch.setenv("DATABASE_URL", address)
        return read("DATABASE_URL")

    def test_every_part(self, monkeypatch):
        found = self.read(monkeypatch, "postgres://desk:a%2Fb@c@db.example:5433/desk?sslmode=require")
        assert found == {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "desk",
            "USER": "desk",
            "PASSWORD": "a/b@c",
            "HOST": "db.example",
            "PORT": "5433",
            "OPTIONS": {"sslmode": "require"},
        }

    @pytest.mark.parametrize(
        ("address", "host", "port"),
        [
            ("postgresql://a.example:5432,b.example:5433/desk", "a.example,b.example", "5432,5433"),
            ("postgresql:///desk?host=/run/postgresql", "/run/postgresql", ""),
            ("postgres://[::1]/desk", "::1", ""),
        ],
    )
    def test_several_hosts_and_sockets(self, monkeypatch, address, host, port):
        found = self.read(monkeypatch, address)
        assert (found["HOST"], found["PORT"], found["NAME"]) == (host, port, "desk")


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://[::1]:8000"), ("2001:db8::1", "http://[2001:db8::1]:8000")],
)
def test_the_address_for_users_follows_from_the_host(host, url):
    assert public_url({"HOST": host, "PORT": 8000, "PUBLIC_URL": None}) == url


def test_a_folder_that_cannot_be_written_is_named():
    line = r"^DATA_DIR=/data cannot be written: No space left on device\.$"
    with pytest.raises(CannotStart, match=line), written(Path("/data")):
        raise OSError(28, "No space left on device", "/data/secret_key")
