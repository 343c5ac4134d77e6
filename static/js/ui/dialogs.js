// ui/dialogs.js – a button names the dialog it opens; the row it stands in names the work
const typedFor = new WeakMap();

// Only who serves the website of the work can get it.
function offer(select, website) {
  for (const option of select?.options ?? []) {
    const serves = option.dataset.serves ?? "";
    option.hidden = option.disabled = Boolean(website && serves) && !serves.split(" ").includes(website);
  }
}

// Empty, but for whose it is now. Where nobody has it nothing is chosen, and nothing can be sent.
function begin(form, owner) {
  form.reset();
  complain(form, "");
  const select = form.elements.assignee;
  if (select) select.value = [...select.options].some((option) => option.value === owner && !option.disabled) ? owner : "";
}

function address(dialog, row) {
  const link = row.querySelector("a[href]");
  const number = row.dataset.number ?? /\/tickets\/([^/]+)\//.exec(link?.getAttribute("href") ?? "")?.[1] ?? "";
  const pk = /-(\d+)$/.exec(row.id)?.[1] ?? "";
  for (const form of dialog.querySelectorAll("form[data-action-template]")) {
    const action = form.dataset.actionTemplate.replaceAll("{number}", encodeURIComponent(number)).replaceAll("{pk}", pk);
    offer(form.elements.assignee, row.dataset.website);
    // What was typed for another piece of work is not meant for this one.
    if (typedFor.get(form) !== action) begin(form, row.dataset.owner ?? "");
    typedFor.set(form, action);
    form.action = action;
    form.setAttribute("hx-post", action);
    if (form.elements.version) form.elements.version.value = row.dataset.version ?? "";
    if (form.elements.key) form.elements.key.value = "";
  }
  for (const name of dialog.querySelectorAll("[data-dialog-subject]")) name.textContent = link?.textContent.trim() ?? number;
  for (const most of dialog.querySelectorAll("[data-dialog-amount]")) most.textContent = row.dataset.amount ?? "the order amount";
}

// Toasts lie under the veil: what was refused is said where the person is.
function complain(form, text) {
  form.querySelector("[data-complaint]")?.remove();
  if (!text) return;
  const line = Object.assign(document.createElement("p"), { className: "error", textContent: text });
  line.dataset.complaint = "";
  line.setAttribute("role", "alert");
  form.querySelector(".body")?.prepend(line);
}

// The opener may have been repainted or removed while the dialog was open.
function giveBack(dialog, opener, rowId) {
  dialog.addEventListener("close", () => {
    const row = document.getElementById(rowId);
    const heir = opener.isConnected ? opener : row?.querySelector("a[href]");
    if (document.activeElement === document.body) heir?.focus();
  }, { once: true });
}

export function start(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    // Made for one piece of work, its list is too short for others: the link brings theirs.
    if (dialog?.showModal && !dialog.open && !(dialog.hasAttribute("data-for-one") && opener.href)) {
      event.preventDefault();
      const row = opener.closest("[data-order]");
      if (row) address(dialog, row);
      dialog.showModal();
      giveBack(dialog, opener, row?.id ?? "");
    }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
    else if (event.target.matches("dialog")) event.target.close();
  });
  document.addEventListener("said", (event) => {
    typedFor.delete(event.target);
    if (event.target.matches?.("dialog form")) complain(event.target, "");
    event.target.closest?.("dialog[open]")?.close();
  });
  document.addEventListener("refused", ({ target, detail }) => target.matches?.("dialog[open] form") && complain(target, detail.text));
}
