// live/pace.js – how often waiting changes are shown; no DOM
const EVERY = { "10s": 10_000, "60s": 60_000 };
const WORDS = { "10s": "Every 10 s", "60s": "Every 60 s", manual: "Manual" };
const OWN_MS = 2000;
const FIRST_ANSWER_MS = 15_000;

export class Pace {
  #frequency = "live";
  #last = 0;
  #wrote = -Infinity;
  #answered = true;

  choose(frequency, now) {
    this.#frequency = frequency;
    this.#last = now;
  }

  get live() {
    return !(this.#frequency in WORDS);
  }

  // Changes were shown now: the interval begins again.
  stepped(now) {
    this.#last = now;
  }

  due(now) {
    return now - this.#last >= (EVERY[this.#frequency] ?? Infinity);
  }

  // After the user's own action: changes of the next seconds are shown at once, in any case the first one.
  // `answered`: a change has already arrived.
  wrote(now, answered) {
    this.#wrote = now;
    this.#answered = answered;
  }

  opens(now) {
    const open = now - this.#wrote < (this.#answered ? OWN_MS : FIRST_ANSWER_MS);
    this.#answered = true;
    return open;
  }

  text(waiting, missed) {
    if (this.live) return "";
    const word = WORDS[this.#frequency];
    if (missed) return `${word} · many changes`;
    return waiting ? `${word} · ${waiting} ${waiting === 1 ? "change" : "changes"}` : word;
  }
}
