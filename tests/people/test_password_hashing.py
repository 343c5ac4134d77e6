"""At most two passwords are hashed at once; some wait a little, the rest is told to come again."""

import threading

import pytest
from django.contrib.auth.hashers import check_password, get_hashers_by_algorithm
from django.test import override_settings

from console import settings as product
from support_management.core.errors import SlowDown
from support_management.people.passwords import hashing
from support_management.people.passwords.hashing import AT_ONCE, MOST_WAITING, HashingQueue
from tests.refusals import refused


@pytest.fixture
def queue():
    return HashingQueue()


def test_two_enter_and_a_third_waits_until_one_leaves(queue):
    entered = []

    def third():
        with queue:
            entered.append(True)

    with queue:
        with queue:
            waiting = threading.Thread(target=third)
            waiting.start()
            waiting.join(0.05)
            assert not entered
        waiting.join(5)
        assert entered


def test_who_has_waited_long_enough_is_refused_and_leaves_the_queue(queue, monkeypatch):
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.01)
    with queue, queue:
        for _ in range(MOST_WAITING + AT_ONCE + 1):
            with refused("slow_down", SlowDown) as refusal, queue:
                pass
            assert refusal.value.wait == 1
    with queue:
        pass


def test_beyond_those_who_wait_nobody_waits(queue, monkeypatch):
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 60)
    for _ in range(AT_ONCE + MOST_WAITING):
        queue._places.acquire()
    with refused("slow_down", SlowDown), queue:
        pass


def test_the_product_hashes_in_the_queue_and_reads_earlier_hashes(monkeypatch):
    earlier = "pbkdf2_sha256$1$salt$" + "L3Z0H3hJEdJQBDHdWbbBmWlrM2zJQr0lAzf0LeOqCs4="
    hashed = []
    monkeypatch.setattr(hashing._queue, "_free", threading.BoundedSemaphore(1))
    with override_settings(PASSWORD_HASHERS=product.PASSWORD_HASHERS):
        [hasher] = get_hashers_by_algorithm().values()
        monkeypatch.setattr(type(hasher), "iterations", 1)
        stored = hasher.encode("a word", "salt")
        assert stored.split("$")[:3] == earlier.split("$")[:3]
        assert check_password("a word", stored)
        with hashing._queue:
            monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.01)
            with refused("slow_down", SlowDown):
                hashed.append(check_password("a word", stored))
    assert hashed == []
