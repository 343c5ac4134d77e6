// ui/fields.js – a reason is required where the choice needs one; a refusal that names a field leads to it
function require(select) {
  const reason = select.form?.elements.reason;
  if (reason) reason.required = Boolean(select.value) && !select.dataset.reasonUnless.split(" ").includes(select.value);
}

function visible(form, name) {
  const named = name && form.elements[name];
  const field = named instanceof RadioNodeList ? named[0] : named;
  return field?.checkVisibility?.() ? field : null;
}

export function start(root) {
  root.addEventListener("change", ({ target }) => target.matches("select[data-reason-unless]") && require(target));
  root.addEventListener("input", ({ target }) => target.removeAttribute?.("aria-invalid"));
  document.addEventListener("refused", ({ target, detail }) => {
    const field = target.matches?.("form") && visible(target, detail.field);
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  });
  document.addEventListener("said", ({ target }) => {
    for (const field of target.querySelectorAll?.("[aria-invalid]") ?? []) field.removeAttribute("aria-invalid");
  });
}
