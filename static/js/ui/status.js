// ui/status.js – closes the menu after a status change; opens the question before leaving
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
