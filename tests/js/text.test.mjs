import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ageText, clockText, dueText, gapText, newsText } from "../../static/js/time/text.js";

// The server is held to the same table (tests/pages/test_time_text.py).
const TIMES = JSON.parse(readFileSync(new URL("./times.json", import.meta.url), "utf8"));

for (const [seconds, text] of TIMES.due) {
  test(`${seconds} s to go reads ${text}`, () => assert.equal(dueText(seconds), text));
}

for (const [seconds, text] of TIMES.age) {
  test(`${seconds} s old reads ${text}`, () => assert.equal(ageText(seconds), text));
}

for (const [seconds, text] of TIMES.news) {
  test(`news ${seconds} s old reads ${text}`, () => assert.equal(newsText(seconds), text));
}

for (const [epoch, zone, shape, text] of TIMES.clock) {
  test(`${shape} of ${epoch} in ${zone} reads ${text}`, () => assert.equal(clockText(epoch, zone, shape), text));
}

test("the gap since the last news has two digits each", () => {
  assert.equal(gapText(43.9), "00:43");
  assert.equal(gapText(0), "00:00");
  assert.equal(gapText(605), "10:05");
  assert.equal(gapText(7300), "2h 1m");
});

test("an unknown zone still gives a time", () => assert.match(clockText(1767184201, "Mars/Base", "time"), /^\d\d:\d\d$/));
