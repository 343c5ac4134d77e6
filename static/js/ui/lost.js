// ui/lost.js – whoever loses the ticket or dispute that is open on their screen is told at once, and whoever writes in a
// ticket that a colleague gets
import { COMPOSER } from "../composer/form.js";
import { speak, toast } from "./say.js";

const owners = new Map();
const words = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
const typed = (place) => [...place.querySelectorAll("textarea")].some((field) => field.value.trim());

function* opened(root) {
  for (const why of root.querySelectorAll("section[id^='ticket-'][id$='-why'][data-owner]")) {
    const written = [...root.querySelectorAll(COMPOSER)].some(typed);
    yield { key: why.id, owner: why.dataset.owner, by: why.dataset.by, text: words(why.querySelector("[data-lost]")), written };
  }
  for (const form of root.querySelectorAll("dialog[open] form[data-work*='.']")) {
    const row = root.querySelector(`[id$='-${form.dataset.work.replace(".", "-")}'][data-owner]`);
    if (!row) continue;
    const text = `${row.dataset.number} is no longer assigned to you.`;
    yield { key: form.dataset.work, owner: row.dataset.owner, by: "", text, written: typed(form) };
  }
}

function look(root) {
  const { me } = root.dataset;
  for (const { key, owner, by, text, written } of opened(root)) {
    const before = owners.get(key);
    owners.set(key, owner);
    const mine = before === me || (written && before !== undefined && owner && before !== owner);
    if (!me || !mine || owner === me || by === me) continue;
    const sentence = written ? `${text} What you wrote is kept; you can save it as a note.` : text;
    speak(sentence, { alert: true });
    toast(sentence, { alert: true, stays: true });
  }
}

export function start(root) {
  // A dialog names its row when it opens and gets the focus.
  for (const type of ["live:swapped", "focusin"]) root.addEventListener(type, () => look(root));
  look(root);
}
