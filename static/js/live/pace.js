// live/pace.js – how often what has come is shown; no DOM
const EVERY = { "10s": 10_000, "60s": 60_000 };
const WORDS = { "10s": "Every 10 s", "60s": "Every 60 s", manual: "Manual" };
const OWN = 2000;
const LATEST = 15_000;

export class Pace {
  #word = "live";
  #last = 0;
  #wrote = -Infinity;
  #answered = true;

  choose(word, now) {
    this.#word = word;
    this.#last = now;
  }

  get live() {
    return !(this.#word in WORDS);
  }

  // Shown at this moment: the next time is counted from here.
  stepped(now) {
    this.#last = now;
  }

  due(now) {
    return now - this.#last >= (EVERY[this.#word] ?? Infinity);
  }

  // Who did something sees it: what comes in the next moments, and in any case what comes first.
  // `answered`: something has come already.
  wrote(now, answered) {
    this.#wrote = now;
    this.#answered = answered;
  }

  opens(now) {
    const open = now - this.#wrote < (this.#answered ? OWN : LATEST);
    this.#answered = true;
    return open;
  }

  text(waiting, missed) {
    if (this.live) return "";
    const word = WORDS[this.#word];
    if (missed) return `${word} · many changes`;
    return waiting ? `${word} · ${waiting} ${waiting === 1 ? "change" : "changes"}` : word;
  }
}
