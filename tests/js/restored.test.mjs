import assert from "node:assert/strict";
import { test } from "node:test";

const kept = new Map();
const strip = { children: [], append: (item) => strip.children.push(item) };
const element = () => ({ dataset: {}, append() {}, setAttribute() {}, addEventListener() {}, remove() {} });
globalThis.sessionStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
  removeItem: (name) => kept.delete(name),
};
globalThis.document = {
  body: { dataset: {}, dispatchEvent() {} },
  getElementById: (id) => (id === "toasts" ? strip : null),
  createElement: element,
};
globalThis.window = globalThis;
const { Feed } = await import("../../static/js/live/feed.js");
const { dismiss, expect, start, tell } = await import("../../static/js/live/restored.js");

const said = (act) => {
  strip.children = [];
  act();
  return strip.children.length;
};

test("what waits in a paused page from before a restore is never painted", () => {
  const feed = new Feed(900);
  feed.keep("pause");
  feed.take({ pos: 950, parts: [{ id: "a-ticket-1", pos: 950, swap: "row" }] });
  assert.equal(feed.waiting, 1);
  feed.applied(10_950, { reset: true });
  assert.equal(feed.waiting, 0);
  feed.take({ pos: 10_960, parts: [{ id: "a-ticket-2", pos: 10_960, swap: "row" }] });
  assert.equal(feed.waiting, 1);
  assert.equal(feed.pos, 10_950);
});

test("where positions fell nothing that waits can be told from what is gone", () => {
  const feed = new Feed(900);
  feed.keep("refetch");
  feed.take({ pos: 950, parts: [{ id: "a-ticket-1", pos: 950, swap: "row" }] });
  feed.applied(890, { reset: true, from: Infinity });
  assert.equal(feed.waiting, 0);
  feed.release("refetch");
  assert.equal(feed.pos, 890);
});

test("a restore is said once, whatever gave it away", () => {
  assert.equal(said(() => tell({ another: false, now: 1000 })), 1);
  assert.equal(said(() => tell({ another: true, now: 2000 })), 0);
  assert.equal(said(() => tell({ another: true, now: 3000 })), 1, "the next restore");
});

test("the page that takes the place of this one says it", () => {
  assert.equal(said(start), 0);
  expect();
  assert.equal(said(start), 1);
  assert.equal(said(start), 0);
  expect();
  assert.equal(said(() => tell({ now: 9000 })), 1);
  assert.equal(said(start), 0);
});

test("a process that was late is no restore", () => {
  expect();
  dismiss();
  assert.equal(said(start), 0);
});
