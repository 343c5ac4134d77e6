// live/backoff.js – when to come back, and when not to; no DOM
const FIRST = 300;
const LONGEST = 5000;

const ENDS = new Map([
  [4401, { state: "signed_out" }],
  [4403, { state: "refused", say: "You may not see this page live. Reload it to go on." }],
  [4400, { state: "refused", say: "Live updates stopped: the page sent something the server could not read. Reload it." }],
  [4413, { state: "refused", say: "Live updates stopped: the page asked for too much at once. Reload it." }],
]);

// Full jitter: a thousand browsers that lost one server must not come back in step.
export function delay(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** (attempt + 1));
  return Math.round(FIRST + random() * (ceiling - FIRST));
}

export function afterClose(code, attempt, random = Math.random) {
  const end = ENDS.get(code);
  if (end) return { again: false, ...end };
  return { again: true, wait: code === 4408 ? FIRST : delay(attempt, random) };
}
