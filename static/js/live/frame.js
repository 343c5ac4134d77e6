// live/frame.js – applies a frame: stale parts are dropped, the others painted in one swap
import { Fresh, newest } from "./fresh.js";
import { beyond, isLog, move } from "./list.js";
import { bind, findPending, frozen, pendingOf, settle } from "./calm.js";
import { anchor } from "./scroll.js";
import { keepFocus } from "./focus.js";
import { hold, owe } from "./hold.js";
import * as flash from "./flash.js";
import * as log from "./log.js";
import { swap } from "./swap.js";

export const fresh = new Fresh();

function shownPos(part) {
  const element = document.getElementById(part.id);
  const waitingList = findPending(part.id);
  if (element?.dataset.pos !== undefined) return Number(element.dataset.pos);
  return waitingList ? Number(pendingOf(waitingList).added.get(part.id).pos) : null;
}

function outer(part, touched) {
  const element = document.getElementById(part.id);
  const list = element?.closest("[data-list]");
  if (list === element?.parentElement && list) touched.add(list);
  if (element) return [{ id: part.id, swap: "outerMorph", html: part.html }];
  const waitingList = findPending(part.id);
  if (waitingList) pendingOf(waitingList).add(part);
  return [];
}

function remove(part, touched) {
  const element = document.getElementById(part.id);
  const list = element?.closest("[data-list]") ?? findPending(part.id);
  if (list) touched.add(list);
  if (list && (!element || frozen(list))) {
    pendingOf(list).remove(part.id);
    element?.classList.add("is-gone");
    return [];
  }
  return element ? [{ id: part.id, swap: "delete" }] : [];
}

function row(part, touched) {
  const list = document.getElementById(part.target);
  const element = document.getElementById(part.id);
  const from = element?.parentElement;
  const waitingList = findPending(part.id);
  if (waitingList && waitingList !== list) pendingOf(waitingList).added.delete(part.id);
  if (from && from !== list) touched.add(from);
  if (!list) return element ? remove(part, touched) : [];
  touched.add(list);
  pendingOf(list).back(part.id);
  if (element && from === list) {
    if (!frozen(list) && beyond(list, part.html)) return [{ id: part.id, swap: "delete" }];
    return [{ id: part.id, swap: "outerMorph", html: part.html }];
  }
  if (element) {
    if (frozen(from) || frozen(list)) bind(part.id, list);
    else move(list, element, null);
    return [{ id: part.id, swap: "outerMorph", html: part.html }];
  }
  // After the last row of an incomplete list other rows are missing: "more" loads it in its place.
  if (beyond(list, part.html)) return [];
  if (frozen(list) && !isLog(list)) {
    pendingOf(list).add(part);
    return [];
  }
  return [{ target: `#${CSS.escape(list.id)}`, swap: "beforeend", html: part.html }];
}

const SWAPS = { outerMorph: outer, row, delete: remove };

export function paint(parts, { force = false } = {}) {
  const accepted = newest(parts).filter((part) => SWAPS[part.swap] && (force || fresh.accepts(part, shownPos(part))));
  if (!accepted.length) return;
  const touched = new Set();
  hold();
  const lists = [...document.querySelectorAll("[data-list]")];
  const after = [keepFocus(), flash.before(accepted.map((part) => part.id)), log.before(lists), anchor(lists.filter((list) => !isLog(list)))];
  const partials = accepted.flatMap((part) => {
    fresh.note(part);
    return SWAPS[part.swap](part, touched);
  });
  swap(partials);
  for (const part of accepted) if (part.swap !== "delete") owe(part);
  // A new total is shown on all lists, also those without changed rows.
  settle([...new Set([...touched, ...lists.filter((list) => list.isConnected)])]);
  for (const then of after) then();
}
