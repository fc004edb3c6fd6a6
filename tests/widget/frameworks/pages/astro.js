/** What Astro's client router does between two pages: it takes the attributes and the body of the page that comes. */

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  const next = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  for (const { name, value } of next.documentElement.attributes) document.documentElement.setAttribute(name, value);
  document.body.replaceWith(next.body);
  history.pushState({}, "", link.href);
});
