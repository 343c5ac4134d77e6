import test from "node:test";
import assert from "node:assert/strict";
import { UpTo } from "../../static/js/live/upto.js";

function answers(...positions) {
  const waiting = [];
  const fetch = () => new Promise((done, fail) => waiting.push({ done: () => done(positions.shift()), fail }));
  return { fetch, waiting };
}
const settled = () => new Promise((done) => setImmediate(done));

test("who asks while an answer is on its way shares it", async () => {
  const { fetch, waiting } = answers(10);
  const upto = new UpTo();
  const both = [upto.ask(fetch, 8), upto.ask(fetch, 9)];
  waiting[0].done();
  await Promise.all(both);
  assert.equal(waiting.length, 1);
});

test("an answer older than what was asked for meanwhile is followed by another", async () => {
  const { fetch, waiting } = answers(10, 12);
  const upto = new UpTo();
  const both = [upto.ask(fetch, 8), upto.ask(fetch, 11)];
  waiting[0].done();
  await settled();
  assert.equal(waiting.length, 2);
  waiting[1].done();
  await Promise.all(both);
});

test("who names no position wants the next answer", async () => {
  const { fetch, waiting } = answers(10);
  const asked = new UpTo().ask(fetch);
  waiting[0].done();
  await asked;
  assert.equal(waiting.length, 1);
});

test("a position that no answer brings is not asked for without end", async () => {
  let asked = 0;
  await new UpTo().ask(async () => ++asked, 1000);
  assert.equal(asked, 5);
});

test("a failure is told to everybody who waits, and the next one begins anew", async () => {
  const { fetch, waiting } = answers(10);
  const upto = new UpTo();
  const both = [upto.ask(fetch, 100), upto.ask(fetch, 100)];
  waiting[0].fail(new Error("away"));
  for (const one of both) await assert.rejects(one, /away/);
  const again = upto.ask(fetch, 5);
  waiting[1].done();
  await again;
  assert.equal(waiting.length, 2);
});
