// ui/status.js – the menu goes when a status is said; the question before leaving is asked at once
const menu = () => document.getElementById("status-menu");

function ask() {
  const dialog = document.querySelector("#leaving dialog:not([open])");
  if (!dialog?.showModal) return;
  dialog.showModal();
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (document.activeElement === document.body) document.querySelector(".status-btn")?.focus();
  }, { once: true });
}

export function start() {
  document.addEventListener("htmx:after:swap", ask);
  document.addEventListener("said", ({ target }) => {
    if (target.id === "say-status" && menu()?.matches(":popover-open")) menu().hidePopover();
  });
}
