import assert from "node:assert/strict";
import { test } from "node:test";
import { ageText, clockText, dueText, gapText } from "../../static/js/time/text.js";

const DUE = [
  [86400 * 2 + 3600 * 4 + 59, "2d 4h"], [86400, "1d 0h"], [86399, "23h 59m"], [3 * 3600 + 12 * 60, "3h 12m"],
  [3 * 3600 + 5 * 60, "3h 5m"], [3600, "1h 0m"], [3599, "59m"], [42 * 60, "42m"], [300, "5m"], [299.9, "4:59"],
  [247, "4:07"], [60, "1:00"], [9, "0:09"], [0.4, "0:00"], [0, "0:00"], [-0.1, "+0m"], [-1, "+0m"], [-59, "+0m"],
  [-60, "+1m"], [-12 * 60, "+12m"], [-3600, "+1h 0m"], [-86400 * 3, "+3d 0h"],
];

for (const [seconds, text] of DUE) {
  test(`${seconds} s to go reads ${text}`, () => assert.equal(dueText(seconds), text));
}

const AGE = [[-5, "0m"], [0, "0m"], [59, "0m"], [60, "1m"], [3599, "59m"], [3600, "1h 0m"], [11520, "3h 12m"], [86400, "1d 0h"], [187200, "2d 4h"]];

for (const [seconds, text] of AGE) {
  test(`${seconds} s old reads ${text}`, () => assert.equal(ageText(seconds), text));
}

test("the gap since the last news has two digits each", () => {
  assert.equal(gapText(43.9), "00:43");
  assert.equal(gapText(0), "00:00");
  assert.equal(gapText(605), "10:05");
  assert.equal(gapText(7300), "2h 1m");
});

test("clock time is the reader's zone, not the machine's", () => {
  assert.equal(clockText(1767184201, "Europe/Berlin", "time"), "13:30");
  assert.equal(clockText(1767184201, "America/New_York", "seconds"), "07:30:01");
  assert.equal(clockText(1767222000, "Europe/Berlin", "time"), "00:00");
});

test("an unknown zone still gives a time", () => assert.match(clockText(1767184201, "Mars/Base", "time"), /^\d\d:\d\d$/));
