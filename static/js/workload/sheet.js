// workload/sheet.js – a form as a popover beside its control; without JavaScript it is a page
import { swap } from "../live/swap.js";

const plain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
const GAP = 4;

async function text(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

// Below its opener, or above where there is more room; never beyond an edge of the window.
function place(sheet, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = sheet;
  const below = at.bottom + GAP + high <= innerHeight || at.top < innerHeight / 2;
  const top = below ? Math.min(at.bottom + GAP, innerHeight - high - GAP) : at.top - high - GAP;
  sheet.style.setProperty("inset-block-start", `${Math.max(GAP, top)}px`);
  sheet.style.setProperty("inset-inline-start", `${Math.max(GAP, Math.min(at.right - wide, innerWidth - wide - GAP))}px`);
}

async function open(sheet, opener) {
  const html = await text(opener.dataset.sheet || opener.href);
  if (html === null) return location.assign(opener.href);
  swap([{ target: "#sheet", swap: "innerHTML", html }]);
  if (!sheet.matches(":popover-open")) sheet.showPopover();
  place(sheet, opener);
  (sheet.querySelector("button:not([disabled]), summary, a[href]") ?? sheet).focus();
}

function step(sheet, direction) {
  const all = [...sheet.querySelectorAll("button:not([disabled]), summary, a[href]")].filter((control) => control.checkVisibility?.() ?? true);
  const at = all.indexOf(document.activeElement);
  all[(at + direction + all.length) % all.length]?.focus();
}

export function start(root) {
  const sheet = root.querySelector("#sheet");
  if (!sheet?.showPopover) return;
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("a[data-sheet]");
    if (!opener || !plain(event)) return;
    event.preventDefault();
    open(sheet, opener);
  });
  sheet.addEventListener("keydown", (event) => {
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    step(sheet, direction);
  });
  for (const word of ["said", "refused"]) {
    document.addEventListener(word, ({ target }) => sheet.contains(target) && sheet.matches(":popover-open") && sheet.hidePopover());
  }
}
