/** Keeps the list of those who wait up to date. */

import { Bell, freshPage, listen } from './bell.js';

const LOOK_AGAIN_MS = 60_000; // minutes of waiting go on

const lists = document.querySelector('#lists');

async function refresh() {
  const page = await freshPage('/console/handovers');
  const fresh = page?.querySelector('#lists');
  if (!fresh) return;
  // Who reads or works with the keyboard stays where they are.
  const at = lists.contains(document.activeElement) ? addressOf(document.activeElement) : null;
  lists.replaceChildren(...fresh.childNodes);
  if (!at) return;
  const same = [...lists.querySelectorAll('a, button')].find((each) => addressOf(each) === at);
  (same ?? document.querySelector('main')).focus();
}

function addressOf(control) {
  return control.form?.action ?? control.href;
}

listen(new Bell(document.querySelector('#bell')), refresh);
setInterval(refresh, LOOK_AGAIN_MS);
