// ui/title.js – the tab's title: "● (3) Queue", a dot for unread tickets and the length of the list; in a hidden tab the
// number is that of the notifications since it was looked at
import { News } from "./news.js";
import { unread } from "./unread.js";

const number = (name, html) => Number(new RegExp(`data-${name}="(\\d+)"`).exec(html)?.[1] ?? 0);

export function start(root, stream) {
  const news = new News();
  const counts = root.querySelector("[data-counted]")?.dataset.counted;
  const name = document.title.replace(/^(● )?(\(\d+\) )?/, "");
  const write = () => {
    const listed = Number(document.getElementById(counts)?.dataset.total ?? 0);
    const fresh = news.count(document.visibilityState === "visible");
    const n = fresh || listed;
    const dot = unread().size || (fresh && listed);
    const text = `${dot ? "● " : ""}${n ? `(${n}) ` : ""}${name}`;
    if (document.title !== text) document.title = text;
  };
  const look = () => {
    const { pos, unseen } = document.querySelector(".bell[data-unseen]")?.dataset ?? {};
    if (unseen) news.take({ pos: Number(pos), unseen: Number(unseen) });
    write();
  };
  // A page that is paused, or updated less often, does not show its bell yet.
  stream?.addEventListener("frame", ({ detail }) => {
    const bell = detail.parts.find(({ id }) => id.startsWith("bell-"));
    if (bell) news.take({ pos: bell.pos, unseen: number("unseen", bell.html) });
    write();
  });
  root.addEventListener("live:refetched", () => {
    news.forget();
    look();
  });
  root.addEventListener("live:swapped", look);
  document.addEventListener("visibilitychange", write);
  look();
}
