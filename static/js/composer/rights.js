// composer/rights.js – what a person may write can change under the form: kind and button follow, the text stays
import { speak, toast } from "../ui/say.js";
import { COMPOSER } from "./form.js";
import * as drafts from "./drafts.js";
import { isRepeated } from "./send.js";

let unsent = null;
const kinds = (form) => [...form.querySelectorAll("input[type=radio][data-action]")];

// The audience line says what its reader may write now. `change` applies another kind.
export function recover(form, change) {
  const line = form.closest(".composer")?.querySelector("[id$='-audience']");
  const reply = kinds(form).find((radio) => radio.value === "reply");
  if (!line || !reply) return;
  const only = line.dataset.only ?? "";
  // Who cannot reply when the page is opened will want to when they can.
  if (reply.disabled && only && !form.dataset.wanted) form.dataset.wanted = "reply";
  reply.disabled = Boolean(only);
  const wanted = only || form.dataset.wanted;
  if (only && form.dataset.mode !== only) form.dataset.wanted = form.dataset.mode;
  else if (!only) delete form.dataset.wanted;
  const radio = wanted && wanted !== form.dataset.mode && kinds(form).find((item) => item.value === wanted);
  if (!radio) return;
  radio.checked = true;
  // Written for the customer: the team's note only when its author says so.
  form.toggleAttribute("data-turned", Boolean(only && form.elements.body.value.trim()));
  change(radio);
}

function ask(event) {
  // What is sent once more is what was sent before.
  if (!event.target.matches(`:is(${COMPOSER})[data-turned]`) || isRepeated(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.removeAttribute("data-turned");
  const sentence = "You can’t reply here now. Send again to save this as an internal note.";
  speak(sentence, { alert: true });
  toast(sentence, { alert: true, stays: true });
}

// The ticket is gone from the page, and the form with it: its text is shown instead.
function show(kept) {
  if (!kept?.hidden || !unsent?.body) return;
  drafts.write(unsent.ticket, unsent);
  kept.querySelector("textarea").value = unsent.body;
  kept.hidden = false;
}

export function start(root) {
  root.addEventListener("submit", ask, true);
  root.addEventListener("change", ({ target }) => target.form?.removeAttribute("data-turned"));
  root.addEventListener("input", ({ target }) => {
    const form = target.closest(COMPOSER);
    if (form?.dataset.ticket && target === form.elements.body) {
      unsent = { ticket: form.dataset.ticket, body: target.value, mode: form.dataset.mode ?? "" };
    }
  });
  document.addEventListener("said", ({ detail }) => {
    if (detail.clear === "composer") unsent = null;
  });
  root.addEventListener("live:swapped", () => show(root.querySelector("[data-kept]")));
}
