// live/frame.js – a frame becomes the page: stale parts dropped, the rest painted in one swap
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
  const held = findPending(part.id);
  if (element?.dataset.pos !== undefined) return Number(element.dataset.pos);
  return held ? Number(pendingOf(held).added.get(part.id).pos) : null;
}

function outer(part, touched) {
  const element = document.getElementById(part.id);
  const list = element?.closest("[data-list]");
  if (list === element?.parentElement && list) touched.add(list);
  if (element) return [{ id: part.id, swap: "outerMorph", html: part.html }];
  const held = findPending(part.id);
  if (held) pendingOf(held).add(part);
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
  const held = findPending(part.id);
  if (held && held !== list) pendingOf(held).added.delete(part.id);
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
  // Behind the last row of a list that is not whole others are missing: "more" brings it in its turn.
  if (beyond(list, part.html)) return [];
  if (frozen(list) && !isLog(list)) {
    pendingOf(list).add(part);
    return [];
  }
  return [{ target: `#${CSS.escape(list.id)}`, swap: "beforeend", html: part.html }];
}

const HOW = { outerMorph: outer, row, delete: remove };

export function paint(parts, { force = false } = {}) {
  const chosen = newest(parts).filter((part) => HOW[part.swap] && (force || fresh.accepts(part, shownPos(part))));
  if (!chosen.length) return;
  const touched = new Set();
  hold();
  const lists = [...document.querySelectorAll("[data-list]")];
  const after = [keepFocus(), flash.before(chosen.map((part) => part.id)), log.before(lists), anchor(lists.filter((list) => !isLog(list)))];
  const partials = chosen.flatMap((part) => {
    fresh.note(part);
    return HOW[part.swap](part, touched);
  });
  swap(partials);
  for (const part of chosen) if (part.swap !== "delete") owe(part);
  // A new total shows on lists whose rows did not change.
  settle([...new Set([...touched, ...lists.filter((list) => list.isConnected)])]);
  for (const then of after) then();
}
