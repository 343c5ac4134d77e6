import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { News } from "../../static/js/ui/news.js";
import { start } from "../../static/js/ui/title.js";

let bell;
let list;
globalThis.document = Object.assign(new EventTarget(), {
  querySelector: (selector) => (selector === ".bell[data-unseen]" || selector === ".bell[data-unread]" ? bell : null),
  getElementById: (id) => (id === "queue-head" ? list : null),
});

function page(title, { counted } = {}) {
  document.title = `${title} · Support Console`;
  document.visibilityState = "visible";
  const root = Object.assign(new EventTarget(), { querySelector: () => (counted ? { dataset: { counted } } : null) });
  const stream = new EventTarget();
  start(root, stream);
  return {
    // A frame of the stream; `held`: the page is paused, and its bell stays as it is.
    hear(pos, unseen, { held = false, unread = "" } = {}) {
      const parts = [{ id: "bell-7", pos, html: `<button data-pos="${pos}" data-unseen="${unseen}" data-unread="${unread}">` }];
      stream.dispatchEvent(new CustomEvent("frame", { detail: { parts } }));
      if (held) return;
      bell.dataset = { pos: String(pos), unseen: String(unseen), unread };
      root.dispatchEvent(new Event("live:swapped"));
    },
    show(how) {
      document.visibilityState = how;
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

beforeEach(() => {
  bell = { dataset: { pos: "10", unseen: "3", unread: "" } };
  list = { dataset: { total: "14" } };
});

test("a hidden tab counts what came since it was looked at, on every page", () => {
  const tab = page("T-10482 Where is it?");
  assert.equal(document.title, "T-10482 Where is it? · Support Console");
  tab.hear(11, 4);
  assert.equal(document.title, "T-10482 Where is it? · Support Console");
  tab.show("hidden");
  tab.hear(12, 5);
  assert.equal(document.title, "(1) T-10482 Where is it? · Support Console");
  tab.hear(13, 6, { unread: "482" });
  assert.equal(document.title, "● (2) T-10482 Where is it? · Support Console");
  tab.show("visible");
  assert.equal(document.title, "● T-10482 Where is it? · Support Console");
});

test("what is looked at in another tab is no news in this one", () => {
  const tab = page("Preferences");
  tab.show("hidden");
  tab.hear(11, 5);
  assert.equal(document.title, "(2) Preferences · Support Console");
  tab.hear(12, 0);
  assert.equal(document.title, "Preferences · Support Console");
  tab.hear(13, 1);
  assert.equal(document.title, "(1) Preferences · Support Console");
});

test("a list shows its length, and in a hidden tab the news first", () => {
  const tab = page("(14) Queue", { counted: "queue-head" });
  assert.equal(document.title, "(14) Queue · Support Console");
  tab.show("hidden");
  tab.hear(11, 4);
  assert.equal(document.title, "● (1) Queue · Support Console");
  tab.show("visible");
  assert.equal(document.title, "(14) Queue · Support Console");
});

test("a paused page has its news in the title too, and an older count changes nothing", () => {
  const tab = page("Dashboard");
  tab.show("hidden");
  tab.hear(20, 4, { held: true });
  assert.equal(document.title, "(1) Dashboard · Support Console");
  const news = new News();
  news.take({ pos: 5, unseen: 2 });
  news.take({ pos: 4, unseen: 9 });
  assert.equal(news.count(false), 2);
});
