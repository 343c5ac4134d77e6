// ui/dialogs.js – a button names the dialog to open; its row names the ticket or dispute
import { isOpen } from "../composer/send.js";

const typedFor = new WeakMap();

// Only agents who serve the website can be chosen.
function offer(select, website) {
  for (const option of select?.options ?? []) {
    const serves = option.dataset.serves ?? "";
    option.hidden = option.disabled = Boolean(website && serves) && !serves.split(" ").includes(website);
  }
}

// An empty form with the current assignee selected; nothing is selected for unassigned work, so it cannot be sent.
function begin(form, owner) {
  form.reset();
  showError(form, "");
  const select = form.elements.assignee;
  if (select) select.value = [...select.options].some((option) => option.value === owner && !option.disabled) ? owner : "";
}

function address(dialog, row) {
  const link = row.querySelector("a[href]");
  const number = row.dataset.number ?? /\/tickets\/([^/]+)\//.exec(link?.getAttribute("href") ?? "")?.[1] ?? "";
  const pk = /-(\d+)$/.exec(row.id)?.[1] ?? "";
  const [work = ""] = /(ticket|dispute)-\d+$/.exec(row.id) ?? [];
  for (const form of dialog.querySelectorAll("form[data-action-template]")) {
    const action = form.dataset.actionTemplate.replaceAll("{number}", encodeURIComponent(number)).replaceAll("{pk}", pk);
    offer(form.elements.assignee, row.dataset.website);
    // Input for another item is discarded.
    if (typedFor.get(form) !== action) begin(form, row.dataset.owner ?? "");
    typedFor.set(form, action);
    form.dataset.work = work.replace("-", ".");
    form.action = action;
    form.setAttribute("hx-post", action);
    if (form.elements.version) form.elements.version.value = row.dataset.version ?? "";
  }
  for (const name of dialog.querySelectorAll("[data-dialog-subject]")) name.textContent = link?.textContent.trim() ?? number;
  for (const most of dialog.querySelectorAll("[data-dialog-amount]")) most.textContent = row.dataset.amount ?? "the order amount";
}

// A dialog of the page's own item: what it sends is based on what the page shows now.
function renew(dialog, version) {
  const form = dialog.querySelector("form");
  if (version && form?.elements.version && !isOpen(form)) form.elements.version.value = version;
}

// Toasts are below the backdrop: the refusal is shown in the dialog.
function showError(form, text) {
  form.querySelector("[data-complaint]")?.remove();
  if (!text) return;
  const line = Object.assign(document.createElement("p"), { className: "error", textContent: text });
  line.dataset.complaint = "";
  line.setAttribute("role", "alert");
  form.querySelector(".body")?.prepend(line);
}

// The opener may have been repainted or removed while the dialog was open.
function restoreFocus(dialog, opener, rowId) {
  dialog.addEventListener("close", () => {
    const row = document.getElementById(rowId);
    const target = opener.isConnected ? opener : row?.querySelector("a[href]");
    if (document.activeElement === document.body) target?.focus();
  }, { once: true });
}

export function start(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    // The dialog was rendered for one item; for another the link loads its choices.
    if (dialog?.showModal && !dialog.open && !(dialog.hasAttribute("data-for-one") && opener.href)) {
      event.preventDefault();
      const row = opener.closest("[data-order]");
      if (row) address(dialog, row);
      else renew(dialog, opener.closest("[data-version]")?.dataset.version);
      dialog.showModal();
      restoreFocus(dialog, opener, row?.id ?? "");
    }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
    else if (event.target.matches("dialog")) event.target.close();
  });
  document.addEventListener("said", (event) => {
    typedFor.delete(event.target);
    if (event.target.matches?.("dialog form")) showError(event.target, "");
    event.target.closest?.("dialog[open]")?.close();
  });
  for (const type of ["refused", "unsent"]) {
    document.addEventListener(type, ({ target, detail }) => target.matches?.("dialog[open] form") && showError(target, detail.text));
  }
}
