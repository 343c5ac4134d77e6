"""A real browser at the desk: what it shows, whether that equals a reload, and what it complained about."""

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from tests.servers import wait_for
from tests.stack.desk import PASSWORD, Desk

SAME = (Path(__file__).parent / "same.js").read_text()
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


class Screens:
    """Windows of one test."""

    def __init__(self, browser: Browser, desk: Desk):
        self._browser, self._desk = browser, desk
        self._contexts = []

    def new(self, *, url: str = "", **facts) -> Screen:
        """A window of its own, with its own cookies."""
        context = self._browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | facts))
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        self._contexts.append(context)
        return Screen(context.new_page(), url or self._desk.url)

    def of(self, username: str, **facts) -> Screen:
        """A window in which that person is signed in already; once per person through the form."""
        if username not in self._desk.cookies:
            self._desk.cookies[username] = self.new().sign_in(username).page.context.storage_state()
        return self.new(storage_state=self._desk.cookies[username], **facts)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
