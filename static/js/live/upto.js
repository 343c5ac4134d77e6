// live/upto.js – one fetch at a time, repeated while its position is older than the requested one; no DOM
const TURNS = 5;

export class UpTo {
  #running = null;
  #wanted = -Infinity;

  // `fetch(turn)` resolves to the position that it loaded; every change up to `pos` is requested.
  ask(fetch, pos = -Infinity) {
    this.#wanted = Math.max(this.#wanted, pos);
    this.#running ??= this.#until(fetch).finally(() => {
      this.#running = null;
      this.#wanted = -Infinity;
    });
    return this.#running;
  }

  async #until(fetch) {
    // Bounded: a position that is never reached must not cause endless requests.
    for (let turn = 0; turn < TURNS; turn++) {
      if ((await fetch(turn)) >= this.#wanted) return;
    }
  }
}
