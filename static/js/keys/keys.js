// keys/keys.js – a key presses the visible control that carries it (ui.md 4.3)
import { currentRow, step } from "./list-keys.js";

const typing = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const TWO_KEYS_MS = 1000;
const STEPS = { j: 1, arrowdown: 1, k: -1, arrowup: -1 };

// Single characters can be switched off (WCAG 2.1.4); a private window may have no storage.
function off() {
  try {
    return localStorage.getItem("keys") === "off";
  } catch {
    return false;
  }
}

const visible = (control) => control.checkVisibility?.({ visibilityProperty: true }) ?? control.getClientRects().length > 0;

function control(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const row = currentRow();
  const inRow = row && [...row.querySelectorAll(selector)].find((button) => button.checkVisibility?.() ?? true);
  if (inRow) return inRow;
  return [...document.querySelectorAll(selector)].find((button) => !button.closest("[data-list] > [data-order]") && visible(button));
}

// The keyboard goes on in the menu that it has opened; Escape leads back to where it was.
function enter(menu) {
  if (!menu?.matches(":popover-open") || menu.contains(document.activeElement)) return;
  const first = menu.querySelector("[aria-pressed=true]") ?? menu.querySelector("a[href], button, input, select, textarea");
  if (menu.hasAttribute("tabindex")) menu.focus();
  else first?.focus();
}

function press(key) {
  const button = control(key) ?? (key === "." ? document.querySelector("[data-pending]:not([hidden])") : null);
  if (!button || button.disabled || button.getAttribute("aria-disabled") === "true") return false;
  button.click();
  enter(button.popoverTargetElement);
  button.dispatchEvent(new CustomEvent("key:pressed", { bubbles: true, detail: { key } }));
  return true;
}

function sheet() {
  const dialog = document.getElementById("keys");
  if (!dialog?.showModal || dialog.open) return false;
  dialog.showModal();
  return true;
}

// G begins a way to another page: the next key within a second says which.
let begun = -Infinity;

function goes(key, time) {
  const second = time - begun < TWO_KEYS_MS;
  begun = !second && key === "g" ? time : -Infinity;
  return second ? press(`g ${key}`) : begun === time;
}

function answer(event) {
  const key = event.key.length === 1 ? event.key : event.key.toLowerCase();
  if (!event.shiftKey && goes(key, event.timeStamp)) return true;
  if (event.shiftKey && key.toLowerCase() === "l") {
    document.body.dispatchEvent(new CustomEvent("live:toggle-pause"));
    return true;
  }
  if (key === "?") return sheet();
  // Declared as the capital letter that Shift produces.
  if (event.shiftKey && key !== ".") return key.length === 1 && press(key);
  const direction = STEPS[key];
  // Arrow keys are for radio groups and scrolling unless a row is selected.
  if (direction && (key.length === 1 || currentRow())) return step(direction);
  return key.length === 1 && press(key);
}

export function start(root) {
  root.addEventListener("keydown", (event) => {
    if (off() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(typing) || document.querySelector("dialog:modal")) return;
    if (answer(event)) event.preventDefault();
  });
  const show = () => {
    for (const box of root.querySelectorAll("[data-keys-toggle]")) box.checked = !off();
  };
  root.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-toggle]")) return;
    try {
      localStorage.setItem("keys", event.target.checked ? "on" : "off");
    } catch {
      show();
    }
  });
  show();
}
