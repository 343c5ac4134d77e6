// ui/looked.js – the newest notification that was seen and reported; no DOM
export class Looked {
  #reported = 0;

  // The key to report to the server now; 0: nothing to report.
  at({ newest, unseen, visible }) {
    if (!visible || !unseen || newest <= this.#reported) return 0;
    this.#reported = newest;
    return newest;
  }

  // The report failed: the next call reports again.
  forget() {
    this.#reported = 0;
  }
}
