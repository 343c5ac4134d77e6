"""HTTP by Django: each request is answered whole in one thread, out of a few that keep their database connection."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
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

THREADS = 12
"""Fewer than a process may have database connections (DATABASE_POOL): the live path needs one, too."""


class ThreadedHandler(ASGIHandler):
    """Django's own starts a thread and opens a connection for each request, and changes threads several times in it."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="http")

    def load_middleware(self, is_async: bool = False) -> None:
        """Views and middleware are all synchronous here, so their chain is."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope, receive, send) -> None:
        """One request. A body whose sender left is dropped; an answer that nobody waits for any more is, too."""
        try:
            body = await self.read_body(_bounded(receive))
        except RequestAborted:
            return
        except _TooLarge:
            scope, body = _announcing(scope, settings.MAX_BODY_BYTES + 1), BytesIO()
        turn = copy_context()  # who is at the door, and in which zone, ends with the request
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self._threads, turn.run, self._answer, scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await loop.run_in_executor(self._threads, turn.run, response.close)

    def _answer(self, scope, body) -> HttpResponseBase:
        """What the request took in this thread, its database connection above all, is given back at the end."""
        with closing(body):
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            request, refused = self.create_request(scope, body)
            response: Any = refused if request is None else self.get_response(request)
            response._handler_class = self.__class__
            if response.streaming:
                close_old_connections()
            else:
                response.close()
            return response


class _TooLarge(Exception):
    """More than MAX_BODY_BYTES came, whatever was announced."""


def _bounded(receive):
    """Counts what is read."""
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
    """The request as if it had announced this length: refused like any other that does."""
    headers = [header for header in scope["headers"] if header[0] != b"content-length"]
    return scope | {"headers": [*headers, (b"content-length", str(length).encode())]}


def application() -> ThreadedHandler:
    """What `asgi.py` serves."""
    django.setup(set_prefix=False)
    return ThreadedHandler()
