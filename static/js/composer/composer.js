// composer/composer.js – reply or note: mode, draft, ⌘↵, version seen
import { COMPOSER } from "./form.js";
import { read, write } from "./drafts.js";
import * as send from "./send.js";

const PAUSE = 300;
const restored = new WeakSet();
const composers = () => document.querySelectorAll(COMPOSER);
const ticketOf = (form) => form.dataset.ticket || location.pathname;
const bodyOf = (form) => form.elements.body;
const modes = (form) => [...form.querySelectorAll("input[type=radio][data-action]")];

function mode(form, radio) {
  if (!radio) return;
  const { action, placeholder, submit } = radio.dataset;
  form.action = action;
  if (form.hasAttribute("hx-post")) form.setAttribute("hx-post", action);
  if (placeholder) bodyOf(form).placeholder = placeholder;
  const label = form.querySelector("[data-submit-label]") ?? form.querySelector("button[type=submit], button:not([type])");
  // Only the text of the button changes, not its key hint.
  const words = [...(label?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (submit && words) words.data = submit;
  form.dataset.mode = radio.value;
}

function keep(form) {
  write(ticketOf(form), { body: bodyOf(form).value, mode: form.dataset.mode ?? "" });
}

function restore(form) {
  if (restored.has(form)) return;
  restored.add(form);
  const draft = read(ticketOf(form));
  const radios = modes(form);
  const radio = radios.find((item) => draft?.body && item.value === draft.mode) ?? radios.find((item) => item.checked);
  if (radio) radio.checked = true;
  mode(form, radio);
  if (draft?.body && !bodyOf(form).value) bodyOf(form).value = draft.body;
}

// A reply is based on the version that its author saw when they began to write.
function follow(form) {
  const shown =
    document.querySelector("[id^='ticket-'][id$='-header'][data-version]")?.dataset.version ??
    document.querySelector("[id^='ticket-'][id$='-controls'] input[name=version]")?.value;
  if (shown && form.elements.version) form.elements.version.value = shown;
}

function clear(form) {
  bodyOf(form).value = "";
  write(ticketOf(form), { body: "" });
  follow(form);
}

export function start(root) {
  const timers = new WeakMap();
  const all = (then) => composers().forEach(then);
  all(restore);
  // A form that was returned with errors is a new element.
  document.addEventListener("htmx:after:swap", () => all(restore));
  send.start(root);
  root.addEventListener("input", (event) => {
    const form = event.target.closest(COMPOSER);
    if (!form || event.target !== bodyOf(form)) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => keep(form), PAUSE));
  });
  const save = () => all((form) => bodyOf(form).value && keep(form));
  addEventListener("pagehide", save);
  root.addEventListener("live:leaving", save);
  root.addEventListener("change", (event) => {
    const form = event.target.closest(COMPOSER);
    if (!form || !event.target.matches("input[type=radio][data-action]")) return;
    mode(form, event.target);
    keep(form);
  });
  root.addEventListener("key:pressed", (event) => {
    const form = event.target.closest(COMPOSER) ?? event.target.control?.closest(COMPOSER);
    if (form) bodyOf(form).focus();
  });
  root.addEventListener("keydown", (event) => {
    const form = event.target.closest(COMPOSER);
    if (!form) return;
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit], button:not([type])"));
    } else if (event.key === "Escape" && event.target === bodyOf(form)) event.target.blur();
  });
  document.addEventListener("said", (event) => {
    if (event.detail.clear !== "composer") return;
    const form = event.target.closest?.(COMPOSER) ?? document.querySelector(COMPOSER);
    clearTimeout(timers.get(form));
    if (form) clear(form);
  });
  root.addEventListener("live:swapped", () => all((form) => bodyOf(form).value || follow(form)));
}
