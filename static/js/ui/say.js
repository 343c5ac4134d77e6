// ui/say.js – messages: whole sentences for screen readers, toasts on the screen
const TOAST_MS = 6000;
const MAX_TOASTS = 2;
const formOf = new WeakMap();

export function speak(text, { alert = false } = {}) {
  const region = document.getElementById(alert ? "alert" : "say");
  if (!region || !text) return;
  // Emptied first, so that the same sentence is announced again.
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

export function say(text, { alert = false, by = null } = {}) {
  if (!text) return;
  speak(text, { alert });
  toast(text, { alert, by });
}

function part(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

// A new message replaces earlier ones of the same form.
function forget(strip, by) {
  if (by) for (const item of [...strip.children]) if (formOf.get(item) === by) item.remove();
}

// The oldest toast is removed first; toasts that wait for an action stay.
function makeRoom(strip) {
  const passing = [...strip.children].filter((item) => !item.dataset.stays);
  const over = strip.children.length - MAX_TOASTS + 1;
  for (const item of passing.slice(0, Math.max(0, over))) item.remove();
}

export function toast(text, { alert = false, link = "", word = "", stays = false, by = null } = {}) {
  const strip = document.getElementById("toasts");
  if (!strip) return;
  forget(strip, by);
  makeRoom(strip);
  const item = part("li", { className: "toast" });
  if (alert) item.dataset.kind = "alert";
  item.append(part("span", { textContent: text }));
  if (link) item.append(part("a", { href: link, textContent: word }));
  const close = part("button", { type: "button", className: "toast-close", textContent: "×" });
  close.setAttribute("aria-label", "Dismiss");
  item.append(close);
  if (by) formOf.set(item, by);
  strip.append(item);
  if (stays) item.dataset.stays = "";
  else age(item);
  return item;
}

function age(item) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const run = () => {
    stop();
    timer = setTimeout(() => item.remove(), TOAST_MS);
  };
  for (const type of ["pointerenter", "focusin"]) item.addEventListener(type, stop);
  for (const type of ["pointerleave", "focusout"]) item.addEventListener(type, run);
  run();
}

export function start(root) {
  // On the document: htmx fires events there when their element was already removed.
  document.addEventListener("said", ({ target, detail }) => !detail.undo && say(detail.text, { by: target }));
  document.addEventListener("refused", ({ target, detail }) => say(detail.text, { alert: true, by: target }));
  document.addEventListener("unsent", ({ target, detail: { text, final } }) => {
    if (!final) return say(text, { by: target });
    speak(text, { alert: true });
    toast(text, { alert: true, stays: true, by: target });
  });
  for (const item of document.querySelectorAll("#toasts > li")) age(item);
  root.addEventListener("click", (event) => event.target.closest(".toast-close")?.closest("li").remove());
  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    // Refusals and forms with errors have their own messages.
    if (ctx.hx?.trigger || ctx.retrying || ctx.response.status === 422) return;
    say(`Request failed (status ${ctx.response.status}). Reload the page and try again.`, { alert: true });
  });
  document.addEventListener("htmx:error", (event) => {
    if (!event.detail.ctx || event.detail.ctx.retrying) return;
    const writes = event.detail.ctx.request.method !== "GET";
    say(`The server could not be reached. ${writes ? "It is not known whether this was saved; try again." : "Try again."}`, { alert: true });
  });
}
