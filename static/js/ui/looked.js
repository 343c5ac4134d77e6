// ui/looked.js – up to which notice somebody has looked; no DOM
export class Looked {
  #told = 0;

  // What to tell the server now: 0 is nothing.
  at({ newest, unseen, visible }) {
    if (!visible || !unseen || newest <= this.#told) return 0;
    this.#told = newest;
    return newest;
  }

  // It did not arrive: the next look tells it again.
  forget() {
    this.#told = 0;
  }
}
