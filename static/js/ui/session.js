// ui/session.js – a response that is the sign-in page means that the session has ended; signing out forgets drafts
import { forget } from "../composer/drafts.js";

const MARK = "signed-out";

// Whether somebody has signed out here and nobody has signed in since: another tab may still write its draft.
function signedOut(me) {
  try {
    if (!me && location.hash === `#${MARK}`) {
      localStorage.setItem(MARK, "1");
      history.replaceState(history.state, "", location.pathname + location.search);
    }
    const marked = localStorage.getItem(MARK) !== null;
    if (me && marked) localStorage.removeItem(MARK);
    return marked;
  } catch {
    return false; // without storage there are no drafts
  }
}

// A session that merely ran out keeps its drafts.
function forgetDrafts(me) {
  if (signedOut(me)) forget();
  else if (me) forget(me);
}

export function start(root) {
  forgetDrafts(root.dataset.me);
  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    if (!raw.redirected || !new URL(raw.url).pathname.startsWith("/login/")) return;
    event.preventDefault();
    location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
}
