// keys/list-keys.js – the selected row, and keys to its neighbours
import { into } from "../live/focus.js";

const rows = () =>
  [...document.querySelectorAll("[data-list]:not([data-timeline]) > [data-order]")].filter(
    (row) => !row.classList.contains("is-gone") && row.getClientRects().length && row.querySelector("a[href]"),
  );

export function currentRow() {
  return document.activeElement?.closest("[data-list] > [data-order]") ?? null;
}

export function step(direction) {
  const all = rows();
  if (!all.length) return false;
  const row = currentRow();
  const at = all.indexOf(row);
  let next = at + direction;
  if (at < 0) next = direction > 0 ? 0 : all.length - 1;
  // From a removed row: its former neighbour.
  if (at < 0 && row) next = all.findIndex((other) => row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) - (direction < 0 ? 1 : 0);
  const target = all[Math.max(0, Math.min(all.length - 1, next))];
  into(target);
  target.scrollIntoView({ block: "nearest" });
  return true;
}
