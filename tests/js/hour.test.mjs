import assert from "node:assert/strict";
import { test } from "node:test";
import { due, view } from "../../static/js/sla/hour.js";
import { isLate } from "../../static/js/sla/sweep.js";

test("the view of the hour begins at the present minute, by the server's clock", () => {
  assert.deepEqual(view(600, 10, 600), { from: 10, passed: 0 });
  assert.deepEqual(view(600, 10, 659.9), { from: 10, passed: 0 });
  assert.deepEqual(view(600, 10, 660), { from: 11, passed: 1 });
  assert.deepEqual(view(600, 10, 590), { from: 10, passed: 0 }, "a clock that is set back turns nothing back");
});

test("only what falls due within the hour is counted", () => {
  const columns = [{ minute: 10, count: 1 }, { minute: 69, count: 2 }, { minute: 70, count: 4 }];
  assert.equal(due(columns, 10), 3);
  assert.equal(due(columns, 11), 7);
});

test("a running clock whose deadline passed a while ago tells that the sweep is late", () => {
  assert.equal(isLate([100, 200], 114), false);
  assert.equal(isLate([100, 200], 116), true);
  assert.equal(isLate([], 116), false);
});
