// The whole page, or this clip's part of another page, where each id has its own prefix.
const root = document.querySelector(".captionkit:not(.js)") ?? document.documentElement;
const part = (name) => document.getElementById((root.dataset.prefix ?? "") + name);
const clip = part("clip");
const stage = part("stage");
root.classList.add("js");
const now = () => clip.currentTime * 1000;

// Callbacks of the page, called with the time in milliseconds while the clip plays.
const watchers = [];
let stretch = null;
let frame = 0;

function release() {
  if (!stretch) return;
  stretch.button.removeAttribute("data-playing");
  stretch.button.querySelector(".verb").textContent = "Play";
  stretch = null;
}

function playFrom(fromMs, chosen) {
  release();
  clip.currentTime = fromMs / 1000;
  clip.play().catch(() => {}); // a clip that cannot play raises "error", below
  root.classList.add("playing");
  chosen.scrollIntoView({ block: "nearest" }); // the player may now cover it
}

function playStretch(button) {
  if (stretch?.button === button) return clip.pause();
  playFrom(Number(button.dataset.from), button);
  stretch = { button, fromMs: Number(button.dataset.from), toMs: Number(button.dataset.to) };
  button.setAttribute("data-playing", "");
  button.querySelector(".verb").textContent = "Stop";
}

function update() {
  if (stretch && now() >= stretch.toMs) clip.pause();
  for (const watcher of watchers) watcher(now());
}

function updateEveryFrame() {
  update();
  cancelAnimationFrame(frame);
  if (!clip.paused) frame = requestAnimationFrame(updateEveryFrame);
}

function showTrouble() {
  root.classList.remove("playing");
  part("trouble").hidden = false;
}

clip.addEventListener("play", () => root.classList.add("playing"));
clip.addEventListener("playing", updateEveryFrame);
clip.addEventListener("timeupdate", update); // frames stop in a hidden tab, this does not
clip.addEventListener("pause", () => {
  root.classList.remove("playing");
  release();
});
clip.addEventListener("seeking", () => {
  // Somebody moved the clip with its own controls: it continues to play.
  if (stretch && (now() < stretch.fromMs - 100 || now() > stretch.toMs + 100)) release();
});
clip.addEventListener("error", showTrouble);
if (clip.error) showTrouble();

root.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-from]");
  if (!button) return;
  if (button.dataset.to) playStretch(button);
  else playFrom(Number(button.dataset.from), button);
});
for (const button of root.querySelectorAll("button[data-from]")) button.disabled = false;

// The player stays visible while the clip plays; what scrolls into view must not be under it.
new ResizeObserver(() => {
  root.style.setProperty("--stage", `${stage.offsetHeight}px`);
  root.style.setProperty("--player", `${clip.offsetHeight}px`);
}).observe(stage);
