// live/frequency.js – between two updates the page is frozen as when paused (ui.md 4.4, rule 10)
import { Pace } from "./pace.js";
import { serverNow, serverTimeOf } from "../time/now.js";

export function start(root, feed, stream) {
  if (!root.querySelector("[data-updates-form]")) return; // of such a page only the bar is live
  const page = document.documentElement;
  const pace = new Pace();
  const say = () => {
    root.dataset.steppedText = pace.text(feed.waiting, "missed" in root.dataset);
    root.dispatchEvent(new CustomEvent("live:told"));
  };
  const step = ({ asOf = serverTimeOf(stream.heard) } = {}) => {
    if (pace.live || root.dataset.paused) return;
    pace.stepped(performance.now());
    root.dataset.steppedAt = asOf;
    feed.release("frequency");
    feed.keep("frequency");
    root.dispatchEvent(new CustomEvent("live:stepped"));
    say();
  };
  const choose = () => {
    pace.choose(page.dataset.updates, performance.now());
    root.toggleAttribute("data-stepped", !pace.live);
    if (pace.live) {
      feed.release("frequency");
      root.dispatchEvent(new CustomEvent("live:stepped"));
      say();
    } else step();
  };
  // A new page shows the time at which it was rendered.
  root.dataset.steppedAt = root.dataset.now;
  pace.choose(page.dataset.updates, performance.now());
  root.toggleAttribute("data-stepped", !pace.live);
  if (!pace.live) feed.keep("frequency");
  say();

  stream.addEventListener("second", () => pace.due(performance.now()) && step());
  feed.addEventListener("held", () => (pace.opens(performance.now()) ? step() : say()));
  root.addEventListener("choice:made", ({ detail }) => "updates" in detail && choose());
  root.addEventListener("live:paused", () => !root.dataset.paused && step());
  // Waiting changes are older than the fetched page; the fetch releases them after this event.
  root.addEventListener("live:refetched", () => queueMicrotask(() => step({ asOf: serverNow() })));
  for (const type of ["said", "refused"]) {
    document.addEventListener(type, ({ target }) => {
      if (target.closest?.("[data-updates-form]")) return;
      pace.wrote(performance.now(), feed.heldPos !== undefined);
      step();
    });
  }
}
