// ui/theme.js – the choice shows at once; the account remembers it
const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;

export function start(root) {
  const page = document.documentElement;
  root.addEventListener("submit", (event) => {
    if (!new URL(event.target.action, location.href).pathname.startsWith("/theme/")) return;
    const theme = new FormData(event.target, event.submitter).get("theme");
    if (!theme) return;
    // Once the request has read the form, a single button offers the way back.
    setTimeout(() => {
      page.dataset.theme = theme;
      const choices = event.target.querySelectorAll("[name=theme]");
      const now = theme === "auto" ? (dark() ? "dark" : "light") : theme;
      if (choices.length === 1) choices[0].value = now === "dark" ? "light" : "dark";
      else for (const choice of choices) choice.setAttribute("aria-pressed", String(choice.value === theme));
    });
  });
}
