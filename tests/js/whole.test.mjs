import assert from "node:assert/strict";
import { test } from "node:test";
import { Whole } from "../../static/js/live/whole.js";

const heard = (...messages) => {
  const whole = new Whole();
  whole.begin();
  return { whole, missed: messages.map(({ at = 0, ...message }) => whole.misses(message, () => at)) };
};

test("in a row nothing is missing, also when one comes twice or late", () => {
  const { missed } = heard({ n: 1 }, { n: 2 }, { n: 2 }, { n: 1 }, { n: 3 });
  assert.deepEqual(missed, [false, false, false, false, false]);
});

test("after a gap the page asks from where it was right, not from where it is now", () => {
  const { whole, missed } = heard({ n: 1, at: 5 }, { n: 3, at: 7 }, { n: 4, at: 9 }, { n: 6, at: 11 });
  assert.deepEqual(missed, [false, true, false, true]);
  assert.equal(whole.from(20), 7);
});

test("the answer covers what was lost before it; an answer that starts later does not", () => {
  const { whole, missed } = heard({ n: 2, at: 7 }, { n: 4, since: 9, at: 9 });
  assert.deepEqual(missed, [true, true]);
  assert.equal(whole.from(20), 7);
  assert.equal(whole.misses({ n: 9, since: 7 }, () => 12), false);
  assert.equal(whole.from(20), 20);
});

test("a refetch covers everything, a new socket counts anew, but what was lost is still asked for", () => {
  const { whole } = heard({ n: 2, at: 7 });
  whole.begin();
  assert.equal(whole.misses({ n: 1 }, () => 30), false);
  assert.equal(whole.from(30), 7);
  whole.misses({ n: 2, refetch: true }, () => 30);
  assert.equal(whole.from(30), 30);
});

test("an answer that comes late does not cover what was sent after it and lost", () => {
  const { whole, missed } = heard({ n: 1, at: 5 }, { n: 4, at: 5 }, { n: 2, since: 5, at: 5 });
  assert.deepEqual(missed, [false, true, false]);
  assert.equal(whole.from(20), 5);
  assert.equal(whole.misses({ n: 5, since: 5 }, () => 20), false);
  assert.equal(whole.from(20), 20);
});
