import assert from "node:assert/strict";
import { test } from "node:test";
import { afterClose, delay } from "../../static/js/live/backoff.js";
import { stateOf } from "../../static/js/live/state.js";

test("the way back takes 300 ms to 5 s, never in step", () => {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    const ms = delay(attempt);
    assert.ok(ms >= 300 && ms <= 5000, `${attempt}: ${ms}`);
  }
  assert.equal(delay(0, () => 0), 300);
  assert.equal(delay(0, () => 1), 600);
  assert.equal(delay(1, () => 1), 1200);
  assert.equal(delay(9, () => 1), 5000);
});

test("an ended sign-in and a refusal are final, and say so", () => {
  assert.deepEqual(afterClose(4401, 0), { again: false, state: "signed_out" });
  for (const code of [4400, 4403, 4413]) {
    const end = afterClose(code, 0);
    assert.equal(end.again, false);
    assert.equal(end.state, "refused");
    assert.ok(end.say.length > 20);
  }
});

test("a slow reader comes back after 300 ms", () => assert.deepEqual(afterClose(4408, 7), { again: true, wait: 300 }));

test("one page too many asks again after half a minute", () =>
  assert.deepEqual(afterClose(4429, 7), { again: true, wait: 30_000 }));

test("every other close comes back", () => {
  for (const code of [1000, 1001, 1006, 1008, 1009, 1011, 1012, 4409, 4999]) assert.equal(afterClose(code, 3).again, true);
});

test("the label says what is true", () => {
  const of = (stream, more = {}) => stateOf({ stream: { mode: "live", ...stream }, paused: false, lostFor: 0, ...more });
  assert.equal(of({ state: "live" }), "live");
  assert.equal(of({ state: "live", mode: "polling" }), "slower");
  assert.equal(of({ state: "live" }, { paused: true }), "paused");
  assert.equal(of({ state: "reconnecting" }, { lostFor: 4999 }), "reconnecting");
  assert.equal(of({ state: "reconnecting" }, { lostFor: 5000 }), "offline");
  assert.equal(of({ state: "stale" }, { lostFor: 13000 }), "stale");
  assert.equal(of({ state: "signed_out" }, { paused: true }), "signed_out");
});
