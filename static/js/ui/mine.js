// ui/mine.js – personal marks: the server's rows are the same for everyone
export function start(root) {
  const mark = () => {
    const me = root.dataset.me;
    if (!me) return;
    for (const row of root.querySelectorAll("[data-owner]")) row.classList.toggle("is-mine", row.dataset.owner === me);
  };
  root.addEventListener("live:swapped", mark);
  document.addEventListener("htmx:after:swap", mark);
  mark();
}
