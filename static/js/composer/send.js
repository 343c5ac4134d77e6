// composer/send.js – a write is sent once: one-time key, busy buttons, the same key on every retry
import { COMPOSER } from "./form.js";
import { again, wait } from "./retry.js";
import { say } from "../ui/say.js";

const attempts = new WeakMap();
const pressed = new WeakMap();
const newKey = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
  (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16));

function busy(form, on) {
  form.toggleAttribute("data-sending", on);
  const body = form.elements.body;
  if (body) body.readOnly = on;
  for (const button of form.querySelectorAll("button")) {
    on ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy");
    on ? button.setAttribute("aria-disabled", "true") : button.removeAttribute("aria-disabled");
  }
}

function renew(form) {
  attempts.delete(form);
  const key = form.elements.key;
  if (key) key.value = newKey();
}

function retry(form, ctx) {
  const attempt = attempts.get(form) ?? 0;
  if (!again(ctx.response?.status, attempt)) {
    attempts.delete(form);
    busy(form, false);
    return false;
  }
  attempts.set(form, attempt + 1);
  ctx.retrying = true;
  say("No response from the server. Retrying…");
  setTimeout(() => {
    if (!form.isConnected) return;
    form.removeAttribute("data-sending");
    form.requestSubmit(pressed.get(form)?.isConnected ? pressed.get(form) : null);
  }, wait(attempt));
  return true;
}

export function start(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    pressed.set(form, event.submitter);
    if (form.elements.key && !form.elements.key.value) form.elements.key.value = newKey();
  }, true);
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement?.matches?.("form") && ctx.request.method !== "GET") busy(ctx.sourceElement, true);
  });
  // Only the composer retries automatically: a click is easily repeated, a text is not.
  for (const type of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(type, ({ detail: { ctx } }) => {
      const form = ctx?.sourceElement;
      if (form?.matches?.(COMPOSER) && !ctx.retrying) retry(form, ctx);
    }, true);
  }
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (form?.matches?.("form") && !ctx.retrying) busy(form, false);
  });
  document.addEventListener("said", (event) => event.target.matches?.("form") && renew(event.target));
  document.addEventListener("refused", ({ target, detail }) => {
    if (!target.matches?.("form")) return;
    renew(target);
    // The author now knows what changed and may send again; a paused page would not get the new version.
    if (detail.version && target.elements.version) target.elements.version.value = detail.version;
  });
}
