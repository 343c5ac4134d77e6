"""A real browser at the desk: what it shows, whether that equals a reload, and what it complained about."""

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.servers import wait_for
from tests.stack.desk import PASSWORD, Desk
from tests.stack.http_clients import SESSION

SAME = (Path(__file__).parent / "compare_with_reload.js").read_text()
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class Screen:
    """One window, one person."""

    def __init__(self, page: Page, url: str):
        self.page, self.url = page, url
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._note)

    def _note(self, message) -> None:
        # An answer of 4xx is news for the person, not a fault of the page.
        if message.type == "error" and "status of 4" not in message.text and "WebSocket" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def sign_in(self, username: str, password: str = PASSWORD) -> "Screen":
        self.page.goto(f"{self.url}/login/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("form:has(input[name=password]) button[type=submit]")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def open(self, path: str) -> "Screen":
        """Load the page and wait until its stream is live."""
        self.page.goto(self.url + path)
        self.wait_until_live()
        self.page.mouse.move(1, 1)
        return self

    def wait_until_live(self, within: float = 15) -> None:
        self.wait_until("['live', 'slower'].includes(document.body.dataset.liveState)", within=within)

    def wait_until(self, expression: str, argument=None, *, within: float = 15) -> None:
        """Wait until the page says yes. Asked from here: the page's policy forbids evaluating texts in it."""

        def yes():
            with suppress(Error):
                return self.page.evaluate(expression, argument)

        wait_for(yes, within=within, what=lambda: f"{expression} {argument or ''} at {self.page.url}", every=0.05)

    def shows(self, text: str, within: float = 15, *, where: str = "body") -> None:
        """Wait until the text is on the screen."""
        self.page.locator(where).get_by_text(text).first.wait_for(state="attached", timeout=within * 1000)

    def lacks(self, text: str, within: float = 15) -> None:
        """Wait until the text is nowhere on the screen."""
        self.wait_until("(text) => !document.body.innerText.includes(text)", text, within=within)

    def differences(self) -> list[str]:
        """Where this page differs from what the server would show for it now."""
        try:
            return self.page.evaluate(SAME)
        except Error as error:
            return [f"no answer: {error.message.splitlines()[0]}"]

    def equals_a_reload(self, within: float = 15) -> None:
        found: list[str] = []

        def same():
            found[:] = self.differences()
            return not found

        wait_for(same, within=within, what=lambda: "page and reload are the same:\n" + "\n".join(found), every=0.1)

    def violations(self) -> list[str]:
        """What the content security policy has stopped, and every error of the page's scripts."""
        with suppress(Error):
            return [*self.page.evaluate("window.violations"), *self.complaints]
        return self.complaints


class Profiles:
    """Browsers with nobody in them. Who comes back to one finds its cache, and nothing else of who was there."""

    def __init__(self, browser: Browser):
        self._browser = browser
        self._free: list[BrowserContext] = []

    def lend(self) -> BrowserContext:
        return self._free.pop() if self._free else self.special()

    def special(self, **facts) -> BrowserContext:
        """One that is like no other, and is thrown away."""
        context = self._browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | facts))
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        return context

    def take_back(self, context: BrowserContext) -> None:
        for page in context.pages:
            with suppress(Error):
                page.evaluate("localStorage.clear()")
            page.close()
        context.clear_cookies()
        self._free.append(context)


class Screens:
    """Windows of one test."""

    def __init__(self, profiles: Profiles, desk: Desk):
        self._profiles, self._desk = profiles, desk
        self._lent: list[BrowserContext] = []
        self._special: list[BrowserContext] = []

    def new(self, *, url: str = "", clock: bool | str = False, **facts) -> Screen:
        """A window of its own, with its own cookies; with facts, or a clock to be turned, of a browser of its own.

        `clock`: the moment that it shows at first; True for the present one.
        """
        if facts or clock:
            self._special.append(context := self._profiles.special(**facts))
        else:
            self._lent.append(context := self._profiles.lend())
        if clock:
            context.clock.install(time=None if clock is True else clock)
        return Screen(context.new_page(), url or self._desk.url)

    def of(self, username: str, **facts) -> Screen:
        """A window in which that person is signed in already."""
        screen = self.new(**facts)
        session = {"name": SESSION, "value": self._desk.sessions[username], "url": screen.url}
        screen.page.context.add_cookies([session])
        return screen

    def close(self) -> None:
        for context in self._special:
            context.close()
        for context in self._lent:
            self._profiles.take_back(context)
