// The console's one module: nothing here is needed to read a page.
const root = document.documentElement;
const kept = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
const keep = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* a browser that keeps nothing */ } };
if (kept()) root.dataset.theme = kept();
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    keep(root.dataset.theme);
  });
}
export const csrf = () => document.querySelector("meta[name=csrf]")?.content ?? "";
export const send = (path, options = {}) =>
  fetch(path, { ...options, headers: { ...options.headers, "x-csrf-token": csrf() } });
