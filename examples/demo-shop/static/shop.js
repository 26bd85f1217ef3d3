"use strict";

// The cart is in localStorage: slugs and how many of each.
const CART = "halo-cart";
// The last order: the cart it was, and what it was paid with.
const ORDER = "halo-order";
const MOST = 99;

// Storage may hold anything, or be forbidden: what cannot be read is empty.
function load(key) {
  try {
    const value = JSON.parse(localStorage.getItem(key));
    return value instanceof Object ? value : {};
  } catch {
    return {};
  }
}

function save(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    say("Your browser does not let this shop keep a cart.");
  }
}

function say(text) {
  const status = document.querySelector('[role="status"]');
  if (status) status.textContent = text;
}

function numberOf(cart, slug) {
  const number = cart[slug];
  return Number.isInteger(number) && number > 0 ? Math.min(number, MOST) : 0;
}

function setNumber(slug, number) {
  const cart = load(CART);
  cart[slug] = Math.min(number, MOST);
  if (number < 1) delete cart[slug];
  save(CART, cart);
  paint();
}

const money = (dollars) => `$${dollars.toFixed(2)}`;

// Shows the lines that a cart or an order holds, and their total.
function paintLines(list) {
  const held = list.dataset.lines === "order" ? (load(ORDER).cart ?? {}) : load(CART);
  let total = 0;
  for (const line of list.querySelectorAll("[data-slug]")) {
    const number = numberOf(held, line.dataset.slug);
    const amount = number * Number(line.dataset.dollars);
    total += amount;
    line.hidden = number === 0;
    line.querySelector("[data-number]").textContent = number;
    line.querySelector("[data-amount]").textContent = money(amount);
    line.querySelector('[data-step="-1"]')?.setAttribute("aria-disabled", number <= 1);
    line.querySelector('[data-step="1"]')?.setAttribute("aria-disabled", number >= MOST);
  }
  document.querySelector("[data-total]").textContent = money(total);
  const filled = document.querySelector("#filled");
  if (filled) filled.hidden = total === 0;
  const empty = document.querySelector("#empty");
  if (empty) empty.hidden = total > 0;
}

function paint() {
  const cart = load(CART);
  const count = Object.keys(cart).reduce((sum, slug) => sum + numberOf(cart, slug), 0);
  document.querySelector("#cart-count").textContent = count;
  const list = document.querySelector("[data-lines]");
  if (list) paintLines(list);
}

// Product page.
const add = document.querySelector("[data-add]");
add?.addEventListener("click", () => {
  const slug = add.dataset.add;
  const number = numberOf(load(CART), slug) + 1;
  const link = Object.assign(document.createElement("a"), { href: "/cart", textContent: "View cart" });
  document.querySelector("#added").replaceChildren(`Added: ${Math.min(number, MOST)} in your cart. `, link);
  setNumber(slug, number);
});

// Cart: steppers and removal.
document.querySelector('.lines[data-lines="cart"]')?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const line = button.closest("[data-slug]");
  const number = Number(line.querySelector("[data-number]").textContent);
  setNumber(line.dataset.slug, "remove" in button.dataset ? 0 : number + Number(button.dataset.step));
  if (!line.hidden) return;
  say(`${line.querySelector("h2").textContent} removed.`);
  // The button that had the focus is gone.
  document.querySelector("#title").focus();
});

// Checkout. The other five buttons are broken on purpose: nobody listens to them.
for (const slug of ["orbit", "card", "tap", "bank", "gift", "wire", "voucher"]) {
  const button = document.querySelector(`#pay-${slug}`);
  button?.addEventListener("click", () => {
    save(ORDER, { cart: load(CART), payment: button.textContent });
    save(CART, {});
    location.assign("/thanks");
  });
}

// Confirmation.
const paidWith = document.querySelector("#paid-with");
const { payment } = load(ORDER);
if (paidWith && typeof payment === "string") paidWith.textContent = `Paid with ${payment}.`;

// Home: a category is an address of its own, without a new page.
const categories = document.querySelector("#categories");

function showCategory() {
  const wanted = new URLSearchParams(location.search).get("category");
  const pills = [...categories.querySelectorAll("a")];
  const shown = pills.find((pill) => pill.dataset.category === wanted) ?? pills[0];
  const category = shown.dataset.category;
  for (const pill of pills) pill.setAttribute("aria-current", pill === shown);
  for (const tile of document.querySelectorAll("#tiles > *")) {
    tile.hidden = category !== "" && tile.dataset.category !== category;
  }
  document.querySelector("#title").textContent = shown.dataset.title;
  document.querySelector("#lead").textContent = shown.dataset.lead;
  document.title = `${shown.dataset.title} · Halo`;
}

categories?.addEventListener("click", (event) => {
  const pill = event.target.closest("a");
  if (!pill || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (pill.href !== location.href) history.pushState(null, "", pill.href);
  showCategory();
});
if (categories) addEventListener("popstate", showCategory);

// The offer's clock: five minutes, and then five minutes again.
const OFFER_MS = 5 * 60 * 1000;
const opened = Date.now();

function tick() {
  const seconds = Math.round((OFFER_MS - ((Date.now() - opened) % OFFER_MS)) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  document.querySelector("#clock").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

setInterval(tick, 1000);

paint();
// Back from another page, or changed in another tab.
addEventListener("pageshow", paint);
addEventListener("storage", paint);
