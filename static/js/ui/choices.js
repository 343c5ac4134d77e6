// ui/choices.js – changed preferences apply at once, also in the person's other windows
const NAMES = ["theme", "density", "updates", "announced", "zone"];

export function start(root) {
  const page = document.documentElement;
  const current = {};
  const changes = () => Object.fromEntries(NAMES.filter((name) => page.dataset[name] !== current[name]).map((name) => [name, page.dataset[name]]));
  const channel = root.dataset.me && typeof BroadcastChannel === "function" ? new BroadcastChannel(`choices-${root.dataset.me}`) : null;
  const press = () => {
    for (const name of ["theme", "updates"]) {
      const buttons = root.querySelectorAll(`.menu button[name=${name}]`);
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === page.dataset[name]));
    }
  };
  const follow = () => {
    const changed = changes();
    if (!Object.keys(changed).length) return {};
    Object.assign(current, changed);
    press();
    root.dispatchEvent(new CustomEvent("choice:made", { detail: changed }));
    return changed;
  };
  Object.assign(current, changes());
  new MutationObserver(() => {
    const changed = follow();
    if (Object.keys(changed).length) channel?.postMessage(changed);
  }).observe(page, { attributes: true });
  channel?.addEventListener("message", ({ data }) => {
    for (const name of NAMES) if (name in data) page.dataset[name] = data[name];
    follow();
  });
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-updates-form]");
    const frequency = form && new FormData(form, event.submitter).get("updates");
    // After the request has read the form.
    if (!frequency) return;
    setTimeout(() => {
      page.dataset.updates = frequency;
      form.closest("[popover]").hidePopover();
    });
  });
  // The preferences page: they were saved a moment ago.
  if (root.querySelector("form.prefs")) channel?.postMessage(current);
}
