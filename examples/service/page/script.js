// SPDX-License-Identifier: MIT
// The profile is kept here alone: each change of it is sent whole, and the service forgets it with the answer.

const at = (id) => document.getElementById(id);
const ratings = new Map();  // item → {title, stars}
let scale = {min_rating: 1, max_rating: 5};
let places = new Map();  // item → its place in the list before
let asked = 0;           // how often, so that a late answer is known for one

/** An element. Text that comes from elsewhere becomes a text node, never markup. */
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function ask(path, body) {
  const options = body && {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)};
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The service does not answer.");
  }
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

/** Runs what talks to the service, and shows how it failed. */
async function trying(action) {
  try {
    await action();
    at("error").hidden = true;
  } catch (error) {
    at("error").textContent = error.message;
    at("error").hidden = false;
  }
}

const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const rowsOf = (item) => document.querySelectorAll(`[data-item="${CSS.escape(item)}"]`);

/** Five stars are the greatest rating of the model's scale. */
const ratingOf = (stars) => Math.max(scale.min_rating, scale.max_rating * stars / 5);
const starsOf = (rating) => Math.round(rating * 5 / scale.max_rating);

/** A radio group, so that arrow keys choose and screen readers tell the choice. */
function starsFor(item, title, list) {
  const group = make("fieldset", {className: "stars"}, make("legend", {className: "hidden"}, `Your rating of ${title}`));
  for (let stars = 1; stars <= 5; ++stars) {
    const radio = make("input", {type: "radio", name: `${list}-${item}`, value: stars, ariaLabel: plural(stars, "star")});
    radio.checked = ratings.get(item)?.stars === stars;
    radio.addEventListener("change", () => rate(item, title, stars));
    group.append(make("label", {}, radio, make("span", {ariaHidden: "true"})));
  }
  return group;
}

function rowOf(item, title, list, ...more) {
  const row = make("div", {className: "row"}, make("span", {className: "title"}, title), ...more,
                   starsFor(item, title, list));
  const entry = make("li", {}, row);
  entry.dataset.item = item;
  return entry;
}

function rate(item, title, stars) {
  if (!ratings.has(item)) at("rated").prepend(ratedRow(item, title));
  ratings.set(item, {title, stars});
  changed(item);
}

function remove(item) {
  const row = at("rated").querySelector(`[data-item="${CSS.escape(item)}"]`);
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  ratings.delete(item);
  row.remove();
  (neighbour?.querySelector(".remove") ?? at("query")).focus();
  changed(item);
}

function ratedRow(item, title) {
  const entry = rowOf(item, title, "rated");
  const button = make("button", {type: "button", className: "remove", ariaLabel: `Remove ${title}`}, "×");
  button.addEventListener("click", () => remove(item));
  entry.firstChild.append(button);
  return entry;
}

/** Shows the rating of an item wherever it stands, and asks what follows from it. */
function changed(item) {
  const stars = ratings.get(item)?.stars;
  for (const row of rowsOf(item)) {
    for (const radio of row.querySelectorAll("input")) radio.checked = Number(radio.value) === stars;
  }
  at("rated-status").hidden = ratings.size > 0;
  trying(recommend);
}

async function recommend() {
  const number = ++asked;
  const profile = [...ratings].map(([item, {stars}]) => ({item, rating: ratingOf(stars)}));
  const {recommendations} = await ask("recommendations", {ratings: profile, count: 10, reasons: 3});
  if (number === asked) show(recommendations);
}

function show(recommendations) {
  const focused = document.activeElement.closest("#recommended [data-item]")?.dataset.item;
  const heaviest = Math.max(...recommendations.flatMap(({reasons}) => reasons.map(({share}) => Math.abs(share))));
  at("recommended").replaceChildren(...recommendations.map((entry, place) => {
    const row = rowOf(entry.item, entry.title, "recommended",
                      make("span", {className: "score"}, `${predicted(entry.score)} of ${scale.max_rating}`),
                      make("span", {className: "moved"}, moved(entry, place)));
    if (ratings.size > 0) row.append(reasonsOf(entry, heaviest));
    return row;
  }));
  places = new Map(recommendations.map(({item}, place) => [item, place]));
  at("status").textContent = ratings.size === 0
      ? "What most people like, as long as you have rated nothing."
      : `From ${plural(ratings.size, "rating")} of yours.`;
  // What was rated here has gone to the other list, and the keyboard follows it.
  const rows = focused === undefined ? [] : [...rowsOf(focused)];
  const row = rows.find((entry) => entry.closest("#recommended")) ?? rows.find((entry) => entry.closest("#rated"));
  (row?.querySelector("input:checked") ?? row?.querySelector("input"))?.focus();
}

const predicted = (score) => Math.min(scale.max_rating, Math.max(scale.min_rating, score)).toFixed(1);

function moved({item}, place) {
  if (places.size === 0) return "";
  if (!places.has(item)) return "new";
  const up = places.get(item) - place;
  return up === 0 ? "" : up > 0 ? `▲ ${up}` : `▼ ${-up}`;
}

function reasonsOf({general, reasons, others}, heaviest) {
  const signed = (number) => (number < 0 ? "−" : "+") + Math.abs(number).toFixed(2);
  const lines = reasons.map(({title, rating, share}) => make("li", {className: share < 0 ? "against" : "for"},
      make("meter", {max: heaviest, value: Math.abs(share), ariaHidden: "true"}),
      make("span", {className: "share"}, signed(share)),
      make("span", {}, `you gave ${title} ${plural(starsOf(rating), "star")}`)));
  const rest = ratings.size > reasons.length ? `, ${signed(others)} for your other ratings` : "";
  lines.push(make("li", {className: "general"}, make("span"), make("span", {className: "share"}, general.toFixed(2)),
                  make("span", {}, `in general${rest}`)));
  return make("ul", {className: "reasons"}, ...lines);
}

async function search() {
  const query = at("query").value.trim();
  const {items} = query === "" ? {items: []} : await ask(`items?count=6&query=${encodeURIComponent(query)}`);
  if (query !== at("query").value.trim()) return;  // typed on in the meantime
  at("found").replaceChildren(...items.map(({item, title}) => rowOf(item, title, "found")));
  at("found-status").textContent = query === "" ? "" : items.length === 0 ? "Nothing is called that." : "";
}

let pause;
at("query").addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => trying(search), 120);
});

trying(async () => {
  scale = await ask("model");
  await recommend();
});
