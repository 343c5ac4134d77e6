// live/log.js – a conversation scrolls to new messages only if its end is visible
import { isLog } from "./list.js";
import { scroller } from "./scroll.js";

const NEAR = 100;
const unseen = new WeakMap();
const gap = (box) => box.scrollHeight - box.scrollTop - box.clientHeight;

function button(list) {
  const next = list.nextElementSibling;
  if (next?.matches("[data-log-new]")) return next;
  const made = document.createElement("button");
  made.type = "button";
  made.className = "pill";
  made.dataset.logNew = "";
  made.hidden = true;
  list.after(made);
  return made;
}

function toEnd(list) {
  const box = scroller(list);
  box.scrollTop = box.scrollHeight;
  unseen.set(list, 0);
  const pill = list.nextElementSibling;
  if (pill?.matches("[data-log-new]")) pill.hidden = true;
}

export function before(lists) {
  const logs = lists.filter(isLog).map((list) => ({ list, near: gap(scroller(list)) < NEAR, count: list.children.length }));
  return () => {
    for (const { list, near, count } of logs) {
      const more = list.children.length - count;
      if (more <= 0) continue;
      if (near) toEnd(list);
      else {
        unseen.set(list, (unseen.get(list) ?? 0) + more);
        const pill = button(list);
        pill.textContent = `${unseen.get(list)} new`;
        pill.hidden = false;
      }
    }
  };
}

// New messages are announced only while the focus is in the conversation; a refetch resets this.
function listen() {
  for (const log of document.querySelectorAll("[role=log]")) {
    const live = log.contains(document.activeElement) ? "polite" : "off";
    if (log.getAttribute("aria-live") !== live) log.setAttribute("aria-live", live);
  }
}

export function start(root) {
  // A conversation in its own pane begins at its end.
  for (const list of document.querySelectorAll("[data-timeline]")) if (scroller(list).matches(".pane")) toEnd(list);
  for (const type of ["focusin", "live:swapped"]) root.addEventListener(type, listen);
  root.addEventListener("focusout", ({ relatedTarget }) => {
    // During focusout the focus is still inside.
    for (const log of document.querySelectorAll("[role=log]")) if (!log.contains(relatedTarget)) log.setAttribute("aria-live", "off");
  });
  root.addEventListener("click", (event) => {
    const pill = event.target.closest("[data-log-new]");
    if (pill?.previousElementSibling) toEnd(pill.previousElementSibling);
  });
  root.addEventListener("scroll", () => {
    for (const pill of document.querySelectorAll("[data-log-new]:not([hidden])")) {
      const list = pill.previousElementSibling;
      if (list && gap(scroller(list)) < 4) toEnd(list);
    }
  }, { capture: true, passive: true });
}
