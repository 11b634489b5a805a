// Shows the camera the newest time code, and none at all once its ten seconds are over.
const GRACE_MS = 1000;
const PATIENCE_MS = 4000;
for (const figure of document.querySelectorAll("[data-time-code]")) {
  const place = figure.querySelector("[data-code]");
  let hiding = 0;
  const hide = () => {
    figure.classList.add("stale");
    place.replaceChildren();
  };
  const show = (now) => {
    clearTimeout(hiding);
    figure.classList.toggle("over", !now.picture);
    if (!now.picture) {
      hide();
      if (now.next) location.replace(now.next);
      return;
    }
    place.innerHTML = now.picture;
    figure.classList.remove("stale");
    hiding = setTimeout(hide, now.left_s * 1000 + GRACE_MS);
  };
  const tick = async () => {
    let wait_s = 2;
    try {
      const answer = await fetch(figure.dataset.timeCode, {
        headers: { accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.ok) {
        const now = await answer.json();
        show(now);
        wait_s = now.left_s + 0.05;
      } else if (answer.status === 401) {
        hide();
        location.reload();
      }
    } catch {
      // The code hides by its own clock; the next try brings it back.
    }
    setTimeout(tick, wait_s * 1000);
  };
  tick();
}
const fill = document.querySelector("[data-fill]");
if (fill && document.fullscreenEnabled) {
  fill.hidden = false;
  fill.addEventListener("click", () => document.querySelector("[data-time-code]").requestFullscreen());
}
