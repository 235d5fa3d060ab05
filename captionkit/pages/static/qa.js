
const filters = [...document.querySelectorAll("button[data-show]")];
const quotes = [...document.querySelectorAll("article[data-verdict]")];
const shown = document.getElementById("shown");

function show(verdict) {
  for (const filter of filters) filter.setAttribute("aria-pressed", String(filter.dataset.show === verdict));
  for (const quote of quotes) quote.hidden = verdict !== "all" && quote.dataset.verdict !== verdict;
  const visible = quotes.filter((quote) => !quote.hidden).length;
  shown.textContent = `Showing ${visible} of ${quotes.length} ${quotes.length === 1 ? "quote" : "quotes"}.`;
}

for (const filter of filters) {
  if (filter.dataset.count !== "0") filter.disabled = false;
  filter.addEventListener("click", () => show(filter.dataset.show));
}
