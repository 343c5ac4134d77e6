// live/backoff.js – when to reconnect, and when not to; no DOM
const FIRST = 300;
const LONGEST = 5000;
const CROWDED = 30_000;

const ENDS = new Map([
  [4401, { state: "signed_out" }],
  [4403, { state: "refused", say: "You don't have access to live updates of this page. Reload it to continue." }],
  [4400, { state: "refused", say: "Live updates stopped because of an invalid request. Reload the page." }],
  [4413, { state: "refused", say: "Live updates stopped because of too many subscriptions. Reload the page." }],
]);

// A slow reader; a person with too many open pages, until one of them is closed.
const WAITS = new Map([
  [4408, FIRST],
  [4429, CROWDED],
]);

// Full jitter: a thousand browsers that lost one server must not reconnect at the same time.
export function delay(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** (attempt + 1));
  return Math.round(FIRST + random() * (ceiling - FIRST));
}

export function afterClose(code, attempt, random = Math.random) {
  const end = ENDS.get(code);
  if (end) return { again: false, ...end };
  return { again: true, wait: WAITS.get(code) ?? delay(attempt, random) };
}
