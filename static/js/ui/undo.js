// ui/undo.js – reassignments can be undone for some seconds; the countdown pauses under pointer or focus
import { speak, toast } from "./say.js";

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

function formFor({ ids, address }) {
  const form = document.createElement("form");
  for (const [name, value] of [["hx-post", address], ["hx-target", "#results"], ["hx-swap", "outerHTML"]]) form.setAttribute(name, value);
  const button = Object.assign(document.createElement("button"), { type: "submit", className: "toast-act", textContent: "Undo" });
  button.dataset.key = "z";
  form.append(...ids.map((id) => hidden("id", id)), hidden("key", ""), button);
  return form;
}

function offer(text, undo) {
  const item = toast(text, { stays: true });
  if (!item) return;
  const form = formFor(undo);
  const left = Object.assign(document.createElement("span"), { className: "num" });
  form.querySelector("button").append(" ", Object.assign(document.createElement("kbd"), { textContent: "Z" }), " ", left);
  item.querySelector(".toast-close").before(form);
  window.htmx.process(form);
  let seconds = undo.seconds;
  const tick = () => {
    if (!item.isConnected) return clearInterval(timer);
    if (item.matches(":hover, :focus-within")) return;
    left.textContent = `${seconds} s`;
    if (seconds-- <= 0) item.remove();
  };
  const timer = setInterval(tick, 1000);
  tick();
  form.addEventListener("submit", () => clearInterval(timer));
  for (const word of ["said", "refused"]) document.addEventListener(word, ({ target }) => target === form && item.remove());
  speak(`${text} Press Z to undo within ${undo.seconds} seconds.`);
}

export function start() {
  document.addEventListener("said", ({ detail }) => detail.undo && offer(detail.text, detail.undo));
}
