// Keeps the projector's code, digits and count up to date.
const screen = document.querySelector("[data-roll]");
const part = (name) => screen.querySelector(`[data-${name}]`);
async function tick() {
  let wait_s = 2;
  try {
    const answer = await fetch(screen.dataset.roll, { headers: { accept: "application/json" } });
    if (answer.ok) {
      const now = await answer.json();
      part("picture").innerHTML = now.picture;
      part("digits").textContent = now.digits;
      part("present").textContent = now.present;
      screen.classList.remove("stale");
      wait_s = Math.min(2, now.left_s + 0.05);
    } else if (answer.status === 401) {
      location.reload();
    }
  } catch {
    screen.classList.add("stale");
  }
  setTimeout(tick, wait_s * 1000);
}
if (screen) setTimeout(tick, 1000);
