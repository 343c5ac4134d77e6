import assert from "node:assert/strict";
import { test } from "node:test";
import { PATIENCE, answerOf, pause, settled, temporary } from "../../static/js/composer/retry.js";

const response = (status, headers = {}) => ({ status, headers: new Headers(headers) });
const ours = (status, stored) => answerOf(response(status, { "Desk-Stored": stored }));

test("only our own answers settle a write", () => {
  for (const status of [200, 204, 303, 422]) assert.ok(settled(ours(status, "yes"), true));
  for (const status of [400, 403, 404, 409, 422]) assert.ok(settled(ours(status, "never"), true));
  for (const status of [200, 302, 400, 403, 404, 409, 413, 499, 502, 503]) assert.ok(!settled(answerOf(response(status)), false));
  assert.ok(!settled(answerOf(undefined), false));
});

test("a refusal before the key was looked up settles nothing that may have been stored", () => {
  assert.ok(settled(ours(403, "no"), false));
  assert.ok(!settled(ours(403, "no"), true));
  assert.ok(!settled(ours(409, "unknown"), false));
});

test("an error of the server never settles a write", () => {
  for (const status of [500, 502, 503, 504, 522]) {
    for (const stored of ["no", "never", "unknown", "yes"]) assert.ok(!settled(ours(status, stored), false));
  }
});

test("silence, a gateway and a busy server are asked again, a fault and a foreign refusal are not", () => {
  for (const status of [408, 425, 429, 502, 503, 504, 522]) assert.ok(temporary(answerOf(response(status))));
  assert.ok(temporary({}) && temporary(ours(409, "unknown")) && temporary(ours(500, "unknown")));
  for (const status of [200, 400, 403, 404, 413, 500]) assert.ok(!temporary(answerOf(response(status))));
});

test("Retry-After is seconds or a date", () => {
  assert.equal(answerOf(response(503, { "Retry-After": "5" })).after, 5000);
  assert.equal(answerOf(response(503, { "Retry-After": "Mon, 30 Nov 2026 10:00:07 GMT" }), Date.UTC(2026, 10, 30, 10) / 1000).after, 7000);
  for (const text of ["soon", "-3", "Mon, 30 Nov 2020 10:00:00 GMT"]) {
    assert.equal(answerOf(response(503, { "Retry-After": text }), Date.UTC(2026, 10, 30) / 1000).after, 0);
  }
});

test("a write is sent again for two minutes, with growing pauses, a dozen times and not more", () => {
  for (const random of [() => 0, () => 1, Math.random]) {
    let [elapsed, tries] = [0, 0];
    for (let ms; (ms = pause(tries, { elapsed }, random)) !== undefined; tries += 1) {
      assert.ok(ms <= 15_000);
      elapsed += ms;
    }
    assert.equal(elapsed, PATIENCE);
    assert.ok(tries > 8 && tries < 25, `${tries}`);
  }
});

test("a pause is at least what the server asks for, and never longer than there is patience", () => {
  assert.equal(pause(0, { after: 5000 }), 5000);
  assert.equal(pause(0, { after: 300_000, elapsed: 20_000 }), 100_000);
  assert.equal(pause(3, { elapsed: PATIENCE }), undefined);
});
