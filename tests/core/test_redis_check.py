"""Whether Redis is away, and may come back, or refuses REDIS_URL for good: at the start and in /readyz."""

import runpy
from pathlib import Path

import pytest
from django.conf import settings as product

from console.environment import CannotStart
from console.redis_check import State, ask
from tests.servers import Redis, free_port

SECONDS = 2


class GuardedRedis(Redis):
    def command(self) -> list[str]:
        return [*super().command(), "--requirepass", "hunter2"]

    def address(self, text: str) -> str:
        return text.replace("PORT", str(self.port))


@pytest.fixture(scope="module")
def guarded():
    with GuardedRedis() as server:
        yield server


@pytest.fixture
def ask_redis():
    return runpy.run_path(str(Path(product.BASE_DIR) / "bin" / "prepare.py"))["ask_redis"]


TLS = "TLS where there is none"
WRONG = {
    "no password": "redis://127.0.0.1:PORT/0",
    "a wrong password": "redis://:hunter3@127.0.0.1:PORT/0",
    "a wrong user": "redis://ana:hunter2@127.0.0.1:PORT/0",
    "a wrong number": "redis://:hunter2@127.0.0.1:PORT/99",
    TLS: "rediss://:hunter2@127.0.0.1:PORT/0",
    "an option of nobody": "rediss://:hunter2@127.0.0.1:PORT/0?ssl_color=red",
    "another scheme": "http://127.0.0.1:PORT",
}


def test_the_right_address_is_taken(guarded):
    assert ask(guarded.address("redis://:hunter2@127.0.0.1:PORT/0"), SECONDS) == (State.OK, "")


@pytest.mark.parametrize("trouble", WRONG)
def test_a_wrong_one_stops_the_start_with_one_line(guarded, ask_redis, settings, trouble):
    settings.REDIS_URL = guarded.address(WRONG[trouble])
    with pytest.raises(CannotStart) as refusal:
        ask_redis()
    line = str(refusal.value)
    assert line.startswith("REDIS_URL=")
    assert line.isprintable()
    assert "hunter" not in line


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_one_that_is_away_is_no_reason_to_stop(ask_redis, settings, capsys, host):
    settings.REDIS_URL = f"redis://:hunter2@{host}:{free_port()}/0"
    ask_redis()
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("Redis does not answer (")
    assert line.endswith("starting without it")


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [*sorted({*WRONG} - {TLS}), "nonsense"])
def test_readyz_says_refused(guarded, client, settings, trouble):
    settings.REDIS_URL = guarded.address(WRONG.get(trouble, "nonsense"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["redis"] == "refused"
    assert "redis" in answer.json()["failing"]
    assert "worker" not in answer.json()["failing"]


class FullRedis(Redis):
    def command(self) -> list[str]:
        return [*super().command(), "--maxmemory", "1"]


@pytest.mark.django_db
def test_one_that_takes_no_writes_is_named_and_no_reason_to_stop(client, ask_redis, settings, capsys):
    with FullRedis() as server:
        settings.REDIS_URL = server.url
        ask_redis()
        assert capsys.readouterr().err.startswith("Redis takes no writes (")
        answer = client.get("/readyz").json()
    assert answer["parts"]["redis"] == "takes no writes"
    assert not {"redis", "worker", "beat"} & set(answer.get("failing", ()))
