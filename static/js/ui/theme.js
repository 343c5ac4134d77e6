// ui/theme.js – a chosen theme applies at once; it is stored on the account
const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;

export function start(root) {
  const page = document.documentElement;
  root.addEventListener("submit", (event) => {
    if (!new URL(event.target.action, location.href).pathname.startsWith("/theme/")) return;
    const theme = new FormData(event.target, event.submitter).get("theme");
    if (!theme) return;
    // After the request has read the form, a single button switches back.
    setTimeout(() => {
      page.dataset.theme = theme;
      const choices = event.target.querySelectorAll("[name=theme]");
      const now = theme === "auto" ? (dark() ? "dark" : "light") : theme;
      if (choices.length === 1) choices[0].value = now === "dark" ? "light" : "dark";
      else for (const choice of choices) choice.setAttribute("aria-pressed", String(choice.value === theme));
    });
  });
}
