// ui/choices.js – what a person chose for themselves holds at once, also in their other windows
const NAMES = ["theme", "density", "updates", "announced", "zone"];

export function start(root) {
  const page = document.documentElement;
  const known = {};
  const told = () => Object.fromEntries(NAMES.filter((name) => page.dataset[name] !== known[name]).map((name) => [name, page.dataset[name]]));
  const channel = root.dataset.me && typeof BroadcastChannel === "function" ? new BroadcastChannel(`choices-${root.dataset.me}`) : null;
  const press = () => {
    for (const name of ["theme", "updates"]) {
      const buttons = root.querySelectorAll(`.menu button[name=${name}]`);
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === page.dataset[name]));
    }
  };
  const follow = () => {
    const news = told();
    if (!Object.keys(news).length) return {};
    Object.assign(known, news);
    press();
    root.dispatchEvent(new CustomEvent("choice:made", { detail: news }));
    return news;
  };
  Object.assign(known, told());
  new MutationObserver(() => {
    const news = follow();
    if (Object.keys(news).length) channel?.postMessage(news);
  }).observe(page, { attributes: true });
  channel?.addEventListener("message", ({ data }) => {
    for (const name of NAMES) if (name in data) page.dataset[name] = data[name];
    follow();
  });
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-updates-form]");
    const word = form && new FormData(form, event.submitter).get("updates");
    // Once the request has read the form.
    if (!word) return;
    setTimeout(() => {
      page.dataset.updates = word;
      form.closest("[popover]").hidePopover();
    });
  });
  // Saved here a moment ago.
  if (root.querySelector("form.prefs")) channel?.postMessage(known);
}
