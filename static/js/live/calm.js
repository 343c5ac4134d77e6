// live/calm.js – nothing moves under the pointer, the focus or the selection (ui.md 4.4, rules 3 and 4)
import { Pending, pendingText } from "./pending.js";
import { arrange, isLog, move, outOfPlace, shown, trim } from "./list.js";
import { anchor, scroller } from "./scroll.js";
import { keepFocus } from "./focus.js";
import { swap } from "./swap.js";

const REST = 2000;
const waiting = new WeakMap();
const seen = new WeakMap();
const bound = new Map();
let watch = 0;

export const lists = () => [...document.querySelectorAll("[data-list]")];

export function pendingOf(list) {
  if (!waiting.has(list)) waiting.set(list, new Pending());
  return waiting.get(list);
}

export function attended(list) {
  if (isLog(list)) return false;
  return (
    list.matches(":hover") ||
    list.contains(document.activeElement) ||
    list.querySelector("[aria-selected=true], input[type=checkbox]:checked") !== null ||
    scroller(list).scrollTop > 0
  );
}

// While changes wait, later ones wait as well, to keep their order.
export function frozen(list) {
  if (attended(list)) {
    seen.set(list, performance.now());
    return true;
  }
  return pendingOf(list).size > 0;
}

// A card that belongs to another list now, but must not move yet.
export function bind(id, list) {
  bound.set(id, list.id);
}

export function findPending(id) {
  return lists().find((list) => pendingOf(list).added.has(id));
}

// After a swap: sort the idle lists, count the waiting changes of the others.
export function settle(touched) {
  for (const list of touched) {
    const pending = pendingOf(list);
    const leaving = [...bound.keys()].filter((id) => document.getElementById(id)?.parentElement === list);
    if (frozen(list)) {
      pending.moved = new Set([...outOfPlace(list).map((row) => row.id), ...leaving].filter((id) => !pending.gone.has(id)));
    } else {
      // The swap may have removed what froze the list, such as the focused button of a leaving card.
      leaving.forEach(depart);
      arrange(list);
      trim(list);
    }
    shown(list);
  }
  say();
}

export function apply(chosen = lists()) {
  const due = chosen.filter((list) => pendingOf(list).size);
  if (!due.length) return;
  const restoreFocus = keepFocus();
  const restoreScroll = anchor(due);
  for (const list of due) {
    const pending = pendingOf(list);
    swap([
      ...[...pending.gone].filter((id) => document.getElementById(id)).map((id) => ({ id, swap: "delete" })),
      ...[...pending.added.values()].map((part) => ({ target: `#${CSS.escape(list.id)}`, swap: "beforeend", html: part.html })),
    ]);
    for (const id of pending.moved) depart(id);
    pending.clear();
    arrange(list);
    if (!attended(list)) trim(list);
    shown(list);
  }
  restoreFocus();
  restoreScroll();
  say();
  document.body.dispatchEvent(new CustomEvent("live:settled"));
}

function depart(id) {
  const target = document.getElementById(bound.get(id) ?? "");
  const row = document.getElementById(id);
  bound.delete(id);
  if (!target || !row) return;
  move(target, row, null);
  arrange(target);
  shown(target);
}

// All rows were loaded again: they include the waiting changes.
export function forget(list) {
  pendingOf(list).clear();
}

function say() {
  const all = lists();
  for (const pill of document.querySelectorAll("[data-pending]")) {
    const pane = pill.closest("[data-pane]");
    const text = pendingText(all.filter((list) => !pane || pane.contains(list)).map(pendingOf));
    if (pill.textContent !== text) pill.textContent = text;
    pill.hidden = !text;
  }
  const any = all.some((list) => pendingOf(list).size);
  if (any && !watch) watch = setInterval(rest, 250);
  if (!any) watch = clearInterval(watch) ?? 0;
}

function rest() {
  if (document.body.dataset.paused || document.body.hasAttribute("data-stepped")) return;
  settleQuiet();
}

function settleQuiet() {
  const now = performance.now();
  const quiet = lists().filter((list) => {
    if (!pendingOf(list).size) return false;
    if (attended(list)) seen.set(list, now);
    return now - (seen.get(list) ?? -Infinity) >= REST;
  });
  apply(quiet);
}

export function start(root) {
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-pending]")) apply();
  });
  root.addEventListener(
    "scroll",
    (event) => {
      const box = event.target === document ? document.scrollingElement : event.target;
      if (box.scrollTop === 0) apply(lists().filter((list) => pendingOf(list).size && scroller(list) === box && !list.matches(":hover")));
    },
    { capture: true, passive: true },
  );
  root.addEventListener("live:stepped", settleQuiet);
  lists().forEach(shown);
}
