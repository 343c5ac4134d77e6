"""The embedded message broker: a folder. Safe with several processes and with files that are not messages.

kombu's filesystem transport writes in place: a reader can see half a message, and an unreadable file ends the worker.
Here a file gets its name only when it is complete, and unreadable files are moved to the folder `aside`.
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
    """Messages and bindings as files, each written atomically."""

    def get_table(self, exchange):
        try:
            return super().get_table(exchange)
        except ValueError:
            log.warning("the bindings of %s could not be read; creating them again", exchange)
            return []

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        file = self._exchange_file(exchange)  # type: ignore[attr-defined]
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        bindings = self.get_table(exchange)
        if binding not in bindings:
            _write_atomically(file, dumps([binding, *bindings]))

    def _put(self, queue, message, **kwargs):  # type: ignore[override]
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        _write_atomically(Path(self.data_folder_out) / name, dumps(message))

    def _get(self, queue, timeout=None):
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] == f"{queue}.msg" and (message := self._take(name)) is not None:
                return message
        raise Empty

    def _take(self, name: str):
        """The message, claimed by renaming its file; None when another process was first or it is not a message."""
        aside = self.control_folder.parent / "aside"
        aside.mkdir(exist_ok=True)
        try:
            claimed = aside / name
            (Path(self.data_folder_in) / name).rename(claimed)
            message = loads(bytes_to_str(claimed.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("a message could not be read and was put aside in %s: %s", aside, error)
            return None
        claimed.unlink(missing_ok=True)
        return message


class Transport(filesystem.Transport):
    """The transport behind `folder://`."""

    Channel = Channel
    driver_type = "filesystem"
    driver_name = "folder"


def _write_atomically(file: Path, text: str) -> None:
    part = file.with_name(f".{uuid.uuid4().hex}.part")
    part.write_bytes(str_to_bytes(text))
    part.replace(file)


def install() -> None:
    """Register the scheme `folder://` with Celery."""
    TRANSPORT_ALIASES[SCHEME] = "console.broker:Transport"
