// sla/sweep.js – an active target past its deadline means that the sweep is late
import { serverNow } from "../time/now.js";

const GRACE = 15;
const LOOK = 5000;

export const isLate = (dues, now) => dues.some((due) => due < now - GRACE);

function look(root) {
  const place = root.querySelector("#sla-sweep");
  // A disconnected page cannot judge the sweep.
  if (!place || root.dataset.liveState !== "live" || root.dataset.paused || document.hidden) return;
  const running = [...root.querySelectorAll("#sla-next-list > tr:not(.is-gone) .sla:not([data-state=breached]) time[data-due]")];
  const late = place.hasAttribute("data-late") || isLate(running.map((time) => Number(time.dataset.due)), serverNow());
  place.querySelector("[data-sweep-banner]").hidden = !late;
}

export function start(root) {
  if (root.querySelector("#sla-sweep")) setInterval(() => look(root), LOOK);
}
