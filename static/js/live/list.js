// live/list.js – rows of a list: order, window, what "shown" says
import { compare, misplaced } from "./order.js";

export const isLog = (list) => list.matches("[role=log], [data-timeline], [id$='-timeline']");
export const descends = (list) => list.hasAttribute("data-order-desc");
export const rowsOf = (list) => [...list.children].filter((row) => row.hasAttribute("data-order"));

export function orderIn(html) {
  return /^\s*<[^>]*?\sdata-order="([^"]*)"/.exec(html)?.[1] ?? "";
}

// Only rows out of order are moved, so that focus, hover and caret elsewhere stay.
export function arrange(list) {
  const rows = rowsOf(list);
  const down = descends(list);
  const wrong = new Set(misplaced(rows.map((row) => row.dataset.order), down).map((i) => rows[i]));
  for (const row of wrong) {
    const after = rowsOf(list).find(
      (other) => other !== row && !wrong.has(other) && compare(other.dataset.order, row.dataset.order, down) > 0,
    );
    move(list, row, after ?? null);
    wrong.delete(row);
  }
}

export function move(list, row, before) {
  if (row.parentNode && list.moveBefore) list.moveBefore(row, before);
  else list.insertBefore(row, before);
}

export function outOfPlace(list) {
  const rows = rowsOf(list);
  return misplaced(rows.map((row) => row.dataset.order), descends(list)).map((i) => rows[i]);
}

export function trim(list) {
  const room = Number(list.dataset.window);
  if (!room || isLog(list)) return;
  for (const row of rowsOf(list).slice(room)) row.remove();
}

// A pane may contain several lists, each in its own part.
export const partOf = (list) => list.closest("[data-part], [data-pane]") ?? document.body;

export function total(list) {
  const total = partOf(list).querySelector("[data-total]");
  return total ? Number(total.dataset.total) : null;
}

export function beyond(list, html) {
  const last = rowsOf(list).at(-1);
  if (!last || isLog(list) || !partOf(list).querySelector("[data-list-more]")) return false;
  if (rowsOf(list).length >= (total(list) ?? 0)) return false;
  return compare(orderIn(html), last.dataset.order, descends(list)) > 0;
}

export function shown(list) {
  const all = total(list);
  const pane = partOf(list);
  if (all === null) return;
  const said = pane.querySelector("[data-total]").dataset.said ?? all;
  const here = rowsOf(list).filter((row) => !row.classList.contains("is-gone")).length;
  const more = pane.querySelector("[data-list-more]");
  const text = pane.querySelector("[data-list-shown]");
  if (more) more.hidden = here >= all || here === 0;
  if (text) text.textContent = here < all ? `${here} of ${said} shown` : "";
}
