// workload/drag.js – reassignment by dragging a row onto an agent; the menu does the same
export function start(root) {
  const form = root.querySelector("#workload-drag");
  if (!form) return;
  let carried = "";
  const over = (event) => (carried ? event.target.closest?.("[data-drop]") : null);
  const unmark = () => root.querySelectorAll("[data-over]").forEach((row) => row.removeAttribute("data-over"));
  root.addEventListener("dragstart", (event) => {
    carried = event.target.closest?.("[data-drag]")?.dataset.drag ?? "";
    if (carried) event.dataTransfer.effectAllowed = "move";
  });
  root.addEventListener("dragover", (event) => {
    const row = over(event);
    if (!row) return;
    event.preventDefault();
    if (row.hasAttribute("data-over")) return;
    unmark();
    row.setAttribute("data-over", "");
  });
  root.addEventListener("drop", (event) => {
    const row = over(event);
    if (!row) return;
    event.preventDefault();
    form.elements.pick.value = carried;
    form.elements.to.value = row.dataset.drop;
    form.dataset.work = `${carried} ${row.dataset.drop}`;
    form.requestSubmit();
  });
  root.addEventListener("dragend", () => {
    carried = "";
    unmark();
  });
}
