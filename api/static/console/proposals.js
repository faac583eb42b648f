/** While work goes on behind the page of a proposal, its parts are fetched anew. */

const EVERY = 2000;
const PARTS = ['#live', '#review'];

async function renew() {
  const answer = await fetch(location.pathname, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of PARTS) {
    const old = document.querySelector(part);
    const now = fresh.querySelector(part);
    // What did not change is not replaced, so that nothing is read out twice.
    if (old && now && old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
  }
}

async function follow() {
  if (!document.querySelector('[data-waits]')) return;
  try {
    await renew();
  } catch {
    // The server may be starting anew; the next time tells.
  }
  setTimeout(follow, EVERY);
}

setTimeout(follow, EVERY);
