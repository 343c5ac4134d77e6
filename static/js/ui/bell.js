// ui/bell.js – the panel under the bell; reports to the server which notifications were seen or opened
import { swap } from "../live/swap.js";
import { Looked } from "./looked.js";

const looked = new Looked();
let count = null;

const panel = () => document.getElementById("notices");
const bell = () => document.querySelector(".bell[data-unseen]");
const unseen = () => Number(bell()?.dataset.unseen ?? 0);
const isOpen = () => panel()?.matches(":popover-open") ?? false;

function token(root) {
  return JSON.parse(root.getAttribute("hx-headers:inherited") ?? "{}");
}

// Only notifications that are visible: in the open panel or on the notifications page.
function reportSeen(root) {
  const places = [...document.querySelectorAll("[data-notices]")].filter((place) => place.checkVisibility?.() ?? true);
  const newest = Math.max(0, ...places.flatMap((place) => [...place.querySelectorAll("[data-newest]")]).map((group) => Number(group.dataset.newest)));
  const upto = looked.at({ newest, unseen: unseen(), visible: document.visibilityState === "visible" });
  if (!upto) return;
  post(root, panel().dataset.seen, `upto=${upto}`)
    .then((answer) => answer.ok || looked.forget())
    .catch(() => looked.forget());
}

// The request outlives the page, because following the link of a notification leaves it.
function post(root, address, body = "") {
  const headers = { ...token(root), "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" };
  return fetch(address, { method: "POST", headers, body, keepalive: true });
}

function reportOpened(root, event) {
  const link = event.target.closest("a[data-reads]");
  if (link && event.button < 2) post(root, link.dataset.reads).catch(() => {});
}

async function load(root) {
  const failed = panel().querySelector("[data-notices-failed]");
  try {
    const answer = await fetch(panel().dataset.panel, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(`panel: ${answer.status}`);
    failed.hidden = true;
    swap([{ target: "#notices-panel", swap: "innerMorph", html: await answer.text() }]);
    reportSeen(root);
  } catch {
    failed.hidden = false;
  }
}

export function start(root) {
  if (!panel()) return;
  count = unseen();
  panel().addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    panel().focus({ preventScroll: true });
    load(root);
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-notices-again]")) load(root);
    reportOpened(root, event);
  });
  root.addEventListener("auxclick", (event) => reportOpened(root, event));
  root.addEventListener("live:swapped", () => {
    const now = unseen();
    if (now !== count && isOpen() && now) load(root);
    count = now;
    queueMicrotask(() => reportSeen(root));
  });
  document.addEventListener("visibilitychange", () => reportSeen(root));
  // An open panel is reloaded at once; elsewhere the stream brings the change.
  document.addEventListener("said", () => isOpen() && load(root));
  reportSeen(root);
}
