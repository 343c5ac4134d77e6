import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.Node = { TEXT_NODE: 3 };
globalThis.document = Object.assign(new EventTarget(), { documentElement: { dataset: { zone: "UTC" } } });
let report;
const observed = new Set();
globalThis.IntersectionObserver = class {
  constructor(then) { report = (target, isIntersecting) => then([{ target, isIntersecting }]); }
  observe(element) { observed.add(element); }
};
const { start } = await import("../../static/js/time/ticker.js");

test("a countdown in seconds ticks when it comes into view, and when the server tells another time", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const time = (due) => ({ dataset: { due }, textContent: "" });
  const [soon, later] = [time(1000 + 198), time(1000 + 7200)];
  const root = Object.assign(new EventTarget(), {
    dataset: { now: "1000" },
    hasAttribute: () => false,
    querySelectorAll: (selector) => (selector === "time[data-due]" ? [soon, later] : []),
  });
  const stream = new EventTarget();
  const heartbeat = (at) => stream.dispatchEvent(new CustomEvent("heartbeat", { detail: { now: at } }));
  start(root, stream);
  assert.ok(observed.has(soon) && observed.has(later));
  assert.equal(soon.textContent, "3:18");
  const pass = (seconds) => {
    for (let steps = seconds * 100; steps; steps -= 1) {
      now += 10;
      t.mock.timers.tick(10);
    }
  };
  pass(20);
  assert.equal(soon.textContent, "3:18");
  report(later, true);
  assert.equal(soon.textContent, "3:18");
  report(soon, true);
  assert.equal(soon.textContent, "2:58");
  pass(3);
  assert.equal(soon.textContent, "2:55");
  report(soon, false);
  pass(10);
  assert.equal(soon.textContent, "2:54");
  heartbeat(1000 + 93);
  assert.equal(soon.textContent, "1:45");
});
