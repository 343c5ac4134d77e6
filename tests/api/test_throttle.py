"""So many requests per person and time."""

import pytest

from support_management.api.throttling import PersonThrottle
from tests.api.program import problem
from tests.cast import PASSWORD


@pytest.fixture
def five_a_minute(settings, monkeypatch):
    settings.API_THROTTLE = (5, 60)
    clock = {"now": 6_000_000.0}
    monkeypatch.setattr(PersonThrottle, "timer", staticmethod(lambda: clock["now"]))
    return clock


class TestThrottle:
    def test_the_sixth_request_waits_and_others_do_not(self, api, ada, ben, five_a_minute):
        for _ in range(5):
            assert api(ada).get("dashboard/").status_code == 200
        refused = api(ada).get("dashboard/")
        problem(refused, 429, "throttled")
        assert 1 <= int(refused["Retry-After"]) <= 75
        assert api(ben).get("dashboard/").status_code == 200

    def test_after_the_wait_it_works_again(self, api, ada, five_a_minute):
        for _ in range(5):
            api(ada).get("dashboard/")
        wait = int(api(ada).get("dashboard/")["Retry-After"])
        five_a_minute["now"] += wait - 20
        assert api(ada).get("dashboard/").status_code == 429
        five_a_minute["now"] += 20
        assert api(ada).get("dashboard/").status_code == 200

    def test_it_recovers_bit_by_bit_and_never_says_less_than_a_second(self, api, ada, five_a_minute):
        five_a_minute["now"] += 59
        for _ in range(5):
            api(ada).get("dashboard/")
        five_a_minute["now"] += 2
        refused = api(ada).get("dashboard/")
        assert refused.status_code == 429
        five_a_minute["now"] += int(refused["Retry-After"])
        assert api(ada).get("dashboard/").status_code == 200

    def test_a_session_counts_as_the_same_person_and_pages_do_not_count(self, api, ada, client, five_a_minute):
        client.login(username="ada", password=PASSWORD)
        for _ in range(10):
            client.get("/healthz")
        for _ in range(3):
            assert client.get("/api/v1/support-management/dashboard/").status_code == 200
        for _ in range(2):
            assert api(ada).get("dashboard/").status_code == 200
        assert client.get("/api/v1/support-management/dashboard/").status_code == 429
