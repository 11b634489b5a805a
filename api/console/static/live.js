// A class that is being verified shows its verdicts as soon as they are made; a failed verification is seen within half a minute.
const live = document.querySelector("[data-live]");
if (live) {
  const told = new EventSource(`/api/v1/events?kind=verdict.made&from_now=true&class_id=${live.dataset.live}`);
  told.addEventListener("verdict.made", () => location.reload());
  setTimeout(() => location.reload(), 30000);
}
