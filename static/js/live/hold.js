// live/hold.js – elements in use are not repainted: composer, open menus, edited fields
import { COMPOSER } from "../composer/form.js";

const fields = "input:not([type=hidden]), select, textarea, [contenteditable]";
const opened = new WeakSet();
const owed = new Map();

function edited(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const hasDefault = options.some((option) => option.defaultSelected);
    return hasDefault && options.some((option) => option.selected !== option.defaultSelected);
  }
  return field.value !== undefined && field.value !== field.defaultValue;
}

// What a control has saved is what it shows, also while it has the focus and is not repainted.
function saved(form) {
  for (const field of form.querySelectorAll(`:scope > :is(${fields}):not(.control-more)`)) {
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.defaultSelected = option.selected;
    } else field.defaultValue = field.value;
  }
}

function heldNow() {
  const held = new Set(document.querySelectorAll(`${COMPOSER}, [data-hold], dialog[open], [popover]:popover-open:not([data-live-inside])`));
  for (const details of document.querySelectorAll("details[open]")) if (opened.has(details)) held.add(details);
  const active = document.activeElement;
  if (active?.matches(fields)) held.add(active);
  for (const field of document.querySelectorAll(`[data-pane] :is(${fields}), [data-pos] :is(${fields})`)) {
    // The whole form: its hidden version belongs to the content that the user saw.
    if (edited(field) && !field.closest("[role=search]")) held.add(field.form ?? field);
  }
  return held;
}

export function hold() {
  const held = heldNow();
  for (const element of document.querySelectorAll("[data-held]")) {
    if (held.has(element)) continue;
    element.removeAttribute("hx-morph-skip");
    element.removeAttribute("data-held");
  }
  for (const element of held) {
    if (element.hasAttribute("hx-morph-skip")) continue;
    element.setAttribute("hx-morph-skip", "");
    element.setAttribute("data-held", "");
  }
}

// A part that could not be painted is painted again when its elements are released.
export function owe(part) {
  const element = document.getElementById(part.id);
  if (element?.matches("[data-held]") || element?.querySelector("[data-held]")) owed.set(part.id, part);
  else owed.delete(part.id);
}

export function start(root, repaint) {
  let queued = false;
  const look = () => {
    if (queued) return;
    queued = true;
    setTimeout(() => {
      queued = false;
      hold();
      const free = [...owed.values()].filter((part) => !document.getElementById(part.id)?.querySelector("[data-held]"));
      for (const part of free) owed.delete(part.id);
      if (free.length) repaint(free);
    });
  };
  for (const type of ["focusin", "focusout", "input", "change", "toggle", "close", "reset"]) root.addEventListener(type, look, true);
  root.addEventListener("click", (event) => {
    const details = event.target.closest("summary")?.parentElement;
    // Only sections opened by the user are kept; those opened by the server stay live.
    if (details) details.open ? opened.delete(details) : opened.add(details);
  });
  document.addEventListener("said", (event) => {
    const form = event.target.closest?.("form");
    if (form?.matches(".control")) saved(form);
    if (form && !form.matches(COMPOSER)) form.reset();
    look();
  });
  hold();
}
