// ui/title.js – the tab's title: a dot for unread tickets, and the number of waiting changes: "● (3) Queue"
import { unread } from "./unread.js";

export function start(root) {
  const counts = root.querySelector("[data-counted]")?.dataset.counted;
  const name = document.title.replace(/^(● )?(\(\d+\) )?/, "");
  const write = () => {
    const n = Number(document.getElementById(counts)?.dataset.total ?? 0);
    const text = `${unread().size ? "● " : ""}${n ? `(${n}) ` : ""}${name}`;
    if (document.title !== text) document.title = text;
  };
  root.addEventListener("live:swapped", write);
  write();
}
