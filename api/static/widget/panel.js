/** The frame of the conversation: header, menu, log, text box. It knows nothing of the server. */

import { el, fill, icon, isOff, turnOff } from './dom.js';

/** In characters, as the server has it. */
const LONGEST = 10_000;

const SAY_WHAT_IS_LEFT_FROM = 9_500;

const KEYBOARD_PAUSE_MS = 1_200;

/** A button with an icon, and room for words. */
function button(kind, name, props = {}) {
  return el('button', { type: 'button', class: kind, ...props }, name && icon(name), el('span'));
}

/** Its parts, and what can be done with them. */
export class Panel {
  title = el('h2', { id: 'title', tabindex: '-1' });
  language = el('select');
  menuButton = button('icon', 'menu', { 'aria-controls': 'menu', 'aria-expanded': 'false' });
  closeButton = button('icon', 'close');

  place = el('select', { id: 'place' });
  eraseButton = button('plain', 'bin');
  confirmButton = button('danger');
  cancelButton = button('plain');

  /** What holds as long as it is shown, above the log. */
  bar = el('div', { class: 'bar', role: 'group', hidden: true });
  log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite' });
  replies = el('div', { class: 'replies', role: 'group' });
  retryButton = button('plain', 'again');
  box = el('textarea', { rows: '1', id: 'box', enterkeyhint: 'send', autocomplete: 'off' });
  sendButton = button('send', 'send', { type: 'submit' });

