// Plays both sides of a doubt in step; without it each side plays by itself.
for (const pair of document.querySelectorAll(".pair")) {
  const [here, there] = pair.querySelectorAll("video");
  if (!here || !there) continue;
  const speed = Number(pair.dataset.speed) || 1;
  // A preview begins with its own window, an original with the recording.
  const begin = (video) => Number(video.dataset.at) - (video.currentSrc.includes("/previews/") ? Number(video.dataset.window) : 0);
  const [play, stop, again] = ["play", "stop", "again"].map((name) => pair.querySelector(`[data-${name}]`));
  for (const button of [play, stop, again]) button.hidden = false;
  const back = () => { here.currentTime = begin(here); there.currentTime = begin(there); };
  play.addEventListener("click", () => { there.playbackRate = speed; here.play(); there.play(); });
  stop.addEventListener("click", () => { here.pause(); there.pause(); });
  again.addEventListener("click", back);
  here.addEventListener("seeked", () => {
    const wanted = begin(there) + (here.currentTime - begin(here)) * speed;
    if (Math.abs(there.currentTime - wanted) > 0.4) there.currentTime = wanted;
  });
}
