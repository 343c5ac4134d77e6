// workload/unfold.js – an agent's open work below their row: loaded once, then live; kept in the address
import { paint } from "../live/frame.js";
import { rowParts } from "../live/refetch.js";
import { swap } from "../live/swap.js";

const slots = () => [...document.querySelectorAll(".held-row")];
const agentOf = (slot) => slot.id.replace(/\D+/g, "");

async function cell(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const html = await answer.text();
  return { html, pos: Number(/data-pos="(\d+)"/.exec(html)?.[1] ?? 0) };
}

const listIn = (html) => new DOMParser().parseFromString(`<table><tr>${html}</tr></table>`, "text/html").querySelector("[data-list]");

async function open(slot, link) {
  const first = await cell(link.dataset.unfold);
  if (!first) return location.assign(link.href);
  swap([{ target: `#${slot.id}`, swap: "innerHTML", html: first.html }]);
  // Changes during the load had no list to go into.
  if (Number(document.body.dataset.appliedPos ?? 0) <= first.pos) return;
  const again = await cell(link.dataset.unfold);
  const list = slot.querySelector("[data-list]");
  if (again && list) paint(rowParts(list, listIn(again.html), again.pos));
}

function shut(slot, link) {
  link.focus();
  slot.replaceChildren();
}

function remember() {
  const address = new URL(location.href);
  address.searchParams.delete("open");
  for (const slot of slots()) if (slot.firstElementChild) address.searchParams.append("open", agentOf(slot));
  history.replaceState(history.state, "", address);
}

function mark() {
  for (const link of document.querySelectorAll("[data-unfold]")) {
    const slot = document.getElementById(link.getAttribute("aria-controls"));
    const open = String(Boolean(slot?.firstElementChild));
    if (link.getAttribute("aria-expanded") !== open) link.setAttribute("aria-expanded", open);
  }
}

export function start(root) {
  root.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-unfold]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const slot = document.getElementById(link.getAttribute("aria-controls"));
    if (slot.firstElementChild) shut(slot, link);
    else await open(slot, link);
    remember();
    mark();
  });
  root.addEventListener("live:swapped", mark);
  mark();
}