  #placeLabel = el('label', { for: 'place' });
  #question = el('p', { id: 'question' });
  #confirm = el(
    'div',
    { class: 'confirm', role: 'group', 'aria-labelledby': 'question', hidden: true },
    this.#question,
    this.confirmButton,
    this.cancelButton,
  );
  #menu = el(
    'div',
    { class: 'menu', id: 'menu', hidden: true },
    this.#placeLabel,
    this.place,
    this.eraseButton,
    this.#confirm,
  );
  #privacy = el('p', { class: 'privacy' }, icon('lock'), el('span'));
  #status = el('div', { class: 'status', role: 'status' });
  #scroller = el(
    'div',
    { class: 'scroller', tabindex: '0', role: 'region' },
    this.#privacy,
    this.log,
    this.#status,
    this.replies,
  );
  #trouble = el('p', { role: 'alert' });
  #banner = el('div', { class: 'banner', hidden: true }, this.#trouble, this.retryButton);
  #left = el('p', { class: 'left', role: 'status', hidden: true });
  form = el('form', { novalidate: true }, this.#left, this.box, this.sendButton);

  #texts;
  #thinkingTimer;

  /** The panel itself. */
  root = el(
    'div',
    { class: 'panel' },
    el(
      'header',
      {},
      el('span', { class: 'logo' }, icon('signpost')),
      this.title,
      el('span', { class: 'language' }, icon('globe'), this.language),
      this.menuButton,
      this.closeButton,
    ),
    this.#menu,
    this.bar,
    this.#scroller,
    this.#banner,
    this.form,
  );

  constructor() {
    this.box.addEventListener('input', () => this.measure());
    this.menuButton.addEventListener('click', () => this.showMenu(!this.menuShown));
    this.eraseButton.addEventListener('click', () => this.#askToErase(true));
    this.cancelButton.addEventListener('click', () => this.#askToErase(false));
    this.root.addEventListener('click', ({ target }) => {
      const inMenu = this.#menu.contains(target) || this.menuButton.contains(target);
      if (this.menuShown && !inMenu) this.showMenu(false);
    });
  }

  /** Put the widget's words in. Nothing is built anew: the focus stays where it is. */
  setTexts(texts) {
    this.#texts = texts;
    const { widget, direction, language } = texts;
    this.root.lang = language;
    this.root.dir = direction;
    const shown = [
      [this.title, widget.title],
      [this.#placeLabel, widget.place],
      [this.#question, widget.erase_confirm],
      [this.confirmButton.lastChild, widget.erase],
      [this.cancelButton.lastChild, widget.cancel],
      [this.eraseButton.lastChild, widget.erase],
      [this.retryButton.lastChild, widget.retry],
      [this.#privacy.lastChild, texts.privacy_hint],
    ];
    for (const [node, words = ''] of shown) node.textContent = words;
    const named = [
      [this.language, widget.language],
      [this.menuButton, widget.menu],
      [this.closeButton, widget.close],
      [this.#scroller, widget.title],
      [this.box, widget.placeholder],
      [this.sendButton, widget.send],
    ];
    for (const [node, name = widget.title] of named) node.setAttribute('aria-label', name);
    this.box.placeholder = widget.placeholder ?? '';
    this.#privacy.hidden = !texts.privacy_hint;
    this.#setLanguages(texts);
    this.#setPlaces(texts);
    this.measure();
  }

  #setLanguages({ languages = [], language }) {
    this.language.replaceChildren(
      ...languages.map(({ code, name, direction }) =>
        el('option', { value: code, lang: code, dir: direction }, name),
      ),
    );
    this.language.value = language;
    this.language.parentNode.hidden = !languages.length;
    this.menuButton.hidden = !languages.length;
  }

  #setPlaces({ places = [], widget }) {
    // Once a place is chosen, the server knows of no way back to none.
    const none = el('option', { value: '', disabled: true }, widget.no_place);
    const options = places.map(({ id, name }) => el('option', { value: id }, name));
    this.place.replaceChildren(none, ...options);
  }

  /** Show which place is chosen, if it is offered. */
  choosePlace(id) {
    const offered = [...this.place.options].some(({ value }) => value === id);
    this.place.value = offered ? id : '';
  }

  get menuShown() {
    return !this.#menu.hidden;
  }

  showMenu(shown) {
    const hadFocus = this.#menu.contains(this.focused);
    this.#menu.hidden = !shown;
    this.#confirm.hidden = true;
    this.eraseButton.hidden = false;
    this.menuButton.setAttribute('aria-expanded', shown);
    if (shown) this.place.focus();
    else if (hadFocus) this.menuButton.focus();
  }

  #askToErase(asking) {
    this.#confirm.hidden = !asking;
    this.eraseButton.hidden = asking;
    (asking ? this.cancelButton : this.eraseButton).focus();
  }

  /** Fit the box to its text; say how much may still be written. */
  measure() {
    const { box } = this;
    // `auto` would put every placeholder on the left.
    box.dir = box.value ? 'auto' : this.root.dir;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
    const length = box.value.length > SAY_WHAT_IS_LEFT_FROM ? [...box.value].length : 0;
    this.#left.hidden = length <= SAY_WHAT_IS_LEFT_FROM;
    this.#left.classList.toggle('over', length > LONGEST);
    const sentence = this.#texts?.widget.characters_left ?? '{count}';
    this.#left.textContent = this.#left.hidden ? '' : fill(sentence, 'count', LONGEST - length);
  }

  /** What can be sent; empty when there is nothing, or too much. */
  get draft() {
    const text = this.box.value.trim();
    return [...text].length > LONGEST ? '' : text;
  }

  setBox(text) {
    this.box.value = text;
    this.measure();
  }

  /** Show that an answer is on its way, when it takes a moment. */
  setThinking(thinking) {
    clearTimeout(this.#thinkingTimer);
    this.sendButton.classList.toggle('waiting', thinking);
    this.#status.replaceChildren();
    if (!thinking) return;
    this.#thinkingTimer = setTimeout(() => {
      const dots = el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
      this.#status.append(dots, el('span', {}, this.#texts?.widget.thinking ?? ''));
      this.scrollToEnd();
    }, 300);
  }

  /** Say what went wrong; it can be tried again after some seconds. */
  showTrouble(sentence, seconds = 0) {
    this.#banner.hidden = false;
    this.#trouble.textContent = sentence;
    turnOff(this.retryButton, seconds > 0);
    if (seconds > 0) setTimeout(() => turnOff(this.retryButton, false), seconds * 1000);
  }

  hideTrouble() {
    const hadFocus = this.#banner.contains(this.focused);
    this.#banner.hidden = true;
    this.#trouble.textContent = '';
    if (hadFocus) this.rest();
  }

  /** Buttons with answers to choose from. */
  setReplies(suggestions, onChoose) {
    const hadFocus = this.replies.contains(this.focused);
    const buttons = suggestions.map((suggestion) => {
      const choose = ({ currentTarget }) => isOff(currentTarget) || onChoose(suggestion);
      const props = { type: 'button', class: 'reply', dir: 'auto', onclick: choose };
      return el('button', props, suggestion.text);
    });
    this.replies.replaceChildren(...buttons);
    if (hadFocus) this.rest();
  }

  turnRepliesOff(off) {
    for (const button of this.replies.children) turnOff(button, off);
  }

  get focused() {
    return this.root.getRootNode().activeElement;
  }

  /** Give the focus a quiet place: the box, unless that would raise a phone's keyboard. */
  rest() {
    const touch = matchMedia('(pointer: coarse)').matches;
    (touch ? this.title : this.box).focus({ preventScroll: true });
  }

  scrollToEnd() {
    this.#scrollTo(this.#scroller.scrollHeight);
  }

  /** Bring the beginning of a node into view, with a little of what stands above it. */
  scrollToStart(node) {
    // The scroller is what the offset counts from.
    this.#scrollTo(node.offsetTop - 12);
  }

  #scrollTo(top) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#scroller.scrollTo({ top, behavior: still ? 'auto' : 'smooth' });
  }
}

/**
 * Call back when a select has been set. Each arrow key changes a closed select: from a keyboard, it
 * counts after a pause, or when the select is left.
 */
export function onChoice(select, onChosen) {
  let keyed = false;
  let timer = 0;
  const settle = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    onChosen(select.value);
  };
  select.addEventListener('keydown', ({ key }) => {
    keyed = true;
    if (key === 'Enter') settle();
  });
  select.addEventListener('pointerdown', () => (keyed = false));
  select.addEventListener('blur', settle);
  select.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(settle, keyed ? KEYBOARD_PAUSE_MS : 0);
  });
}
