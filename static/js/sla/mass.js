// sla/mass.js – bulk actions on selected rows: counter, keys, refusals beside the form
const boxes = () => [...document.querySelectorAll(".row-pick input:checked")];

function complain(form, text) {
  const line = form.querySelector("[data-mass-complaint]");
  line.textContent = text;
  line.hidden = !text;
}

function choose(form, act) {
  form.elements.act.value = act;
  complain(form, "");
  form.elements.reason.required = act === "extend";
  const field = form.querySelector(`[data-for-act="${act}"] :is(input, select)`) ?? form.querySelector("[data-mass-first]") ?? form.elements.reason;
  // After the popover is shown.
  requestAnimationFrame(() => field.focus());
}

function count(form) {
  const chosen = boxes();
  const gone = chosen.filter((box) => box.closest(".is-gone")).length;
  const text = `${chosen.length} selected${gone ? `, ${gone} no longer listed` : ""}`;
  const label = form.querySelector("[data-mass-count]");
  if (label.textContent !== text) label.textContent = text;
}

export function start(root) {
  const form = root.querySelector("[data-mass]");
  if (!form) return;
  const panel = form.querySelector("[popover]");
  const recount = () => count(form);
  root.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-mass-act]");
    if (opener) choose(form, opener.dataset.massAct);
    if (target.closest("[data-results-close]")) target.closest(".results").hidden = true;
  });
  root.addEventListener("change", ({ target }) => target.matches(".row-pick input") && recount());
  form.addEventListener("reset", () => setTimeout(recount));
  root.addEventListener("live:swapped", recount);
  document.addEventListener("said", ({ target }) => target === form && panel.matches(":popover-open") && panel.hidePopover());
  for (const type of ["refused", "unsent"]) {
    document.addEventListener(type, ({ target, detail }) => target === form && complain(form, detail.text));
  }
  recount();
}
