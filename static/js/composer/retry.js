// composer/retry.js – which failures are retried, and when; no DOM
export const TRIES = 5;
const TEMPORARY = new Set([502, 503, 504]);

export function wait(attempt, random = Math.random) {
  return Math.round(500 * 2 ** attempt * (0.5 + random() / 2));
}

// `status` is undefined without a response.
export function again(status, attempt) {
  return attempt < TRIES && (status === undefined || TEMPORARY.has(status));
}
