// ui/say.js – one voice: whole sentences for the ear, toasts for the eye
const STAYS = 6000;
const MOST = 2;
const spokenBy = new WeakMap();

export function speak(text, { alert = false } = {}) {
  const region = document.getElementById(alert ? "alert" : "say");
  if (!region || !text) return;
  // The same sentence twice is news twice.
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

// What a form was told before is over once it is told something else.
function forget(strip, by) {
  if (by) for (const item of [...strip.children]) if (spokenBy.get(item) === by) item.remove();
}

// The oldest goes first; what waits for an answer of the person stays.
function makeRoom(strip) {
  const passing = [...strip.children].filter((item) => !item.dataset.stays);
  const over = strip.children.length - MOST + 1;
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
  if (by) spokenBy.set(item, by);
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
    timer = setTimeout(() => item.remove(), STAYS);
  };
  for (const type of ["pointerenter", "focusin"]) item.addEventListener(type, stop);
  for (const type of ["pointerleave", "focusout"]) item.addEventListener(type, run);
  run();
}

export function start(root) {
  // On the document: htmx speaks there when the row that was acted on is already gone.
  document.addEventListener("said", ({ target, detail }) => !detail.undo && say(detail.text, { by: target }));
  document.addEventListener("refused", ({ target, detail }) => say(detail.text, { alert: true, by: target }));
  for (const item of document.querySelectorAll("#toasts > li")) age(item);
  root.addEventListener("click", (event) => event.target.closest(".toast-close")?.closest("li").remove());
  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    // Refusals and forms with errors bring their own words.
    if (ctx.hx?.trigger || ctx.retrying || ctx.response.status === 422) return;
    say(`Request failed (status ${ctx.response.status}). Reload the page and try again.`, { alert: true });
  });
  document.addEventListener("htmx:error", (event) => {
    if (!event.detail.ctx || event.detail.ctx.retrying) return;
    say("The server could not be reached. Nothing was changed; try again.", { alert: true });
  });
}
