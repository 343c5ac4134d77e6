// ui/title.js – the number of waiting changes in the tab's title: "(3) Queue"
export function start(root) {
  const counts = root.querySelector("[data-counted]")?.dataset.counted;
  if (!counts) return;
  const name = document.title.replace(/^\(\d+\) /, "");
  const write = () => {
    const n = Number(document.getElementById(counts)?.dataset.total ?? 0);
    const text = n ? `(${n}) ${name}` : name;
    if (document.title !== text) document.title = text;
  };
  root.addEventListener("live:swapped", write);
}
