// live/pause.js – freezes the page; changes are counted, not shown
import { clockText } from "../time/text.js";
import { serverNow } from "../time/now.js";

export function start(root, feed) {
  const say = () => {
    const n = feed.waiting;
    root.dataset.pausedText = `Paused ${root.dataset.paused} · ${n} ${n === 1 ? "change" : "changes"}`;
    root.dispatchEvent(new CustomEvent("live:paused"));
  };
  const toggle = () => {
    if (!root.querySelector("[data-live-pause]")) return; // of such a page only the bar is live
    const pausing = !root.dataset.paused;
    if (pausing) {
      root.dataset.paused = clockText(serverNow(), document.documentElement.dataset.zone, "time");
      feed.keep("pause");
      say();
    } else {
      delete root.dataset.paused;
      feed.release("pause");
      root.dispatchEvent(new CustomEvent("live:paused"));
    }
    for (const button of root.querySelectorAll("[data-live-pause]")) button.setAttribute("aria-pressed", String(pausing));
  };
  feed.addEventListener("held", () => root.dataset.paused && say());
  root.addEventListener("click", (event) => event.target.closest("[data-live-pause]") && toggle());
  root.addEventListener("live:toggle-pause", toggle);
}
