// live/upto.js – one fetch at a time, and another when it brings less than was asked for meanwhile; no DOM
const TURNS = 5;

export class UpTo {
  #running = null;
  #wanted = -Infinity;

  // `fetch(turn)` answers with the position that it brought; everything up to `pos` is wanted.
  ask(fetch, pos = -Infinity) {
    this.#wanted = Math.max(this.#wanted, pos);
    this.#running ??= this.#until(fetch).finally(() => {
      this.#running = null;
      this.#wanted = -Infinity;
    });
    return this.#running;
  }

  async #until(fetch) {
    // Bounded: a position that no answer ever brings must not make a page ask for ever.
    for (let turn = 0; turn < TURNS; turn++) {
      if ((await fetch(turn)) >= this.#wanted) return;
    }
  }
}
