// live/live.js – connects the socket to the page
import { Stream } from "./stream.js";
import { Feed } from "./feed.js";
import { paint } from "./frame.js";
import { insist } from "./refetch.js";
import * as calm from "./calm.js";
import * as hold from "./hold.js";
import * as frequency from "./frequency.js";
import * as log from "./log.js";
import * as more from "./more.js";
import * as pause from "./pause.js";
import * as refetch from "./refetch.js";
import * as restored from "./restored.js";
import * as state from "./state.js";
import { say, toast } from "../ui/say.js";

const panes = () => [...new Set([...document.querySelectorAll("[data-pane]")].map((pane) => pane.dataset.pane).filter(Boolean))];

function leave() {
  document.body.dispatchEvent(new CustomEvent("live:leaving"));
  // The content of the page belongs to the session that has ended.
  document.body.replaceChildren();
  location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
}

function listen(root, stream, feed) {
  stream.addEventListener("frame", ({ detail }) => {
    feed.take(detail);
    stream.acknowledge(feed.heldPos ?? feed.pos);
  });
  let missed = null;
  const still = () => root.dataset.paused || root.hasAttribute("data-stepped");
  const fetchLater = (pos) => {
    missed = { pos };
    root.dataset.missed = "";
    feed.dispatchEvent(new Event("held"));
  };
  const catchUp = () => {
    if (root.dataset.paused || !missed) return;
    const which = missed;
    missed = null;
    delete root.dataset.missed;
    insist(feed, { ...which, wait: 0 });
  };
  stream.addEventListener("refetch", ({ detail }) => {
    if (still()) fetchLater(detail.pos);
    else insist(feed, { pos: detail.pos });
  });
  for (const type of ["live:paused", "live:stepped"]) root.addEventListener(type, catchUp);
  root.addEventListener("live:refetched", ({ detail }) => {
    if (detail.reset) restored.tell(detail);
    else restored.dismiss();
    stream.greet();
  });
  stream.addEventListener("heartbeat", ({ detail }) => {
    const another = detail.epoch && detail.epoch !== root.dataset.epoch;
    // Even if the page is paused: what it shows may be gone.
    if (another) {
      restored.expect();
      insist(feed, { pos: detail.head });
    }
    if (detail.build && root.dataset.build && detail.build !== root.dataset.build && !root.dataset.buildOffered) {
      root.dataset.buildOffered = detail.build;
      toast("A new version is available.", { link: location.href, word: "Reload", stays: true });
    }
  });
  stream.addEventListener("end", ({ detail }) => {
    if (detail.state === "signed_out") leave();
    else say(detail.say, { alert: true });
  });
}

export function start(root) {
  if (!root.dataset.live) return null;
  const feed = new Feed(Number(root.dataset.pos ?? 0));
  const hello = () => ({ resume: feed.pos, epoch: root.dataset.epoch ?? "", panes: panes() });
  const stream = new Stream({ url: root.dataset.live, hello });
  calm.start(root);
  hold.start(root, (parts) => paint(parts));
  for (const behaviour of [log, more]) behaviour.start(root);
  for (const behaviour of [pause, refetch]) behaviour.start(root, feed);
  listen(root, stream, feed);
  frequency.start(root, feed, stream);
  state.start(root, stream);
  stream.start();
  return stream;
}
