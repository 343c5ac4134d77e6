// composer/send.js – a form with a one-time key acts once: it keeps its key until an answer settles what became of it
import { COMPOSER } from "./form.js";
import { answerOf, pause, settled, temporary } from "./retry.js";

const NO_ANSWER = "No response from the server. Retrying…";
const NOT_KNOWN = "It is not known whether this was saved. Retrying…";
const NOT_SENT = "Not sent. Press to send again.";
const SAVED_ONCE = " If it was saved already, it is not saved twice.";
// Writes whose outcome is open, by form.
const open = new WeakMap();
const newKey = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
  (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16));

const keyed = (ctx) => ctx?.sourceElement?.matches?.("form") && ctx.sourceElement.elements.key && ctx.request.method !== "GET";
// What a form is about: a dialog serves many tickets; a composer keeps its key when the text or the kind is changed.
const subject = (form) => (form.matches(COMPOSER) ? "" : `${form.getAttribute("hx-post")} ${form.dataset.work ?? ""}`);

export const isOpen = (form) => open.has(form);
export const isRepeated = (form) => Boolean(open.get(form)?.again);

function busy(form, on) {
  form.toggleAttribute("data-sending", on);
  const body = form.elements.body;
  if (body) body.readOnly = on;
  for (const button of form.querySelectorAll("button")) {
    on ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy");
    on ? button.setAttribute("aria-disabled", "true") : button.removeAttribute("aria-disabled");
  }
}

// What was sent before the page was left, or in another tab, may have been stored.
export function resume(form, key) {
  form.elements.key.value = key;
  open.set(form, { key, subject: subject(form), unsure: true });
}

export function release(form) {
  clearTimeout(open.get(form)?.timer);
  open.delete(form);
  if (form.elements.key) form.elements.key.value = newKey();
}

// A repaint may have emptied the field.
function fill(form) {
  const write = open.get(form);
  const { key } = form.elements;
  if (write?.subject === subject(form)) key.value = write.key;
  else if (write) release(form);
  else if (!key.value) key.value = newKey();
}

// A repetition is the same request; a press after that takes what the form says then.
function prepare({ ctx }) {
  if (!keyed(ctx)) return;
  const form = ctx.sourceElement;
  const { request } = ctx;
  const write = open.get(form);
  if (write?.again) {
    write.again = false;
    Object.assign(request, { body: write.body, action: write.action });
    return;
  }
  clearTimeout(write?.timer);
  const facts = { key: request.body.get("key"), subject: subject(form), body: request.body, action: request.action };
  open.set(form, { ...facts, unsure: write?.unsure ?? false, tries: 0, since: performance.now() });
}

function repeat(form, write) {
  if (open.get(form) !== write || !form.isConnected) return;
  const { noValidate } = form;
  form.removeAttribute("data-sending");
  write.again = form.noValidate = true;
  form.requestSubmit();
  form.noValidate = noValidate;
}

function tell(form, text, final) {
  form.dispatchEvent(new CustomEvent("unsent", { bubbles: true, detail: { text, final } }));
}

function unsettled(ctx, write, answer) {
  const form = ctx.sourceElement;
  ctx.retrying = true;
  delete ctx.hx?.trigger;
  write.unsure ||= answer.stored !== "no" && answer.stored !== "never";
  const elapsed = performance.now() - write.since;
  const ms = temporary(answer) ? pause(write.tries, { after: answer.after, elapsed }) : undefined;
  if (ms === undefined) {
    busy(form, false);
    tell(form, NOT_SENT + (write.unsure ? SAVED_ONCE : ""), true);
    return;
  }
  write.timer = setTimeout(() => repeat(form, write), ms);
  if (!write.tries++) tell(form, answer.stored === "unknown" ? NOT_KNOWN : NO_ANSWER, false);
}

function listen() {
  document.addEventListener("htmx:config:request", ({ detail }) => prepare(detail));
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement?.matches?.("form") && ctx.request.method !== "GET") busy(ctx.sourceElement, true);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const write = keyed(ctx) && open.get(ctx.sourceElement);
    const answer = answerOf(ctx.response);
    if (!write) return;
    if (settled(answer, write.unsure)) return release(ctx.sourceElement);
    if (answer.stored && answer.status < 500 && !temporary(answer)) return; // refused before its key was looked at
    event.preventDefault(); // htmx must not show it
    unsettled(ctx, write, answer);
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    const write = keyed(ctx) && open.get(ctx.sourceElement);
    if (write && !ctx.retrying) unsettled(ctx, write, {});
  }, true);
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (form?.matches?.("form") && !ctx.retrying) busy(form, false);
  });
}

export function start(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.elements.key) fill(form);
  }, true);
  listen();
  // The author now knows what changed and may send again; a paused page would not get the new version.
  document.addEventListener("refused", ({ target, detail }) => {
    if (target.matches?.("form") && detail.version && target.elements.version) target.elements.version.value = detail.version;
  });
}
