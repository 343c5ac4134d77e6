// composer/composer.js – reply or note: mode, draft, ⌘↵, version seen
import { COMPOSER } from "./form.js";
import * as drafts from "./drafts.js";
import * as rights from "./rights.js";
import * as send from "./send.js";

const PAUSE = 300;
const restored = new WeakSet();
// Forms with text that is not stored yet, with the timer that stores it. Other text belongs to every tab.
const unsaved = new Map();
const composers = () => document.querySelectorAll(COMPOSER);
const ticketOf = (form) => form.dataset.ticket || location.pathname;
const bodyOf = (form) => form.elements.body;
const sentAs = ({ elements: { key, version } }) => ({ key: key.value, version: version.value });
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

function saved(form) {
  clearTimeout(unsaved.get(form));
  unsaved.delete(form);
}

// A text that may have been stored keeps its key, also in a draft: the server then stores it once.
function keep(form, more = send.isOpen(form) ? sentAs(form) : {}) {
  saved(form);
  drafts.write(ticketOf(form), { body: bodyOf(form).value, mode: form.dataset.mode ?? "", ...more });
}

function keepSoon(form) {
  saved(form);
  unsaved.set(form, setTimeout(() => keep(form), PAUSE));
}

function choose(form, draft) {
  const radios = modes(form);
  const radio = radios.find((item) => draft?.body && item.value === draft.mode) ?? radios.find((item) => item.checked);
  if (radio) radio.checked = true;
  mode(form, radio);
  recover(form);
}

// They were told of the change: what they send now is based on it.
function recover(form) {
  rights.recover(form, (radio) => {
    mode(form, radio);
    follow(form);
  });
}

function restore(form) {
  if (restored.has(form)) return;
  restored.add(form);
  const draft = drafts.read(ticketOf(form));
  choose(form, draft);
  if (bodyOf(form).defaultValue.trim()) keepSoon(form); // a refused text that came back with the page
  else if (draft?.body && !bodyOf(form).value) bodyOf(form).value = draft.body;
  if (draft?.key && bodyOf(form).value === draft.body) resume(form, draft);
}

// With the same key the server answers "sent" a second time, and stores nothing.
function resume(form, { key, version }) {
  send.resume(form, key);
  form.elements.version.value = version;
}

// What another tab has written or sent: this tab must not keep it as a draft of its own.
function mirror(form, draft) {
  if (unsaved.has(form) || form.hasAttribute("data-sending")) return;
  bodyOf(form).value = draft?.body ?? "";
  if (draft?.key) resume(form, draft);
  else if (send.isOpen(form)) send.release(form);
  choose(form, draft);
  if (!draft?.body) follow(form);
}

// A reply is based on the version that its author saw when they began to write.
function follow(form) {
  const shown =
    document.querySelector("[id^='ticket-'][id$='-header'][data-version]")?.dataset.version ??
    document.querySelector("[id^='ticket-'][id$='-controls'] input[name=version]")?.value;
  if (shown && form.elements.version) form.elements.version.value = shown;
}

function clear(form) {
  saved(form);
  bodyOf(form).value = "";
  drafts.write(ticketOf(form), { body: "" });
  follow(form);
}

export function start(root) {
  const all = (then) => composers().forEach(then);
  all(restore);
  // A form that was returned with errors is a new element.
  document.addEventListener("htmx:after:swap", () => all(restore));
  send.start(root);
  rights.start(root);
  root.addEventListener("input", (event) => {
    const form = event.target.closest(COMPOSER);
    if (form && event.target === bodyOf(form)) keepSoon(form);
  });
  root.addEventListener("submit", ({ target: form }) => form.matches(COMPOSER) && bodyOf(form).value && keep(form, sentAs(form)));
  const save = () => all((form) => unsaved.has(form) && keep(form));
  addEventListener("pagehide", save);
  addEventListener("pageshow", ({ persisted }) => persisted && all((form) => mirror(form, drafts.read(ticketOf(form)))));
  drafts.follow((ticket, draft) => all((form) => ticketOf(form) === ticket && mirror(form, draft)));
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
    if (form) clear(form);
  });
  document.addEventListener("refused", ({ target }) => target.matches?.(COMPOSER) && bodyOf(target).value && keep(target));
  root.addEventListener("live:swapped", () => all((form) => {
    if (!bodyOf(form).value) follow(form);
    recover(form);
  }));
}
