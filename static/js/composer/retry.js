// composer/retry.js – which failures are worth another try, and when; no DOM
export const TRIES = 5;
const PASSING = new Set([502, 503, 504]);

export function wait(attempt, random = Math.random) {
  return Math.round(500 * 2 ** attempt * (0.5 + random() / 2));
}

// status is undefined when no answer came at all.
export function again(status, attempt) {
  return attempt < TRIES && (status === undefined || PASSING.has(status));
}
