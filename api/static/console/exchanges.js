/** Shortcuts of the pages of exchanges, and cards that are found while somebody types. */

const OFF = 'wegwijs-console-shortcuts-off';
const PAUSE = 250;

const panel = document.querySelector('details.keys');
const form = document.querySelector('#verdict');

/* Shortcuts of one letter can be switched off, and do nothing while somebody types:
   https://www.w3.org/TR/WCAG21/#character-key-shortcuts */
let on = localStorage.getItem(OFF) === null;

function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  return target.matches('input:not([type=radio], [type=checkbox])');
}

function follow(rel) {
  const link = document.querySelector(`.pager a[rel=${rel}]`);
  if (link) link.click();
}

function choose(key) {
  const radio = form?.querySelector(`input[data-key="${key}"]`);
  if (!radio) return;
  radio.checked = true;
  // All but the first need a reason.
  (key === '1' ? radio : form.elements.reason).focus();
}

function showKeys() {
  panel.open = true;
  panel.querySelector('summary').focus();
}

const ACTIONS = {
  n: () => follow('next'),
  p: () => follow('prev'),
  '/': () => document.querySelector('[data-search]')?.focus(),
  '?': showKeys,
};

document.addEventListener('keydown', (event) => {
  if (!on || event.isComposing || event.repeat) return;
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  const action = /^[1-6]$/.test(event.key) ? form && (() => choose(event.key)) : ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

function tellKeys() {
  const button = panel.querySelector('button');
  const status = panel.querySelector('[role=status]');
  button.setAttribute('aria-pressed', String(on));
  status.textContent = on ? status.dataset.on : status.dataset.off;
  for (const kbd of document.querySelectorAll('label.kind kbd')) kbd.hidden = !on;
}

if (panel) {
  panel.hidden = false;
  tellKeys();
  panel.querySelector('button').addEventListener('click', () => {
    on = !on;
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, '1');
    tellKeys();
  });
}

function cardChoice(template, card) {
  const choice = template.content.cloneNode(true);
  const [radio, title, place] = choice.querySelectorAll('input, .title, .muted');
  radio.value = card.id;
  radio.checked = false;
  title.textContent = card.title;
  title.lang = card.language;
  place.textContent = card.place;
  return choice;
}

function setUpCards() {
  const box = document.querySelector('#right-card');
  const field = box.querySelector('#find');
  const button = box.querySelector('button');
  const list = box.querySelector('.found');
  const status = box.querySelector('[role=status]');
  const template = box.querySelector('template');
  let latest = 0;
  let waiting = 0;

  async function find() {
    clearTimeout(waiting);
    const number = (latest += 1);
    const words = field.value.trim();
    const chosen = list.querySelector('input:checked');
    const kept = chosen?.value ? chosen.closest('label') : null;
    let cards = [];
    if (words) {
      const answer = await fetch(`/console/exchanges/cards?find=${encodeURIComponent(words)}`);
      if (!answer.ok || answer.redirected) {
        // Such as when the session ended: the page that the form leads to says so.
        button.type = 'submit';
        form.requestSubmit(button);
        return;
      }
      cards = await answer.json();
    }
    if (number !== latest) return;
    const others = cards.filter(({ id }) => id !== kept?.querySelector('input').value);
    const none = template.content.cloneNode(true);
    none.querySelector('input').checked = !kept;
    list.replaceChildren(
      ...(kept ? [kept] : []),
      ...others.map((card) => cardChoice(template, card)),
      ...(cards.length || kept ? [none] : []),
    );
    const found = box.dataset.some.replace('{count}', cards.length);
    status.textContent = words ? (cards.length ? found : box.dataset.none) : '';
  }

  // Enter in the form now means its first other button: save.
  button.type = 'button';
  button.addEventListener('click', find);
  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    find();
  });
}

if (form) {
  setUpCards();
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.ctrlKey || !event.target.matches('textarea')) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('#save-next'));
  });
}
