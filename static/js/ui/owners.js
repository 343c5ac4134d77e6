// ui/owners.js – the current load of possible assignees, loaded when the list gets the focus
const FRESH = 5000;
const loadedAt = new WeakMap();

async function refresh(select) {
  if (performance.now() - (loadedAt.get(select) ?? -Infinity) < FRESH) return;
  loadedAt.set(select, performance.now());
  const answer = await fetch(select.dataset.owners, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const loads = await answer.json();
  if (!select.matches("dialog[open] *, :focus")) return;
  for (const option of select.options) {
    const load = loads[option.value];
    if (!option.dataset.name) continue;
    if (!load) {
      // Suspended or deactivated since the page was loaded.
      option.disabled = option.hidden = true;
      continue;
    }
    const text = `${option.dataset.name} · ${load}`;
    if (option.textContent !== text) option.textContent = text;
  }
}

export function start(root) {
  root.addEventListener("focusin", ({ target }) => target.matches("select[data-owners]") && refresh(target));
  // Inside a pane the loads are removed again: panes look the same for all viewers.
  root.addEventListener("focusout", ({ target }) => {
    if (!target.matches("[data-pane] select[data-owners]")) return;
    loadedAt.delete(target);
    for (const option of target.options) if (option.dataset.name) option.textContent = option.dataset.name;
  });
}
