// live/swap.js – the only door to htmx: everything that changes the page goes in as text, at once
const NAME = { "&": "&amp;", '"': "&quot;", "<": "&lt;" };
const quoted = (text) => String(text).replace(/[&"<]/g, (sign) => NAME[sign]);

export function partial({ id, target, swap, html = "" }) {
  const where = target ? `hx-target="${quoted(target)}"` : `id="${quoted(id)}"`;
  return `<hx-partial ${where} hx-swap="${swap}">${html}</hx-partial>`;
}

// The nodes are in place when this returns; htmx only settles later.
export function swap(partials) {
  if (!partials.length) return;
  window.htmx.swap({ text: partials.map(partial).join(""), swap: "none" });
  document.body.dispatchEvent(new CustomEvent("live:swapped"));
}
