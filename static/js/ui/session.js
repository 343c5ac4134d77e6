// ui/session.js – a response that is the sign-in page means that the session has ended
export function start() {
  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    if (!raw.redirected || !new URL(raw.url).pathname.startsWith("/login/")) return;
    event.preventDefault();
    location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
}
