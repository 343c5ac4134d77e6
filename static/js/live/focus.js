// live/focus.js – focus never goes to <body>: next row, previous row, then the list's heading
const within = "a[href], button:not([disabled]), input:not([type=hidden]), [tabindex]";

export function into(row) {
  const target = row?.querySelector("th a[href], a[href]") ?? row?.querySelector(within);
  target?.focus({ preventScroll: true });
  return Boolean(target);
}

export function keepFocus() {
  const active = document.activeElement;
  const row = active?.closest("[data-order]");
  const list = row?.closest("[data-list]");
  if (!list) return () => {};
  const rows = [...list.children];
  const at = rows.indexOf(row);
  const heirs = [...rows.slice(at + 1), ...rows.slice(0, at).reverse()];
  const heading = list.closest("[data-pane]")?.querySelector("h1, h2, h3");
  return () => {
    if (document.activeElement !== document.body) return;
    if (active.isConnected) active.focus({ preventScroll: true });
    if (document.activeElement !== document.body) return;
    if (row.isConnected && into(row)) return;
    const heir = heirs.find((next) => next.isConnected && !next.classList.contains("is-gone"));
    if (into(heir) || !heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  };
}
