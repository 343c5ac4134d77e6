import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

let [steady, browser] = [0, 1_800_000_000];
performance.now = () => steady * 1000;
Date.now = () => browser * 1000;
const clock = await import("../../static/js/time/now.js");
const SERVER = 1_900_000_000;

// Seconds that pass; `set`: by how much somebody sets the browser's clock; `asleep`: the steady clock stands still.
function pass(seconds, { set = 0, asleep = 0 } = {}) {
  steady += seconds;
  browser += seconds + set + asleep;
}

beforeEach(() => clock.learn(SERVER) || clock.learn(SERVER));

const near = (value, expected) => assert.ok(Math.abs(value - expected) < 0.01, `${value} instead of ${expected}`);

test("a browser's clock that is set by ten minutes moves no countdown, before and after the server speaks", () => {
  for (const set of [600, -600]) {
    clock.learn(SERVER);
    pass(1, { set });
    clock.look();
    near(clock.serverNow(), SERVER + 1);
    pass(9);
    clock.look();
    assert.equal(clock.learn(SERVER + 10), false);
    pass(30);
    clock.look();
    near(clock.serverNow(), SERVER + 40);
  }
});

test("another time of the server is told at once", () => {
  assert.equal(clock.learn(SERVER + 600), true);
  assert.equal(clock.learn(SERVER - 600), true);
  assert.equal(clock.learn(SERVER - 599.9), false);
  for (const nothing of [undefined, "", "soon", NaN]) assert.equal(clock.learn(nothing), false);
});

test("who slept an hour and finds no network counts it after a quarter of a minute, once", () => {
  pass(1, { asleep: 3600 });
  clock.look();
  near(clock.serverNow(), SERVER + 1);
  pass(16);
  clock.look();
  near(clock.serverNow(), SERVER + 3617);
  pass(60);
  clock.look();
  near(clock.serverNow(), SERVER + 3677);
});

test("who slept and is told the time by the server does not count it twice", () => {
  pass(1, { asleep: 3600 });
  clock.look();
  assert.equal(clock.learn(SERVER + 3601), true);
  pass(60);
  clock.look();
  near(clock.serverNow(), SERVER + 3661);
});

test("silence is neither negative nor forgotten when a clock is set or stands still", () => {
  const heard = clock.moment();
  pass(15, { set: -600 });
  assert.equal(clock.secondsSince(heard), 15);
  const awake = clock.moment();
  pass(5, { asleep: 3600 });
  assert.equal(clock.secondsSince(awake), 3605);
});
