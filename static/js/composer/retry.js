// composer/retry.js – which answers settle a write, which let it be sent again, and when; no DOM
import { serverNow } from "../time/now.js";

export const PATIENCE = 120_000;
const FIRST = 500;
const LONGEST = 15_000;
const TEMPORARY = new Set([408, 425, 429, 502, 503, 504]);

// `status` is undefined without an answer. `stored` says what is stored under the key; only our own server names it.
export function answerOf(response, now = serverNow()) {
  if (!response) return {};
  const text = response.headers.get("Retry-After") ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now * 1000;
  return { status: response.status, stored: response.headers.get("Desk-Stored") ?? "", after: Math.max(0, ms || 0) };
}

// Stored, or proved that it is not. `unsure`: an earlier request with the key may have been stored.
export function settled({ status, stored }, unsure) {
  if (status === undefined || status >= 500 || TEMPORARY.has(status)) return false;
  return stored === "yes" || stored === "never" || (stored === "no" && !unsure);
}

export function temporary({ status, stored }) {
  return status === undefined || TEMPORARY.has(status) || status > 504 || stored === "unknown";
}

// Milliseconds until the next try; undefined when it is time to ask the person.
export function pause(attempt, { after = 0, elapsed = 0 } = {}, random = Math.random) {
  if (elapsed >= PATIENCE) return undefined;
  const wait = Math.min(LONGEST, FIRST * 2 ** attempt);
  const ms = Math.max(Math.round(wait * (0.5 + random() / 2)), after);
  return Math.min(ms, PATIENCE - elapsed);
}
