"""A line that fails: between a browser and the desk it can be cut, go silent, or mangle live frames by a seed."""

import asyncio
import random
import threading

TEXT = 0x81


class Link:
    """Forwards a local port to the desk. All methods may be called from the test's thread."""

    def __init__(self, target: int):
        self.target = target
        self.port = 0
        self.mangled = 0
        """Live frames that were dropped, doubled or held back."""
        self._chance: random.Random | None = None
        self._silent = self._refusing = self._losing = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Link":
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_) -> None:
        self._server.close()
        self.cut(refuse=True)
        self._call(self._all_served())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- What can go wrong ---

    def cut(self, *, refuse: bool = False) -> None:
        """Every connection ends at once; with `refuse` none begins until `restore`."""
        self._refusing = refuse

        async def abort():
            for writer in list(self._writers):
                writer.transport.abort()

        self._call(abort())

    def go_silent(self) -> None:
        """Open, but nothing comes through and nobody is told. What was said meanwhile is lost."""
        self._silent = True

    def mangle(self, seed: int) -> None:
        """From now on drop, double and swap live frames."""
        self._chance = random.Random(seed)

    def lose(self) -> None:
        """From now on no live frame arrives; the heartbeat does."""
        self._losing = True

    def restore(self) -> None:
        self._silent = self._refusing = self._losing = False
        self._chance = None

    async def _all_served(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    # --- The wire ---

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _serve(self, reader, writer) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        try:
            their_reader, their_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, their_writer}
        self._writers |= ends
        ways = (self._pump(reader, their_writer), self._answer(their_reader, writer))
        await asyncio.gather(*ways, return_exceptions=True)  # a way that breaks is what this class is for
        self._writers -= ends
        for end in ends:
            end.transport.abort()

    async def _pump(self, reader, writer) -> None:
        while data := await reader.read(65536):
            if not self._silent:
                writer.write(data)
                await writer.drain()
        writer.write_eof()

    async def _answer(self, reader, writer) -> None:
        data = await reader.read(65536)
        writer.write(data)
        if not data.startswith(b"HTTP/1.1 101"):
            await self._pump(reader, writer)
            return
        held: list[bytes] = []
        while True:
            frame = await _frame(reader)
            for one in self._fate(frame, held):
                if not self._silent:
                    writer.write(one)
            await writer.drain()

    def _fate(self, frame: bytes, held: list[bytes]) -> list[bytes]:
        if frame[0] != TEXT or b'"parts":[{' not in frame:
            return [*self._let_go(held), frame]
        if self._losing:
            self.mangled += 1
            return []
        if self._chance is None:
            return [*self._let_go(held), frame]
        lot = self._chance.random()
        self.mangled += lot < 0.6
        if lot < 0.2:
            return []
        if lot < 0.4:
            return [frame, *self._let_go(held), frame]
        if lot < 0.6:
            held.append(frame)
            return []
        return [frame, *self._let_go(held)]

    @staticmethod
    def _let_go(held: list[bytes]) -> list[bytes]:
        late, held[:] = held[:], []
        return late


async def _frame(reader) -> bytes:
    """One frame from the server, as bytes: unmasked, never compressed."""
    head = await reader.readexactly(2)
    extra = {126: 2, 127: 8}.get(head[1] & 0x7F, 0)
    more = await reader.readexactly(extra)
    size = int.from_bytes(more) if extra else head[1] & 0x7F
    return head + more + await reader.readexactly(size)
