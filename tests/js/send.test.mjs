import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = new EventTarget();
const { start } = await import("../../static/js/composer/send.js");
const root = new EventTarget();
start(root);
const OURS = (status, stored) => ({ status, headers: new Headers({ "Desk-Stored": stored }) });
const PROXY = (status) => ({ status, headers: new Headers() });

function tell(target, type, init) {
  const event = new CustomEvent(type, { cancelable: true, ...init });
  if (init.by) Object.defineProperty(event, "target", { value: init.by });
  target.dispatchEvent(event);
  return !event.defaultPrevented;
}

// What htmx does with a form, and a server that answers as the script says; null: it does not answer.
class Form extends EventTarget {
  attributes = new Map([["hx-post", "/tickets/T-1/reply/"]]);
  elements = { key: { value: "first" }, body: { value: "Hello" } };
  dataset = {};
  isConnected = true;
  requests = [];
  told = [];

  constructor(answers, { composer = false } = {}) {
    super();
    Object.assign(this, { answers, composer });
    this.addEventListener("unsent", ({ detail }) => this.told.push(detail.text));
  }

  matches(selector) { return selector === "form" || this.composer; }
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  hasAttribute(name) { return this.attributes.has(name); }
  removeAttribute(name) { this.attributes.delete(name); }
  toggleAttribute(name, on) { on ? this.attributes.set(name, "") : this.attributes.delete(name); }
  querySelectorAll() { return []; }

  requestSubmit() {
    if (!tell(root, "submit", { by: this })) return;
    const body = new FormData();
    for (const [name, { value }] of Object.entries(this.elements)) body.set(name, value);
    const ctx = { sourceElement: this, request: { method: "POST", action: this.getAttribute("hx-post"), body } };
    const detail = { detail: { ctx } };
    tell(document, "htmx:config:request", detail);
    this.requests.push({ action: ctx.request.action, ...Object.fromEntries(ctx.request.body) });
    tell(document, "htmx:before:request", detail);
    ctx.response = this.answers.shift();
    ctx.hx = { trigger: "refused" };
    if (ctx.response) this.handled = tell(document, "htmx:after:request", detail) && Boolean(ctx.hx.trigger);
    else tell(document, "htmx:error", detail);
    tell(document, "htmx:finally:request", detail);
  }
}

function timed(t) {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  return (ms) => {
    for (let left = ms; left > 0; left -= 250) {
      now += 250;
      t.mock.timers.tick(250);
    }
  };
}

test("a lost answer is asked for again with the same request, until it comes", (t) => {
  const pass = timed(t);
  const form = new Form([OURS(503, "unknown"), null, PROXY(502), OURS(204, "yes")]);
  form.requestSubmit();
  form.elements.body.value = "a repaint changed it";
  pass(20_000);
  assert.deepEqual(form.requests, Array(4).fill({ action: "/tickets/T-1/reply/", key: "first", body: "Hello" }));
  assert.deepEqual(form.told, ["It is not known whether this was saved. Retrying…"]);
  assert.notEqual(form.elements.key.value, "first");
  assert.ok(form.handled && !form.hasAttribute("data-sending"));
  pass(200_000);
  assert.equal(form.requests.length, 4);
});

test("after two minutes the person is asked, with the same key; what is sent then acts once", (t) => {
  const pass = timed(t);
  const form = new Form(Array.from({ length: 40 }, () => PROXY(502)));
  form.requestSubmit();
  pass(150_000);
  const tries = form.requests.length;
  assert.ok(tries > 8 && tries < 25, `${tries}`);
  assert.ok(form.told.at(-1).startsWith("Not sent. Press to send again."));
  assert.equal(form.told.length, 2);
  assert.ok(!form.hasAttribute("data-sending"));
  pass(600_000);
  assert.equal(form.requests.length, tries);
  form.elements.key.value = ""; // a repaint
  form.elements.body.value = "Hello, again";
  form.answers = [OURS(422, "yes")];
  form.requestSubmit();
  assert.deepEqual(form.requests.at(-1), { action: "/tickets/T-1/reply/", key: "first", body: "Hello, again" });
  assert.ok(form.handled);
  assert.notEqual(form.elements.key.value, "first");
});

test("what our server refuses after it looked the key up needs a new key", (t) => {
  timed(t);
  const form = new Form([OURS(409, "never")]);
  form.requestSubmit();
  assert.notEqual(form.elements.key.value, "first");
  assert.ok(form.handled && !form.told.length);
});

test("a page of a proxy is no answer, whatever its status", (t) => {
  timed(t);
  for (const status of [200, 403, 413]) {
    const form = new Form([PROXY(status)]);
    form.requestSubmit();
    assert.deepEqual([form.handled, form.elements.key.value, form.requests.length], [false, "first", 1]);
    assert.ok(form.told[0].startsWith("Not sent. Press to send again."));
  }
});

test("a refusal that knows nothing of the key is shown and does not release what may have been stored", (t) => {
  const pass = timed(t);
  const form = new Form([null, OURS(403, "no"), OURS(204, "yes")]);
  form.requestSubmit();
  pass(1000);
  assert.deepEqual([form.requests.length, form.handled, form.elements.key.value], [2, true, "first"]);
  form.requestSubmit();
  assert.equal(form.requests.at(-1).key, "first");
});

test("a dialog that is opened for another ticket sends with another key, a composer that became a note does not", (t) => {
  timed(t);
  for (const composer of [false, true]) {
    const form = new Form([PROXY(403), OURS(204, "yes")], { composer });
    form.requestSubmit();
    form.attributes.set("hx-post", "/tickets/T-2/note/");
    form.requestSubmit();
    assert.equal(form.requests.at(-1).key === "first", composer);
  }
});
