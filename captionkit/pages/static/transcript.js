
const LINGER_MS = 500;
const transcript = part("transcript");
const tools = part("tools");
const query = part("query");
const count = part("count");
const follow = part("follow");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
tools.hidden = false;
part("hint").hidden = false;

// The phrase that is playing.

const phrases = [...transcript.querySelectorAll(".phrase")];
const starts = phrases.map((phrase) => Number(phrase.dataset.start));
const words = [...transcript.querySelectorAll("[data-at]")];
let current = null;

function lastAtOrBefore(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function reveal(element) {
  const box = element.getBoundingClientRect();
  const top = parseFloat(getComputedStyle(element).scrollMarginTop) || 0;
  if (box.top >= top && box.bottom <= innerHeight * 0.85) return;
  element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

function markPhrase(ms) {
  const said = phrases[lastAtOrBefore(starts, ms)];
  const next = said && ms < Number(said.dataset.end) + LINGER_MS ? said : null;
  if (next === current) return;
  current?.removeAttribute("aria-current");
  next?.setAttribute("aria-current", "true");
  current = next;
  if (current && !clip.paused && isFollowing()) reveal(current);
}
watchers.push(markPhrase);
clip.addEventListener("seeked", () => markPhrase(now()));

transcript.addEventListener("click", (event) => {
  const word = event.target.closest("[data-at]");
  if (word && getSelection().isCollapsed) playFrom(Number(word.dataset.at), word);
});

// Words by keyboard. One tab stop for each would be thousands: the arrow keys move from a time through the words, and
// the word that has the focus is a button.

function stepTo(word) {
  word.setAttribute("role", "button");
  word.tabIndex = -1;
  word.focus();
}

function stepFrom(target, key) {
  const way = (getComputedStyle(target).direction === "rtl") === (key === "ArrowLeft") ? 1 : -1;
  if (target.dataset.at) return words[words.indexOf(target) + way];
  return way > 0 ? target.parentElement.querySelector("[data-at]") : null;
}

transcript.addEventListener("focusout", ({ target }) => {
  if (!target.dataset.at) return;
  target.removeAttribute("role");
  target.removeAttribute("tabindex");
});
transcript.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !target.matches(".time, [data-at]")) return;
  const next = key === "ArrowRight" || key === "ArrowLeft" ? stepFrom(target, key) : null;
  if (next) stepTo(next);
  else if (target.dataset.at && (key === "Enter" || key === " ")) playFrom(Number(target.dataset.at), target);
  else if (target.dataset.at && key === "Escape") target.closest(".said").querySelector(".time").focus();
  else return;
  event.preventDefault();
});

// Following along stops when somebody scrolls by hand.

const isFollowing = () => follow.getAttribute("aria-pressed") === "true";
const setFollowing = (on) => follow.setAttribute("aria-pressed", String(on));
setFollowing(!calm.matches);
follow.addEventListener("click", () => {
  setFollowing(!isFollowing());
  if (isFollowing() && current) reveal(current);
});
for (const kind of ["wheel", "touchmove"]) {
  addEventListener(kind, () => clip.paused || setFollowing(false), { passive: true });
}

// A time in the address (`clip.html#t=25.3`, seconds) is scrolled to, not played.

function goToAddress() {
  const [, seconds] = /^#t=(\d{1,7}(?:\.\d{1,3})?)$/.exec(location.hash) ?? [];
  if (seconds === undefined) return;
  clip.currentTime = Number(seconds);
  const said = phrases[Math.max(0, lastAtOrBefore(starts, Number(seconds) * 1000))];
  said?.closest(".said").querySelector(".time").focus({ preventScroll: true });
  if (said) reveal(said);
}
if (root === document.documentElement) {
  addEventListener("hashchange", goToAddress);
  goToAddress();
}

// Search.

const fold = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").replace(/[^\p{L}\p{N}'\s]/gu, "").toLowerCase();
const offsets = [];
let everything = "";
for (const word of words) {
  offsets.push(everything.length);
  const folded = fold(word.textContent);
  if (folded) everything += folded + " ";
}
let matches = [];
let chosen = -1;

function find() {
  for (const match of matches) for (const word of match) word.classList.remove("hit", "chosen");
  matches = [];
  chosen = -1;
  const wanted = fold(query.value).split(/\s+/).filter(Boolean).join(" ");
  for (let at = wanted ? everything.indexOf(wanted) : -1; at >= 0; at = everything.indexOf(wanted, at + wanted.length)) {
    const first = lastAtOrBefore(offsets, at);
    const last = lastAtOrBefore(offsets, at + wanted.length - 1);
    matches.push(words.slice(first, last + 1));
  }
  for (const match of matches) for (const word of match) word.classList.add("hit");
  for (const id of ["previous", "next", "hear"]) part(id).disabled = !matches.length;
  showCount(wanted);
}

function showCount(wanted) {
  const several = matches.length === 1 ? "1 match" : `${matches.length} matches`;
  const found = matches.length ? several : "No match";
  count.textContent = chosen >= 0 ? `${chosen + 1} of ${matches.length}` : wanted && found;
}

function choose(step) {
  if (!matches.length) return;
  for (const word of matches[chosen] ?? []) word.classList.remove("chosen");
  chosen = chosen < 0 && step < 0 ? matches.length - 1 : (chosen + step + matches.length) % matches.length;
  for (const word of matches[chosen]) word.classList.add("chosen");
  showCount(query.value);
  reveal(matches[chosen][0]);
}

query.addEventListener("input", find);
query.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.shiftKey) return;
  event.preventDefault();
  choose(-1);
});
tools.addEventListener("submit", (event) => {
  event.preventDefault();
  choose(1);
});
part("previous").addEventListener("click", () => choose(-1));
part("hear").addEventListener("click", () => {
  if (chosen < 0) choose(1);
  const [word] = matches[chosen];
  playFrom(Number(word.dataset.at), word);
});
