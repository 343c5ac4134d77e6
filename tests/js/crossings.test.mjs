import assert from "node:assert/strict";
import { test } from "node:test";
import { Crossings, levelOf } from "../../static/js/live/crossings.js";

const works = (facts) => new Map(Object.entries(facts).map(([piece, [level, left = 1000]]) => [piece, { level, left }]));

test("a clock is urgent by what it has reached, or by five minutes left", () => {
  assert.equal(levelOf("on_track", 5000), 0);
  assert.equal(levelOf("due_soon", 5000), 0);
  assert.equal(levelOf("at_risk", 5000), 1);
  assert.equal(levelOf("at_risk", 299), 2);
  assert.equal(levelOf("on_track", 300), 2);
  assert.equal(levelOf("breached", -1), 3);
  assert.equal(levelOf("paused", 10), 0);
  assert.equal(levelOf("met", -10), 0);
});

test("what the page came with is no news", () => {
  const crossings = new Crossings();
  assert.equal(crossings.see(works({ "ticket-1": [3], "ticket-2": [2] })), false);
  assert.equal(crossings.take(), "");
});

test("crossings of several pieces of work become one sentence, the worst first", () => {
  const crossings = new Crossings();
  crossings.see(works({ "ticket-1": [0], "ticket-2": [1], "ticket-3": [2], "dispute-4": [0] }));
  assert.equal(crossings.see(works({ "ticket-1": [2], "ticket-2": [2], "ticket-3": [3], "dispute-4": [1] })), true);
  assert.equal(crossings.take(), "1 ticket breached, 2 tickets due within 5 minutes, 1 dispute at risk");
  assert.equal(crossings.take(), "");
});

test("each threshold is said once, however often it is seen", () => {
  const crossings = new Crossings();
  crossings.see(works({ "ticket-1": [0] }));
  crossings.see(works({ "ticket-1": [2] }));
  assert.equal(crossings.take(), "1 ticket due within 5 minutes");
  assert.equal(crossings.see(works({ "ticket-1": [2] })), false);
  crossings.see(works({}));
  assert.equal(crossings.see(works({ "ticket-1": [2] })), false, "it left the screen and came back");
});

test("what was answered before it was said is not said", () => {
  const crossings = new Crossings();
  crossings.see(works({ "ticket-1": [0], "ticket-2": [0] }));
  crossings.see(works({ "ticket-1": [2], "ticket-2": [2] }));
  assert.equal(crossings.see(works({ "ticket-1": [0] })), false);
  assert.equal(crossings.take(), "");
});

test("a row that comes in late is news only when it has just become urgent", () => {
  const crossings = new Crossings();
  crossings.see(works({}));
  crossings.see(works({ "ticket-1": [3, -600], "ticket-2": [3, -2], "ticket-3": [2, 60], "ticket-4": [2, 299] }));
  assert.equal(crossings.take(), "1 ticket breached, 1 ticket due within 5 minutes");
});
