// ui/unread.js – tickets on which the customer or a colleague wrote are marked until they are opened
const bell = () => document.querySelector(".bell[data-unread]");
export const unread = () => new Set((bell()?.dataset.unread ?? "").split(" ").filter(Boolean));

let reading = false;
let reported = false;

function mark(root) {
  const keys = unread();
  for (const row of root.querySelectorAll(".row[id*='-ticket-']")) {
    row.classList.toggle("is-unread", keys.has(/-ticket-(\d+)$/.exec(row.id)?.[1]));
  }
}

// The ticket that is open is read: when the page is shown, and when something arrives while it is.
function report(root) {
  const page = root.querySelector("[data-read]");
  if (!page || document.visibilityState !== "visible" || reading) return;
  if (reported && !unread().has(page.dataset.ticket)) return;
  reading = reported = true;
  const headers = { ...JSON.parse(root.getAttribute("hx-headers:inherited") ?? "{}"), "HX-Request": "true" };
  fetch(page.dataset.read, { method: "POST", headers })
    .catch(() => null)
    .finally(() => (reading = false));
}

export function start(root) {
  const look = () => {
    mark(root);
    report(root);
  };
  root.addEventListener("live:swapped", look);
  document.addEventListener("htmx:after:swap", () => mark(root));
  document.addEventListener("visibilitychange", look);
  look();
}
