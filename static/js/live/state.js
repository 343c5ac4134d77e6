// live/state.js – the text that shows how current this page is
import { clockText, gapText } from "../time/text.js";
import { secondsSince, serverTimeOf } from "../time/now.js";

const LOST = 5000;
const WORDS = {
  connecting: "Connecting…", live: "Live", slower: "Live (slow)", reconnecting: "Reconnecting…", stale: "Delayed",
  offline: "No connection", signed_out: "Signed out", refused: "Not updating", paused: "Paused",
};
const OWN = { paused: "pausedText", stepped: "steppedText" };
const FRESH = new Set(["live", "slower", "stepped"]);
const ICONS = { live: "net-live", slower: "net-live", connecting: "net-wait", reconnecting: "net-wait", paused: "sla-paused", stepped: "clock" };

export function stateOf({ stream, paused, stepped = false, lostFor }) {
  if (stream.state === "signed_out" || stream.state === "refused") return stream.state;
  if (paused) return "paused";
  if (stream.state === "live" && stepped) return "stepped";
  if (stream.state === "live") return stream.mode === "polling" ? "slower" : "live";
  if (stream.state === "stale") return "stale";
  return lostFor >= LOST ? "offline" : stream.state;
}

// On a phone only the number fits.
function words(root, state, narrow) {
  const text = OWN[state] ? root.dataset[OWN[state]] : WORDS[state];
  return narrow && state === "stepped" ? text.replace(/^(Every \d+ s).*| changes?$/, "$1") : text;
}

export function start(root, stream) {
  const write = (element, text) => element && element.textContent !== text && (element.textContent = text);
  const narrow = matchMedia("(width < 40rem)");
  let heard = false;
  const show = () => {
    const silent = secondsSince(stream.heard);
    const stepped = root.hasAttribute("data-stepped");
    const state = stateOf({ stream, paused: Boolean(root.dataset.paused), stepped, lostFor: silent * 1000 });
    const age = state === "stale" || state === "offline" ? ` ${gapText(silent)}` : "";
    root.dataset.liveState = state;
    for (const label of root.querySelectorAll("[data-live-state]")) {
      if (label.dataset.state !== state) label.dataset.state = state;
      write(label.querySelector("[data-live-word]"), words(root, state, narrow.matches) + age);
      const at = label.querySelector("[data-live-as-of]");
      const fresh = FRESH.has(state);
      if (at && heard) {
        at.hidden = !fresh;
        const moment = stepped ? Number(root.dataset.steppedAt) : serverTimeOf(stream.heard);
        const text = clockText(moment, document.documentElement.dataset.zone, narrow.matches ? "time" : "seconds");
        // The text around the time may already contain "as of".
        const saysAsOf = narrow.matches || label.textContent.replace(at.textContent, "").includes("as of");
        if (fresh) write(at, saysAsOf ? text : `as of ${text}`);
      }
      const use = label.querySelector("use");
      const href = use?.getAttribute("href")?.replace(/#.*/, `#${ICONS[state] ?? "net-stale"}`);
      if (href && href !== use.getAttribute("href")) use.setAttribute("href", href);
    }
  };
  for (const type of ["frame", "heartbeat", "refetch"]) stream.addEventListener(type, () => { heard = true; show(); });
  for (const type of ["state", "second"]) stream.addEventListener(type, show);
  for (const type of ["live:paused", "live:told"]) root.addEventListener(type, show);
  show();
}
