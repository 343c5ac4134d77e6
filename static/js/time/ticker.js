// time/ticker.js – one ticker for the page; it writes the text of <time> and the length of a running bar, never a state
import { ageText, clockText, dueText, newsText } from "./text.js";
import { begin, learn, look, serverNow } from "./now.js";

const CLOSE = 300;
const EARLY = { rootMargin: "100px", scrollMargin: "100px" };
const visible = new WeakSet();
// Shown in seconds, or soon.
const close = (left) => left >= -1 && left < CLOSE + 30;
const left = (element, now) => Number(element.dataset.due) - now;

function write(element, text) {
  const node = element.firstChild;
  if (element.textContent === text) return;
  if (node?.nodeType === Node.TEXT_NODE && !node.nextSibling) node.data = text;
  else element.textContent = text;
}

// Whether a time that runs in seconds is visible.
export function tick(root, now = serverNow()) {
  let seconds = false;
  for (const element of root.querySelectorAll("time[data-due]")) {
    write(element, dueText(left(element, now)));
    seconds ||= close(left(element, now)) && visible.has(element);
  }
  for (const element of root.querySelectorAll("time[data-since]")) {
    const text = element.dataset.format === "news" ? newsText : ageText;
    write(element, text(now - Number(element.dataset.since)));
  }
  for (const bar of root.querySelectorAll("[data-elapsed]")) {
    const { elapsed, since, ends } = bar.dataset;
    const share = Math.max(0, Math.min(1, (now - since) / (ends - since || 1)));
    bar.setAttribute("width", (elapsed * share).toFixed(1));
  }
  return seconds;
}

// `then` when a time that runs in seconds comes into view.
function watcher(then) {
  return new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) isIntersecting ? visible.add(target) : visible.delete(target);
    if (entries.some(({ target, isIntersecting }) => isIntersecting && close(left(target, serverNow())))) then();
  }, EARLY);
}

// Fixed moments are written when they arrive, not each second.
function local(root) {
  const zone = document.documentElement.dataset.zone;
  for (const element of root.querySelectorAll("time[data-at]")) {
    write(element, clockText(Number(element.dataset.at), zone, element.dataset.format));
  }
  for (const element of root.querySelectorAll("time[data-due], time[data-since], time[data-at]")) {
    const epoch = Number(element.dataset.due ?? element.dataset.since ?? element.dataset.at);
    const text = clockText(epoch, zone, "exact");
    if (Number.isFinite(epoch) && element.title !== text) element.title = text;
  }
}

export function start(root, stream) {
  let timer = 0;
  const run = () => {
    clearTimeout(timer);
    if (document.hidden || root.dataset.paused || root.hasAttribute("data-stepped")) return;
    look();
    const now = serverNow();
    const seconds = tick(root, now);
    // On the server's full second, so that all screens change together.
    timer = setTimeout(run, seconds ? 1000 - ((now * 1000) % 1000) + 5 : 30_000);
  };
  const observer = watcher(run);
  const repaint = () => {
    for (const element of root.querySelectorAll("time[data-due]")) observer.observe(element);
    local(root);
    run();
  };
  begin(root.dataset.now);
  for (const type of ["frame", "heartbeat"]) stream?.addEventListener(type, (event) => learn(event.detail.now) && run());
  // With a slower update frequency the times change with the updates only.
  root.addEventListener("live:stepped", () => {
    tick(root);
    run();
  });
  for (const type of ["live:swapped", "live:paused", "choice:made"]) root.addEventListener(type, repaint);
  document.addEventListener("htmx:after:swap", repaint);
  document.addEventListener("visibilitychange", run);
  repaint();
}
