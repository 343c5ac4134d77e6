// ui/owners.js – who can get work, and what each of them carries at the moment of choosing
const FRESH = 5000;
const asked = new WeakMap();

async function refresh(select) {
  if (Date.now() - (asked.get(select) ?? 0) < FRESH) return;
  asked.set(select, Date.now());
  const answer = await fetch(select.dataset.owners, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const loads = await answer.json();
  if (!select.matches("dialog[open] *, :focus")) return;
  for (const option of select.options) {
    const load = loads[option.value];
    if (!option.dataset.name) continue;
    if (!load) {
      // Suspended, or gone from the desk, since the page came.
      option.disabled = option.hidden = true;
      continue;
    }
    const text = `${option.dataset.name} · ${load}`;
    if (option.textContent !== text) option.textContent = text;
  }
}

export function start(root) {
  root.addEventListener("focusin", ({ target }) => target.matches("select[data-owners]") && refresh(target));
  // What a pane shows is the same for everybody: figures of a moment leave with the hand that asked for them.
  root.addEventListener("focusout", ({ target }) => {
    if (!target.matches("[data-pane] select[data-owners]")) return;
    asked.delete(target);
    for (const option of target.options) if (option.dataset.name) option.textContent = option.dataset.name;
  });
}
