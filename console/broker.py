"""The embedded message broker: a folder. Made safe for several processes and for files that are not messages.

kombu's own filesystem transport writes in place, so that a reader can meet half a message, and an unreadable file
ends the worker. Here a file appears under its name only when it is whole, and what cannot be read is put aside.
"""

import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)
SCHEME = "folder"


class Channel(filesystem.Channel):
    """Messages and bindings as files, each written whole or not at all."""

    def get_table(self, exchange):
        try:
            return super().get_table(exchange)
        except ValueError:
            log.warning("the bindings of %s could not be read; they are made anew", exchange)
            return []

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        file = self._exchange_file(exchange)  # type: ignore[attr-defined]
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        known = self.get_table(exchange)
        if bound not in known:
            _write_whole(file, dumps([bound, *known]))

    def _put(self, queue, message, **kwargs):  # type: ignore[override]
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(message))

    def _get(self, queue, timeout=None):
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] == f"{queue}.msg" and (message := self._take(name)) is not None:
                return message
        raise Empty

    def _take(self, name: str):
        """The message, now ours alone; None when somebody was first or it is none."""
        aside = self.control_folder.parent / "aside"
        aside.mkdir(exist_ok=True)
        try:
            taken = aside / name
            (Path(self.data_folder_in) / name).rename(taken)
            message = loads(bytes_to_str(taken.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as trouble:
            log.warning("a message could not be read and was put aside in %s: %s", aside, trouble)
            return None
        taken.unlink(missing_ok=True)
        return message


class Transport(filesystem.Transport):
    """`folder://`"""

    Channel = Channel
    driver_type = "filesystem"
    driver_name = "folder"


def _write_whole(file: Path, text: str) -> None:
    part = file.with_name(f".{uuid.uuid4().hex}.part")
    part.write_bytes(str_to_bytes(text))
    part.replace(file)


def install() -> None:
    """Let Celery know the scheme."""
    TRANSPORT_ALIASES[SCHEME] = "console.broker:Transport"
