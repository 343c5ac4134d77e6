"""A mail server that behaves as badly as a test wants: refuses, is silent, drops the line, or takes the mail."""

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from tests.servers import free_port

BACKEND = "support_management.notifications.email.backend.Backend"
WORDS, BETWEEN_SECONDS = 60, 0.05


class MailServer(socketserver.ThreadingTCPServer):
    """`mood`: take, silent (no greeting), slow (word by word), drop (takes the mail, dies before it answers),
    busy (451), no_such (550).
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int, mood: str = "take"):
        super().__init__(("127.0.0.1", port), _Talk)
        self.mood, self.taken, self.over = mood, [], threading.Event()

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.taken]


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self):
        if self.server.mood == "silent":
            self.server.over.wait(10)
            return
        if self.server.mood == "slow":
            with suppress(OSError):
                for _ in range(WORDS):
                    self._say("220-wait")
                    self.server.over.wait(BETWEEN_SECONDS)
            return
        self._say("220 here")
        while line := self.rfile.readline().decode(errors="replace").strip():
            verb = line.upper().partition(" ")[0]
            if verb == "QUIT":
                self._say("221 bye")
                return
            if not self._answer(verb):
                return

    def _answer(self, verb: str) -> bool:
        mood = self.server.mood
        if verb == "RCPT" and mood in ("busy", "no_such"):
            self._say("451 greylisted, come back" if mood == "busy" else "550 no such user")
        elif verb == "DATA":
            self._say("354 go on")
            self.server.taken.append(self._mail())
            if mood == "drop":
                return False
            self._say("250 taken")
        else:
            self._say("250 yes")
        return True

    def _mail(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def _say(self, words: str):
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(settings, mood: str = "take", *, timeout: float = 5):
    """Listening, and known to the desk."""
    with MailServer(free_port(), mood) as server:
        reach(settings, server.server_address[1], timeout=timeout)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


def reach(settings, port: int, *, timeout: float = 5) -> None:
    """The desk sends to this port, whoever listens there."""
    options = {"host": "127.0.0.1", "port": port, "timeout": timeout}
    settings.MAILERS = {"default": {"BACKEND": BACKEND, "OPTIONS": options}}
