// ui/search.js – the results below the search box: arrow keys, Enter, Escape (combobox pattern)
import { speak } from "./say.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

const options = (list) => [...list.querySelectorAll("[role=option]")];
const active = (list) => list.querySelector("[role=option][aria-selected=true]");

function choose(box, list, option) {
  active(list)?.setAttribute("aria-selected", "false");
  if (!option) return box.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", option.id);
}

function show(box, list, open) {
  list.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  if (!open) choose(box, list, null);
}

// Before the first result and after the last one is the box itself.
export function next(all, at, direction) {
  const place = at + direction;
  if (at < 0) return direction > 0 ? 0 : all - 1;
  return place >= all ? -1 : place;
}

function step(box, list, direction) {
  const all = options(list);
  choose(box, list, all[next(all.length, all.indexOf(active(list)), direction)]);
}

// The results belong to what is in the box now, not to an earlier text.
const upToDate = (box, list) => list.querySelector("[data-found]")?.dataset.found === box.value.trim().replace(/\s+/g, " ");

function enter(box, list) {
  const option = active(list) ?? (upToDate(box, list) ? list.querySelector("[data-exact]") : null);
  option?.click();
  return Boolean(option);
}

function answer(event, box, list) {
  if (event.key === "Escape") {
    const closes = !list.hidden;
    show(box, list, false);
    if (!closes) box.blur();
    return true;
  }
  if (event.key === "Enter") return !list.hidden && enter(box, list);
  if (!(event.key in STEPS) || !options(list).length) return false;
  if (list.hidden) show(box, list, true);
  step(box, list, STEPS[event.key]);
  return true;
}

function arrived(box, list) {
  const count = options(list).filter((option) => option.id !== "found-all").length;
  const asked = list.querySelector("[data-found]")?.dataset.found;
  show(box, list, Boolean(asked) && document.activeElement === box);
  if (!list.hidden) speak(count === 1 ? "1 result." : count ? `${count} results.` : "Nothing found.");
}

export function start(root) {
  const box = root.querySelector("#find");
  const list = root.querySelector("#found");
  if (!list) return;
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (answer(event, box, list)) event.preventDefault();
  });
  box.addEventListener("focus", () => options(list).length && upToDate(box, list) && show(box, list, true));
  box.addEventListener("blur", () => show(box, list, false));
  // The box keeps the focus while a result is pressed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  // Other parts of the page are swapped as well.
  let last = null;
  document.addEventListener("htmx:after:swap", () => {
    const found = list.querySelector("[data-found]");
    if (found === last) return;
    last = found;
    arrived(box, list);
  });
}
