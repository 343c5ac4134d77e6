"""HTTP by Django: each request runs in one thread of a small pool whose threads keep their database connection."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from contextvars import copy_context
from io import BytesIO
from typing import Any

import django
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from console.fair_share import HEALTH, FairShare, TooManyWaiting, too_many_waiting
from support_management.core import database_wait, request_context

THREADS, HEALTH_THREADS = 12, 2
"""Less than the database connections of a process (DATABASE_POOL): the live path needs two as well."""
HEALTH_SECONDS, SILENT_SECONDS = 2.0, 1.0


class ThreadedHandler(ASGIHandler):
    """Django's own handler starts a thread and a connection per request, and switches threads several times."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="http")
        self._health_threads = ThreadPoolExecutor(HEALTH_THREADS, thread_name_prefix="health")
        self._shares = FairShare()

    def load_middleware(self, is_async: bool = False) -> None:
        """All views and middleware are synchronous, so the chain is synchronous as well."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope, receive, send) -> None:
        """Answer one request; ignore it when the client disconnects before its body is complete."""
        try:
            body = await self.read_body(_bounded(receive))
        except RequestAborted:
            return
        except _TooLarge:
            scope, body = _announcing(scope, settings.MAX_BODY_BYTES + 1), BytesIO()
        context = copy_context()  # user and time zone are valid for this request only
        loop, came = asyncio.get_running_loop(), time.monotonic()
        threads = self._health_threads if scope["path"] in HEALTH else self._threads
        try:
            async with self._shares.turn(scope):
                response = await loop.run_in_executor(threads, context.run, self._in_time, scope, body, came)
        except TooManyWaiting:
            response = too_many_waiting(scope["path"])
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await loop.run_in_executor(self._threads, context.run, response.close)

    def _in_time(self, scope, body, came: float) -> HttpResponseBase:
        """The answer, within the limit on waiting for the database."""
        with _limited(scope, came):
            return self._answer(scope, body)

    def _answer(self, scope, body) -> HttpResponseBase:
        """Runs in a thread of the pool; releases its resources, above all the database connection, at the end."""
        with closing(body):
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            request, rejection = self.create_request(scope, body)
            response: Any = rejection if request is None else self.get_response(request)
            response._handler_class = self.__class__
            caller = request_context.current()
            if caller.request_id:  # it came as far as to the middleware that knows the person
                self._shares.learn(scope, caller.user_id)
            if response.streaming:
                close_old_connections()
            else:
                response.close()
            return response


def _limited(scope: dict, came: float) -> AbstractContextManager[None]:
    """The limit on waiting for the database. The administration may take longer, for answers that keep coming.

    While the database says nothing, new requests find out within a second, and those that waited for a thread at once.
    """
    if scope["path"] in HEALTH:
        return database_wait.limited(HEALTH_SECONDS)
    seconds = float(settings.WEB_DATABASE_SECONDS)
    if database_wait.is_silent():
        return database_wait.limited(max(0.0, min(SILENT_SECONDS, seconds - (time.monotonic() - came))))
    long = scope["method"] == "POST" and scope["path"].startswith("/admin/")
    return database_wait.limited(settings.EXPORT_DATABASE_SECONDS if long else seconds, each=seconds)


class _TooLarge(Exception):
    """The body is larger than MAX_BODY_BYTES, whatever Content-Length says."""


def _bounded(receive):
    """`receive` that counts the body and raises _TooLarge above the limit."""
    received = 0

    async def counted():
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > settings.MAX_BODY_BYTES:
            raise _TooLarge
        return message

    return counted


def _announcing(scope: dict, length: int) -> dict:
    """The scope with this Content-Length, so that the body limit refuses the request."""
    headers = [header for header in scope["headers"] if header[0] != b"content-length"]
    return scope | {"headers": [*headers, (b"content-length", str(length).encode())]}


def application() -> ThreadedHandler:
    """The Django application that `asgi.py` serves."""
    django.setup(set_prefix=False)
    return ThreadedHandler()
