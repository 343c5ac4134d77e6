// live/feed.js – every frame is painted here, or kept while the page is paused or fetched
import { newest } from "./fresh.js";
import { paint } from "./frame.js";
import { pieces } from "./pieces.js";

export class Feed extends EventTarget {
  #waiting = [];
  #reasons = new Set();
  #pos;

  constructor(pos) {
    super();
    this.#pos = pos;
  }

  get pos() {
    return this.#pos;
  }

  get waiting() {
    return pieces(this.#waiting);
  }

  take({ pos, parts }) {
    if (this.#reasons.size) {
      this.#waiting = newest([...this.#waiting, ...parts]);
      this.heldPos = Math.max(pos, this.heldPos ?? 0);
      this.dispatchEvent(new Event("held"));
      return;
    }
    paint(parts);
    this.applied(pos);
  }

  // `reset`: this position begins another history; what waits from before `from` is gone.
  applied(pos, { reset = false, from = pos } = {}) {
    if (reset) {
      this.#waiting = this.#waiting.filter((part) => Number(part.pos) >= from);
      if (!this.#waiting.length) this.heldPos = undefined;
    }
    this.#pos = reset ? pos : Math.max(pos, this.#pos);
    document.body.dataset.appliedPos = this.#pos;
    document.body.dispatchEvent(new CustomEvent("live:applied", { detail: { pos: this.#pos } }));
  }

  keep(reason) {
    this.#reasons.add(reason);
  }

  release(reason) {
    this.#reasons.delete(reason);
    if (this.#reasons.size) return;
    const parts = this.#waiting;
    const pos = this.heldPos;
    this.#waiting = [];
    this.heldPos = undefined;
    if (parts.length) paint(parts);
    if (pos !== undefined) this.applied(pos);
  }
}
