// live/state.js – the words that say how fresh this page is
import { clockText, gapText } from "../time/text.js";
import { offset } from "../time/now.js";

const LOST = 5000;
const WORDS = {
  connecting: "Connecting", live: "Live", slower: "Live, slower", reconnecting: "Reconnecting", stale: "Stale",
  offline: "Offline", signed_out: "Signed out", refused: "Not live", paused: "Paused",
};
const ICONS = { live: "net-live", slower: "net-live", connecting: "net-wait", reconnecting: "net-wait", paused: "sla-paused" };

export function stateOf({ stream, paused, lostFor }) {
  if (stream.state === "signed_out" || stream.state === "refused") return stream.state;
  if (paused) return "paused";
  if (stream.state === "live") return stream.mode === "polling" ? "slower" : "live";
  if (stream.state === "stale") return "stale";
  return lostFor >= LOST ? "offline" : stream.state;
}

function name(label, state, age) {
  const paused = state === "paused";
  const action = label.matches("[data-live-pause]") ? `. ${paused ? "Resume" : "Pause"} live updates` : "";
  const text = `${paused ? document.body.dataset.pausedText : WORDS[state] + age}${action}`;
  if (label.getAttribute("aria-label") !== text) label.setAttribute("aria-label", text);
}

export function start(root, stream) {
  const write = (element, text) => element && element.textContent !== text && (element.textContent = text);
  const narrow = matchMedia("(width < 40rem)");
  let heard = false;
  const show = () => {
    const now = Date.now();
    const state = stateOf({ stream, paused: Boolean(root.dataset.paused), lostFor: now - stream.heardAt });
    const age = state === "stale" || state === "offline" ? ` ${gapText((now - stream.heardAt) / 1000)}` : "";
    root.dataset.liveState = state;
    for (const label of root.querySelectorAll("[data-live-state]")) {
      if (label.dataset.state !== state) label.dataset.state = state;
      write(label.querySelector("[data-live-word]"), state === "paused" ? root.dataset.pausedText : WORDS[state] + age);
      const at = label.querySelector("[data-live-as-of]");
      const fresh = state === "live" || state === "slower";
      if (at && heard) {
        at.hidden = !fresh;
        const text = clockText(stream.heardAt / 1000 + offset(), document.documentElement.dataset.zone, narrow.matches ? "time" : "seconds");
        // The words around the time may already say it.
        const said = narrow.matches || label.textContent.replace(at.textContent, "").includes("as of");
        if (fresh) write(at, said ? text : `as of ${text}`);
      }
      if (label.hasAttribute("aria-label")) name(label, state, age);
      const use = label.querySelector("use");
      const href = use?.getAttribute("href")?.replace(/#.*/, `#${ICONS[state] ?? "net-stale"}`);
      if (href && href !== use.getAttribute("href")) use.setAttribute("href", href);
    }
  };
  for (const type of ["frame", "heartbeat", "refetch"]) stream.addEventListener(type, () => { heard = true; show(); });
  for (const type of ["state", "second"]) stream.addEventListener(type, show);
  root.addEventListener("live:paused", show);
  show();
}
