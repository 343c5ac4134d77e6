// live/attend.js – reports in which ticket or dispute the person is active: no rule takes it from them in mid-sentence
import { COMPOSER } from "../composer/form.js";

const EVERY = 20_000;
const DRAFT_AFTER = 500;
const typed = (form) => [...form.querySelectorAll("textarea")].some((field) => field.value.trim());

function attended(root) {
  const drafts = {};
  const page = root.querySelector("[data-pane^='ticket.']")?.dataset.pane;
  if (page) drafts[page] = [...root.querySelectorAll(COMPOSER)].some(typed);
  for (const form of root.querySelectorAll("dialog[open] form[data-work*='.']")) {
    drafts[form.dataset.work] = Boolean(drafts[form.dataset.work]) || typed(form);
  }
  return drafts;
}

export function start(root, stream) {
  if (!stream) return;
  let reported = "";
  let at = 0;
  let timer = 0;
  const report = () => {
    if (document.visibilityState !== "visible") return;
    const drafts = attended(root);
    const text = JSON.stringify(drafts);
    if (text === "{}" || (text === reported && performance.now() - at < EVERY)) return;
    if (stream.attend(drafts)) [reported, at] = [text, performance.now()];
  };
  const soon = () => {
    timer ||= setTimeout(() => {
      timer = 0;
      report();
    }, DRAFT_AFTER);
  };
  for (const type of ["pointermove", "pointerdown", "wheel", "keydown", "input"]) root.addEventListener(type, soon, { passive: true });
  document.addEventListener("said", soon);
  document.addEventListener("visibilitychange", soon);
  // Who has just opened the page is active in it; a connection that comes back by itself says nothing.
  const opened = ({ detail }) => {
    if (detail !== "live") return;
    stream.removeEventListener("state", opened);
    soon();
  };
  stream.addEventListener("state", opened);
}
