// sla/hour.js – moves the chart of the next hour with the server's clock; every minute keeps its position
import { serverNow } from "../time/now.js";
import { clockText } from "../time/text.js";

const HOUR = 60;
const DRAWN = 60;

// Minutes since the chart was painted: the visible range begins there.
export function view(painted, x, now) {
  const passed = Math.max(0, Math.floor(now / 60) - Math.floor(painted / 60));
  return { from: x + passed, passed };
}

export function due(columns, from) {
  return columns.reduce((n, { minute, count }) => n + (minute < from + HOUR ? count : 0), 0);
}

function turn(root) {
  const picture = root.querySelector("[data-hour]");
  if (!picture || root.dataset.paused) return;
  const painted = Number(picture.dataset.hour);
  const { from, passed } = view(painted, Number(picture.dataset.x), serverNow());
  // The end of the chart is reached without changes: load a new one.
  if (passed >= DRAWN) return root.querySelector("[data-live-refresh]")?.click();
  const box = `${from} 0 ${HOUR} 8`;
  if (picture.getAttribute("viewBox") === box) return;
  picture.setAttribute("viewBox", box);
  const columns = [...picture.querySelectorAll("[data-minute]")].map(({ dataset }) => ({ minute: Number(dataset.minute), count: Number(dataset.count) }));
  root.querySelector("[data-hour-due]").textContent = due(columns, from);
  const zone = document.documentElement.dataset.zone;
  picture.parentElement.querySelectorAll(".hour-axis time").forEach((time, step) => {
    time.dataset.at = painted + 60 * (passed + 10 * step);
    time.textContent = clockText(Number(time.dataset.at), zone, "time");
  });
}

export function start(root) {
  if (!root.querySelector("[data-hour]")) return;
  setInterval(() => turn(root), 1000);
  document.addEventListener("visibilitychange", () => turn(root));
  root.addEventListener("live:swapped", () => turn(root));
}
