// ui/session.js – an answer that is the sign-in page means the session is over
export function start() {
  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    if (!raw.redirected || !new URL(raw.url).pathname.startsWith("/login/")) return;
    event.preventDefault();
    location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
}
