/** A thread that lives: messages come by themselves, and what is written is sent until it is there. */

import { Bell, freshPage, listen } from './bell.js';

const LONGEST_PAUSE_MS = 10_000;

const thread = document.querySelector('#thread');
const path = location.pathname;
const id = path.split('/').at(-1);
const stored = `wegwijs.handover.${id}`;
const outbox = [];
const bell = new Bell(document.querySelector('#bell'));
let state = document.querySelector('#state').dataset.state;
let sending = false;

// ---- hearing

async function refresh() {
  const page = await freshPage(path);
  if (!page) return;
  for (const item of page.querySelectorAll('#thread > li')) receive(item);
  const fresh = page.querySelector('#state');
  const before = statusOf(state);
  state = fresh.dataset.state;
  document.querySelector('#state').replaceWith(fresh);
  // What is being written stays, as long as it can be sent.
  if (statusOf(state) === before) return;
  document.querySelector('#desk').replaceWith(page.querySelector('#desk'));
  setUpForm();
}

/** The status and who has it, without the number of the last message. */
function statusOf(text) {
  const [status, , by] = text.split(' ');
  return `${status} ${by}`;
}

function receive(item) {
  const { seq, key } = item.dataset;
  if (thread.querySelector(`[data-seq="${seq}"]`)) return;
  const waits = outbox.findIndex((each) => each.key === key);
  if (waits >= 0) settle(outbox[waits]);
  const later = [...thread.children].find((each) => !each.dataset.seq);
  thread.insertBefore(item, later ?? null);
  // The program only speaks in a thread when somebody tells of danger.
  if (item.classList.contains('notice')) bell.danger();
  document.querySelector('#nothing').hidden = true;
  showEnd();
}

function showEnd() {
  const log = thread.parentElement;
  log.scrollTop = log.scrollHeight;
}

// ---- writing

function setUpForm() {
  const form = document.querySelector('#write');
  if (!form) return;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { text, language } = form.elements;
    if (!text.value.trim()) return;
    add({ key: newKey(), text: text.value, language: language.value });
    text.value = '';
    text.focus();
  });
  form.elements.text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

function add(message) {
  const node = document.createElement('li');
  node.className = 'said own pending';
  const who = document.createElement('p');
  who.className = 'who muted';
  who.textContent = thread.dataset.sending;
  const words = document.createElement('p');
  words.className = 'words';
  words.dir = 'auto';
  words.lang = message.language;
  words.textContent = message.text;
  node.append(who, words);
  thread.append(node);
  showEnd();
  outbox.push({ ...message, node });
  remember();
  flush();
}

async function flush() {
  if (sending) return;
  sending = true;
  let failures = 0;
  while (outbox[0]) {
    const [message] = outbox;
    const status = await send(message);
    if (status === 200) {
      failures = 0;
      await refresh();
      if (outbox.includes(message)) settle(message);
    } else if (status >= 400 && status < 500) {
      giveBack(message);
    } else {
      failures += 1;
      const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  sending = false;
}

/** @returns {Promise<number>} the status; 0 when it is not known whether it arrived */
async function send({ key, text, language }) {
  const csrf = document.querySelector('[name=csrf]').value;
  const body = new URLSearchParams({ csrf, key, text, language });
  try {
    const answer = await fetch(`${path}/messages`, {
      method: 'POST',
      body,
      headers: { Accept: 'application/json' },
      redirect: 'error',
    });
    return answer.status;
  } catch {
    return 0;
  }
}

function settle(message) {
  outbox.splice(outbox.indexOf(message), 1);
  message.node.remove();
  remember();
}

/** It is refused for good: the words stay in sight. */
function giveBack(message) {
  outbox.splice(outbox.indexOf(message), 1);
  message.node.classList.replace('pending', 'unsent');
  message.node.querySelector('.who').textContent = thread.dataset.unsent;
  remember();
  refresh();
}

/** What has not arrived outlives the page. */
function remember() {
  const unsent = outbox.map(({ key, text, language }) => ({ key, text, language }));
  if (unsent.length) sessionStorage.setItem(stored, JSON.stringify(unsent));
  else sessionStorage.removeItem(stored);
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// ---- cards

document.querySelector('#cards').addEventListener('submit', (event) => {
  event.preventDefault();
  show(`${path}?${new URLSearchParams(new FormData(event.target))}`);
});

document.querySelector('#cards').addEventListener('click', async (event) => {
  const insert = event.target.closest('.insert');
  const form = document.querySelector('#write');
  if (!insert || !form) return;
  event.preventDefault();
  const page = await freshPage(insert.href);
  const draft = page?.querySelector('#text').value;
  if (!draft) return;
  const { text, language } = form.elements;
  text.value = [text.value.trim(), draft].filter(Boolean).join('\n\n');
  language.value = page.querySelector('#in-language').value;
  text.focus();
});

async function show(address) {
  const page = await freshPage(address);
  const found = page?.querySelector('#found');
  if (found) document.querySelector('#found').replaceChildren(...found.childNodes);
}

// ---- beginning

setUpForm();
showEnd();
for (const message of JSON.parse(sessionStorage.getItem(stored) ?? '[]')) {
  if (!thread.querySelector(`[data-key="${message.key}"]`)) add(message);
}
remember();
listen(bell, (threads) => {
  // A thread that has ended is not among them.
  const now = threads[id];
  if (now ? now !== state : !state.startsWith('ended')) refresh();
});
