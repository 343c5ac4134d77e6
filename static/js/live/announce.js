// live/announce.js – urgent deadlines of one's own work, one sentence in ten seconds (ui.md 4.6, no spam)
import { Crossings, levelOf } from "./crossings.js";
import { piece } from "./pieces.js";
import { serverNow } from "../time/now.js";
import { speak } from "../ui/say.js";

const GATHER = 10_000;
const LOOK = 5000;

// Of several clocks of one item the most urgent counts.
function works(root, now) {
  const team = document.documentElement.dataset.announced === "team";
  const items = new Map();
  for (const time of root.querySelectorAll("[data-owner]:not(.is-gone) .sla time[data-due]")) {
    const work = time.closest("[data-owner]");
    const name = piece(work);
    if (!name || (!team && work.dataset.owner !== root.dataset.me)) continue;
    const left = Number(time.dataset.due) - now;
    const level = levelOf(time.closest(".sla").dataset.state, left);
    if (level >= (items.get(name)?.level ?? 0)) items.set(name, { level, left });
  }
  return items;
}

export function start(root) {
  let crossings = new Crossings();
  let gathering = 0;
  const tell = () => {
    gathering = 0;
    const sentence = crossings.take();
    if (sentence) speak(sentence);
  };
  const look = () => {
    if (root.dataset.paused || document.documentElement.dataset.announced === "off") return;
    if (crossings.see(works(root, serverNow())) && !gathering) gathering = setTimeout(tell, GATHER);
  };
  const quietly = () => root.hasAttribute("data-stepped") || look();
  setInterval(quietly, LOOK);
  root.addEventListener("live:swapped", quietly);
  root.addEventListener("live:stepped", look);
  root.addEventListener("choice:made", ({ detail }) => {
    if (!("announced" in detail)) return;
    crossings = new Crossings();
    look();
  });
  look();
}
