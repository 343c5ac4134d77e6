"""Sixty requests of one person leave room for everybody else."""

import asyncio
import threading
from contextlib import AsyncExitStack
from contextvars import copy_context
from io import BytesIO

import pytest
from django.conf import settings
from django.http import HttpResponse

from console import fair_share
from console.fair_share import AT_ONCE, MOST_WAITING, FairShare, TooManyWaiting
from console.http_handler import application
from support_management.core import request_context


def scope(session: str = "", *, token: str = "", path: str = "/queue/", ip: str = "10.0.0.1") -> dict:
    headers = [(b"host", b"testserver")]
    if session:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers, "client": [ip, 1]}


def knowing(**sessions: int) -> FairShare:
    shares = FairShare()
    for session, person in sessions.items():
        shares.learn(scope(session), person)
    return shares


async def enters(shares: FairShare, request: dict) -> bool:
    """Whether this request runs at once."""
    try:
        async with asyncio.timeout(0.01), shares.turn(request):
            return True
    except TimeoutError:
        return False


def test_the_fifth_request_waits_whichever_session_it_comes_with_and_others_do_not():
    async def story():
        shares = knowing(one=1, two=1, other=2)
        async with AsyncExitStack() as running:
            for session in ("one", "two") * 2:
                await running.enter_async_context(shares.turn(scope(session)))
            assert not await enters(shares, scope("one"))
            assert not await enters(shares, scope("two", ip="10.0.0.2"))
            assert await enters(shares, scope("other"))
            assert await enters(shares, scope())
        assert await enters(shares, scope("one"))
        assert not shares._lanes, "nothing is kept of those who are gone"

    asyncio.run(story())


def test_made_up_sessions_and_tokens_count_for_their_address():
    async def story():
        shares = knowing(one=1)
        async with AsyncExitStack() as running:
            for number in range(AT_ONCE):
                made_up = scope(f"made-up-{number}") if number % 2 else scope(token=f"t{number}", path="/api/v1/")
                await running.enter_async_context(shares.turn(made_up))
            assert not await enters(shares, scope("another"))
            assert not await enters(shares, scope("another", token="x"))
            assert await enters(shares, scope("another", ip="10.0.0.2"))
            assert await enters(shares, scope("one")), "who is known has a share of their own"

    asyncio.run(story())


def test_on_the_api_the_token_counts_and_on_pages_it_does_not():
    shares = knowing(one=1)
    assert shares._sender(scope("one", token="made-up")) == 1
    assert shares._sender(scope("one", token="made-up", path="/api/v1/")) == ("address", "10.0.0.1")


def test_a_session_that_ended_is_nobodys():
    shares = knowing(one=1)
    shares.learn(scope("one"), None)
    assert shares._sender(scope("one")) == ("address", "10.0.0.1")


def test_more_than_anybody_waits_for_are_refused():
    async def story():
        shares = knowing(one=1)
        waiting = [asyncio.create_task(_hold(shares, scope("one"))) for _ in range(AT_ONCE + MOST_WAITING)]
        await asyncio.wait(waiting, timeout=0.01)
        with pytest.raises(TooManyWaiting):
            await _hold(shares, scope("one"))
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert await enters(shares, scope("one"))

    asyncio.run(story())


async def _hold(shares: FairShare, request: dict) -> None:
    async with shares.turn(request):
        await asyncio.Event().wait()


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/", "application/problem+json"), ("/queue/", "text/plain")])
def test_the_refusal_says_when_to_come_again(path, kind):
    answer = fair_share.too_many_waiting(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert answer.headers["Content-Type"].startswith(kind)


def test_four_threads_work_for_one_person(monkeypatch):
    handler, lock, seen = application(), threading.Lock(), []
    running, most, full = set(), [], threading.Event()

    def answer(scope, body):
        with lock:
            running.add(threading.get_ident())
            most.append(len(running))
            seen.append(scope)
            if len(running) == AT_ONCE:
                full.set()
        full.wait(5)
        with lock:
            running.discard(threading.get_ident())
        return fair_share.too_many_waiting("/")

    async def call():
        async def receive():
            return {"type": "http.request", "body": b""}

        async def send(message):
            pass

        await handler(scope("one"), receive, send)

    async def story():
        await asyncio.gather(*(call() for _ in range(9)))

    monkeypatch.setattr(handler, "_answer", answer)
    asyncio.run(story())
    assert len(seen) == 9
    assert max(most) == AT_ONCE


def test_an_answered_request_tells_whose_session_it_was(db, monkeypatch):
    handler, mine = application(), scope("one")

    def answer_as(person: int | None, request_id: str = "r") -> None:
        """What the middleware says of the request; without an id it did not come so far, as with a static file."""

        def respond(request):
            request_context.begin(request_id=request_id, user_id=person)
            return HttpResponse()

        monkeypatch.setattr(handler, "get_response", respond)
        copy_context().run(handler._answer, mine, BytesIO())

    answer_as(7)
    assert handler._shares._sender(mine) == 7
    answer_as(None, request_id="")
    assert handler._shares._sender(mine) == 7
    answer_as(None)
    assert handler._shares._sender(mine) == ("address", "10.0.0.1")
