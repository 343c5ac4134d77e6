// ui/news.js – how many notifications came since the person looked at this tab; no DOM
export class News {
  #pos = -1;
  #unseen = 0;
  #looked = 0;

  // The number at the bell, and its position: an older one is dropped. What is seen in another tab is no news here.
  take({ pos, unseen }) {
    if (pos < this.#pos) return;
    this.#pos = pos;
    this.#unseen = unseen;
    this.#looked = Math.min(this.#looked, unseen);
  }

  // Positions of another epoch are not comparable.
  forget() {
    this.#pos = -1;
  }

  count(visible) {
    if (visible) this.#looked = this.#unseen;
    return this.#unseen - this.#looked;
  }
}
