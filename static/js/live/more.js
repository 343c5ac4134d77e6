// live/more.js – the rest of a long list, by the key of its last row
import { partOf, rowsOf, shown, total, trim } from "./list.js";
import { attended, lists, pendingOf } from "./calm.js";
import { swap } from "./swap.js";

const busy = new WeakSet();

async function load(list) {
  const link = partOf(list).querySelector("[data-list-more]");
  const last = rowsOf(list).at(-1);
  if (!link?.dataset.rest || !last || busy.has(list)) return;
  busy.add(list);
  link.setAttribute("aria-busy", "true");
  try {
    const address = `${link.dataset.rest}?after=${encodeURIComponent(last.dataset.order)}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) append(list, await answer.text());
  } finally {
    busy.delete(list);
    link.removeAttribute("aria-busy");
    shown(list);
  }
}

function append(list, html) {
  const rows = html.match(/<(tr|li)\b[\s\S]*?<\/\1>/g) ?? [];
  // A frame may have brought a row while this page of rows was on its way.
  const missing = rows.filter((row) => !document.getElementById(/\sid="([^"]*)"/.exec(row)?.[1] ?? ""));
  swap([{ target: `#${CSS.escape(list.id)}`, swap: "beforeend", html: missing.join("") }].filter((part) => part.html));
}

// Only missing rows: the loaded page of rows may contain others.
async function refill(list) {
  await load(list);
  if (attended(list)) return;
  trim(list);
  shown(list);
}

export function start(root) {
  root.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-list-more]");
    const list = link && partOf(link).querySelector("[data-list]");
    if (!list || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    await load(list);
    // Rows that the user asked for are not trimmed.
    if (list.dataset.window) list.dataset.window = Math.max(Number(list.dataset.window), rowsOf(list).length);
  });
  const fill = () => {
    for (const list of lists()) {
      const here = rowsOf(list).length + pendingOf(list).added.size;
      if (here && here < (total(list) ?? 0) && here < Number(list.dataset.window) && !attended(list)) refill(list);
    }
  };
  for (const type of ["live:applied", "live:settled"]) root.addEventListener(type, fill);
}
