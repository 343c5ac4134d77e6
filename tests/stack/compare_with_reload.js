// What this page shows and what the server would show for it now, as two lists of lines, and where they differ.
async () => {
  const PERSONAL = new Set(["is-mine", "is-new", "is-flash", "is-current", "is-unread"]);
  const PASSING = /^(data-pos|data-held|data-htmx-powered|hx-morph-skip|aria-busy|tabindex|title|style|data-flash|open)$/;
  // What the browser keeps for itself, and what only forms of a whole page carry.
  const LEFT_OUT = "[data-pending], [data-log-new], [data-live-state], input[name=key], input[name=csrfmiddlewaretoken], script";
  // Written by the page's own clockwork or by the person.
  const CLOSED = "time, [data-elapsed], [data-list-shown], [data-list-more], dialog, textarea, form.composer, form[data-ticket], .composer form";

  function lines(node, into, depth) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.replace(/\s+/g, " ").trim();
      if (text) into.push(" ".repeat(depth) + text);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT)) return;
    if (node.matches(CLOSED)) return void into.push(`${" ".repeat(depth)}<${node.localName}>`);
    const facts = [...node.attributes]
      .filter(({ name }) => !PASSING.test(name) && name !== "class" && name !== "hidden")
      .map(({ name, value }) => `${name}=${value}`);
    const classes = [...node.classList].filter((name) => !PERSONAL.has(name) && !name.startsWith("htmx-")).sort();
    into.push(`${" ".repeat(depth)}<${node.localName} ${[...facts.sort(), classes.join(".")].join(" ")}>`);
    for (const child of node.childNodes) lines(child, into, depth + 1);
  }
  const of = (root) => {
    const panes = [...root.querySelectorAll("[data-pane]")].filter((pane) => !pane.parentElement.closest("[data-pane]"));
    const into = [];
    for (const pane of panes) lines(pane, into, 0);
    return into;
  };
  const answer = await fetch(location.href);
  const fresh = of(new DOMParser().parseFromString(await answer.text(), "text/html"));
  const here = of(document);
  if (!fresh.length) return [`the server shows no pane (${answer.status} ${answer.url})`];
  const differences = [];
  for (let i = 0; i < Math.max(here.length, fresh.length) && differences.length < 6; i++) {
    if (here[i] !== fresh[i]) differences.push(`line ${i}: here ${JSON.stringify(here[i])}, fresh ${JSON.stringify(fresh[i])}`);
  }
  return differences;
}
