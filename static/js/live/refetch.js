// live/refetch.js – loads the panes of this page again
import { fresh, paint } from "./frame.js";
import { attended, forget, lists } from "./calm.js";
import { isLog, rowsOf } from "./list.js";
import { hold } from "./hold.js";
import { swap } from "./swap.js";
import { UpTo } from "./upto.js";

const JITTER = 1000;
const upto = new UpTo();

async function page() {
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/login/")) {
    location.assign(answer.url);
    throw new Error("refetch: signed out");
  }
  if (answer.status === 403 || answer.status === 404) {
    // No longer visible for this user: the error page is loaded; drafts are saved.
    document.body.dispatchEvent(new CustomEvent("live:leaving"));
    location.reload();
  }
  if (!answer.ok) throw new Error(`refetch: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Lists are applied row by row, so that the rules of calm.js hold for a refetch as well.
export function rowParts(list, next, pos) {
  const parts = rowsOf(next).map((row) => ({
    id: row.id, swap: "row", target: list.id, pos: Number(row.dataset.pos ?? 0), html: row.outerHTML,
  }));
  const here = new Set(parts.map((part) => part.id));
  const gone = rowsOf(list).filter((row) => !here.has(row.id));
  return [...gone.map((row) => ({ id: row.id, swap: "delete", pos })), ...parts];
}

function morph(next, reset) {
  const pos = Number(next.body.dataset.pos ?? 0);
  const parts = [];
  const skipped = [];
  hold();
  for (const list of lists()) {
    const counterpart = next.getElementById(list.id);
    if (!counterpart || !list.closest("[data-pane]")) continue;
    if (reset || !attended(list)) forget(list);
    parts.push(...rowParts(list, counterpart, pos));
    if (!list.hasAttribute("hx-morph-skip")) skipped.push(list);
  }
  for (const list of skipped) list.setAttribute("hx-morph-skip", "");
  const panes = [...next.querySelectorAll("[data-pane]")].filter((pane) => !pane.parentElement.closest("[data-pane]"));
  swap(panes.map((pane) => ({ target: `[data-pane="${CSS.escape(pane.dataset.pane)}"]`, swap: "outerMorph", html: pane.outerHTML })));
  for (const list of skipped) list.removeAttribute("hx-morph-skip");
  // Positions of another epoch are not comparable.
  if (reset) fresh.forget();
  paint(parts, { force: true });
}

// Returns the new position of the screen; Infinity when positions fell: those asked for may never come again.
async function load(feed, wait, pos) {
  await new Promise((done) => setTimeout(done, wait));
  const shown = feed.pos;
  feed.keep("refetch");
  try {
    const next = await page();
    const state = next.body.dataset;
    const loaded = Number(state.pos ?? pos ?? feed.pos);
    const another = Boolean(state.epoch) && state.epoch !== document.body.dataset.epoch;
    // Positions never fall: when one does, the database was restored and has no new epoch yet.
    const fell = Number(state.pos) < shown;
    const reset = another || fell;
    morph(next, reset);
    for (const name of ["epoch", "pos", "now"]) if (state[name]) document.body.dataset[name] = state[name];
    feed.applied(loaded, { reset, from: fell ? Infinity : loaded });
    document.body.dispatchEvent(new CustomEvent("live:refetched", { detail: { reset, another } }));
    return fell ? Infinity : loaded;
  } finally {
    feed.release("refetch");
  }
}

export function refetch(feed, { wait = Math.random() * JITTER, pos } = {}) {
  return upto.ask((turn) => load(feed, turn ? 0 : wait, pos), pos);
}

// Retries with growing delays while the server is unavailable.
export async function insist(feed, options = {}, attempt = 0) {
  try {
    await refetch(feed, options);
  } catch {
    if (attempt < 6) setTimeout(() => insist(feed, options, attempt + 1), 1000 * 2 ** attempt);
  }
}

export function start(root, feed) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-live-refresh]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    refetch(feed, { wait: 0 }).catch(() => location.reload()).finally(() => link.removeAttribute("aria-busy"));
  });
}
