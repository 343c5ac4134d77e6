import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../static/js/live/pace.js";
import { stateOf } from "../../static/js/live/state.js";

const paced = (word, now = 0) => {
  const pace = new Pace();
  pace.choose(word, now);
  return pace;
};

test("every 10 s and every 60 s fall due after as long, and count from when they were shown", () => {
  for (const [word, every] of [["10s", 10_000], ["60s", 60_000]]) {
    const pace = paced(word, 500);
    assert.equal(pace.due(500 + every - 1), false);
    assert.equal(pace.due(500 + every), true);
    pace.stepped(500 + every);
    assert.equal(pace.due(500 + every), false);
  }
});

test("by hand nothing falls due by itself, and live waits for nothing", () => {
  assert.equal(paced("manual").due(1e12), false);
  assert.equal(paced("live").live, true);
  assert.equal(paced("a word of a later version").live, true);
  assert.equal(paced("manual").live, false);
});

test("who did something sees what comes next", () => {
  const pace = paced("manual");
  assert.equal(pace.opens(100), false);
  pace.wrote(1000, true);
  assert.equal(pace.opens(1100), true);
  assert.equal(pace.opens(2900), true);
  assert.equal(pace.opens(3000), false);
});

test("on a slow desk the first answer is waited for longer", () => {
  const pace = paced("manual");
  pace.wrote(1000, false);
  assert.equal(pace.opens(9000), true);
  assert.equal(pace.opens(9100), false);
});

test("the words say what waits", () => {
  assert.equal(paced("10s").text(4), "Every 10 s · 4 changes");
  assert.equal(paced("60s").text(0), "Every 60 s");
  assert.equal(paced("60s").text(2), "Every 60 s · 2 changes");
  assert.equal(paced("manual").text(0), "Manual");
  assert.equal(paced("manual").text(1), "Manual · 1 change");
  assert.equal(paced("manual").text(9), "Manual · 9 changes");
  assert.equal(paced("manual").text(9, ""), "Manual · 9 changes");
  assert.equal(paced("manual").text(9, true), "Manual · many changes");
  assert.equal(paced("live").text(9), "");
});

test("pause wins over the frequency, a lost line over both words", () => {
  const stream = (state) => ({ state, mode: "live" });
  assert.equal(stateOf({ stream: stream("live"), paused: true, stepped: true, lostFor: 0 }), "paused");
  assert.equal(stateOf({ stream: stream("live"), paused: false, stepped: true, lostFor: 0 }), "stepped");
  assert.equal(stateOf({ stream: stream("live"), paused: false, lostFor: 0 }), "live");
  assert.equal(stateOf({ stream: stream("stale"), paused: false, stepped: true, lostFor: 0 }), "stale");
  assert.equal(stateOf({ stream: stream("reconnecting"), paused: false, stepped: true, lostFor: 6000 }), "offline");
});
