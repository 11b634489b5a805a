// A class that is being verified shows its verdicts as soon as they are made; a failed verification is seen within half a minute.
// A page that somebody is filling in stays as it is.
const live = document.querySelector("[data-live]");
if (live) {
  let typing = false;
  document.addEventListener("input", () => { typing = true; });
  const again = () => { if (!typing) location.reload(); };
  const told = new EventSource(`/api/v1/events?kind=verdict.made&from_now=true&class_id=${live.dataset.live}`);
  told.addEventListener("verdict.made", again);
  const far = live.querySelector("[data-far]");
  const minutes = (seconds) => (seconds < 90 ? `${seconds} ${live.dataset.unit}` : `${Math.round(seconds / 60)} ${live.dataset.minutes}`);
  setInterval(async () => {
    const answer = await fetch(`/api/v1/jobs/${live.dataset.job}`).catch(() => null);
    if (!answer?.ok) return;
    const job = await answer.json();
    if (job.percent !== null) far.textContent = `${job.percent}% · ${live.dataset.left} ${minutes(job.left_s)}`;
  }, 3000);
  setTimeout(again, 30000);
}
