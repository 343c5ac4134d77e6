// live/restored.js – says once that the database was restored, also on the page that takes the place of this one
import { speak, toast } from "../ui/say.js";

const DUE = "restored";
const TEXT = "The database was restored from an earlier copy: changes made since then are gone. You now see what it contains.";
const SOON = 60_000;
let fellAt = -Infinity;

function due(value) {
  try {
    const before = sessionStorage.getItem(DUE) !== null;
    if (value) sessionStorage.setItem(DUE, "1");
    else sessionStorage.removeItem(DUE);
    return before;
  } catch {
    return false; // without storage only a page that stays can say it
  }
}

// The next page says it, or this one after its fetch.
export function expect() {
  due(true);
}

// The fetched page is of the same history: the process that spoke of another one was late.
export function dismiss() {
  due(false);
}

// A page may notice twice: by a position that fell, and then by the new epoch.
export function tell({ another = true, now = performance.now() } = {}) {
  due(false);
  const said = another && now - fellAt < SOON;
  fellAt = another ? -Infinity : now;
  if (said) return;
  speak(TEXT, { alert: true });
  toast(TEXT, { alert: true, stays: true, by: document.body });
}

export function start() {
  if (due(false)) tell();
}
