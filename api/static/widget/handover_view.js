/** How talking to a person looks: the offer, a question that is left, the bar, the messages. */

import { el, fill, fillWith, icon, isOff, turnOff } from './dom.js';
import { dateWords, hoursList, momentWords } from './hours.js';
import { linked, ownMessage, readAloud, sender } from './reply.js';

/** In characters, as the server has them. */
const LONGEST_QUESTION = 10_000;
const LONGEST_CONTACT = 300;

const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>".,:;!?)\]]/g;

const DELIVERY = { sending: 'again', sent: 'check', not_sent: 'warning' };

/** Its parts in the panel; it knows nothing of the server. */
export class HandoverView {
  endButton = el('button', { type: 'button', class: 'plain' });

  #panel;
  #reader;
  #words = {};
  #texts;
  #thread = null;
  #active = false;
  #card = null;
  #state = el('p');
  // Words that change nothing on the screen; the log itself is heard anyway.
  #spoken = el('p', { class: 'unseen', role: 'status' });

  constructor(panel, reader) {
    this.#panel = panel;
    this.#reader = reader;
    panel.bar.append(icon('person'), this.#state, this.endButton);
    panel.root.append(this.#spoken);
  }

  setTexts(texts) {
    this.#texts = texts;
    this.#words = texts.widget;
    this.endButton.textContent = this.#words.person_end ?? '';
    this.#panel.bar.setAttribute('aria-label', this.#words.person ?? '');
    this.#state.textContent = this.#sentence();
  }

  // ---- what stands above the log

  /** Show how the thread stands; null: there is none. */
  state(thread, active) {
    const { bar, place, focused } = this.#panel;
    const before = this.#thread;
    const hadFocus = bar.contains(focused);
    this.#thread = thread;
    this.#active = active;
    const sentence = this.#sentence();
    if (this.#state.textContent !== sentence) this.#state.textContent = sentence;
    bar.hidden = !active;
    // The program would answer to it.
    place.disabled = active;
    if (active) this.#panel.setReplies([]);
    const moved = before?.status !== thread?.status || before?.position !== thread?.position;
    if (active && moved) this.#say(sentence);
    if (!active && hadFocus) this.#panel.rest();
  }

  #sentence() {
    if (!this.#active) return '';
    const { status, position, minutes } = this.#thread;
    const words = this.#words;
    if (status === 'taken') return words.person_taken;
    const line = position ? fill(words.person_line, 'position', position) : words.person_waiting;
    const wait = Number.isFinite(minutes) && fill(words.person_minutes, 'minutes', minutes);
    return [line, wait].filter(Boolean).join(' ');
  }

  #say(words) {
    this.#spoken.textContent = words;
  }

  // ---- cards

  /**
   * Tell who answers, when, and what is kept, and ask for consent.
   *
   * @param {object} info as the server gave it
   * @param {() => Promise<boolean>} onYes
   */
  offer(info, onYes) {
    const words = this.#words;
    const yes = el('button', { type: 'button', class: 'go' }, icon('check'), words.person_yes);
    const no = el('button', { type: 'button', class: 'choice' }, icon('cross'), words.person_no);
    yes.addEventListener('click', () => onceAtATime(yes, onYes));
    no.addEventListener('click', () => {
      this.#remove();
      this.backToProgram();
      this.#panel.rest();
    });
    const { waiting, minutes } = info;
    const wait = [
      fill(words.person_before, 'count', waiting ?? 0),
      Number.isFinite(minutes) && fill(words.person_minutes, 'minutes', minutes),
    ];
    this.#showCard(
      el('h3', {}, words.person),
      fact('person', words.person_who),
      this.#hours(info),
      fact('clock', wait.filter(Boolean).join(' ')),
      this.#kept(info),
      el('p', { class: 'ask', id: 'person-consent' }, words.person_consent),
      el('div', { class: 'choices', role: 'group', 'aria-labelledby': 'person-consent' }, yes, no),
    );
  }

  /**
   * Nobody is there: a form for a question.
   *
   * @param {object} info as the server gave it
   * @param {(question: {text: string, contact: string}) => Promise<boolean>} onLeave
   */
  leave(info, onLeave) {
    const words = this.#words;
    const opens = info.opens_at && momentWords(words.person_opens, info.opens_at, this.#texts);
    const text = el('textarea', {
      id: 'person-question',
      rows: '3',
      maxlength: LONGEST_QUESTION,
      dir: 'auto',
      'aria-describedby': 'person-no-question',
    });
    const contact = el('input', {
      id: 'person-contact',
      maxlength: LONGEST_CONTACT,
      dir: 'auto',
      autocomplete: 'off',
      'aria-describedby': 'person-contact-hint',
    });
    const agree = el('input', { type: 'checkbox', 'aria-describedby': 'person-no-agree' });
    const noText = el('p', { class: 'error', id: 'person-no-question' });
    const noAgree = el('p', { class: 'error', id: 'person-no-agree' });
    const send = el('button', { type: 'submit', class: 'go' }, icon('send'), words.person_send);
    const form = el(
      'form',
      { class: 'leave', novalidate: true, 'aria-label': words.person },
      el('label', { for: 'person-question' }, words.person_question),
      noText,
      text,
      el('label', { for: 'person-contact' }, words.person_contact),
      el('p', { class: 'hint', id: 'person-contact-hint' }, words.person_contact_hint),
      contact,
      el('label', { class: 'agree' }, agree, el('span', {}, words.person_agree)),
      noAgree,
      send,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const given = text.value.trim();
      complain(agree, noAgree, agree.checked ? '' : words.person_no_agree);
      complain(text, noText, given ? '' : words.person_no_question);
      if (!given || !agree.checked) return;
      onceAtATime(send, () => onLeave({ text: given, contact: contact.value.trim() }));
    });
    this.#showCard(
      el('h3', {}, words.person),
      fact('clock', [words.person_away, opens].filter(Boolean).join(' ')),
      this.#hours(info),
      fact('person', words.person_leave),
      this.#kept(info),
      form,
    );
  }

  /** A question has been left. */
  receipt({ receipt, keep_until: until }) {
    const words = this.#words;
    const number = el('strong', { class: 'receipt', dir: 'ltr' }, receipt);
    // A date that ends with a full stop, as in Ukrainian, ends the sentence too.
    const keep =
      until &&
      fill(words.person_receipt_keep, 'date', dateWords(until, this.#texts)).replace(/\.\.$/, '.');
    const parts = [
      el('p', {}, ...fillWith(words.person_receipt, 'receipt', number)),
      keep && el('p', {}, keep),
    ];
    this.#showCard(fact('check', ...parts));
    // It stays when another card comes.
    this.#card = null;
  }

  /** The person has consented, or left a question: the card has served. */
  begun() {
    this.#remove();
    this.#panel.hideTrouble();
    this.#panel.scrollToEnd();
    this.#panel.rest();
  }

  #showCard(...parts) {
    const { language, direction, widget } = this.#texts;
    this.#remove();
    this.#panel.hideTrouble();
    this.#card = el(
      'article',
      { class: 'turn bot offer', lang: language, dir: direction },
      sender(widget.bot),
      el('div', { class: 'messages' }, ...parts),
    );
    this.#panel.log.append(this.#card);
    this.#panel.scrollToStart(this.#card);
  }

  #remove() {
    this.#card?.remove();
    this.#card = null;
  }

  #hours({ hours = [] }) {
    if (!hours[0]) return null;
    return fact('clock', el('p', {}, this.#words.person_hours), hoursList(hours, this.#words));
  }

  #kept({ keep_days: days }) {
    const { person_kept: kept, person_kept_days: until } = this.#words;
    return fact('lock', [kept, days && fill(until, 'days', days)].filter(Boolean).join(' '));
  }

  // ---- the thread in the log

  /** What the person writes. @returns {HTMLElement} to be given to `deliver` */
  own(text) {
    const node = ownMessage(text, this.#texts);
    node.classList.add('to-person');
    node.append(el('small', { 'aria-live': 'off' }));
    this.#panel.log.append(node);
    this.#panel.scrollToEnd();
    this.deliver(node, 'sending');
    return node;
  }

  /** Say whether it has arrived: sending, sent or not_sent. */
  deliver(node, state) {
    const before = node.dataset.delivery;
    if (before === state) return;
    node.dataset.delivery = state;
    const words = this.#words[`person_${state}`];
    node.lastChild.replaceChildren(icon(DELIVERY[state]), words);
    // Every single one would be too much to listen to.
    if (state === 'not_sent' || before === 'not_sent') this.#say(words);
  }

  /** It has arrived; the server may have hidden something in it. */
  confirm(node, { text, language, direction }) {
    const shown = node.querySelector('p');
    if (shown.textContent !== text) shown.textContent = text;
    shown.lang = language;
    shown.dir = direction;
    this.deliver(node, 'sent');
  }

  /** A message of the thread, from whomever. */
  message(message) {
    const { sender: from, text } = message;
    if (from === 'newcomer') this.confirm(this.own(text), message);
    else if (from === 'notice') this.#note(message);
    else this.#answer(message);
  }

  backToProgram() {
    this.#panel.hideTrouble();
    this.#note({ ...this.#texts, text: this.#words.person_program });
  }

  #note({ text, language: lang, direction: dir }) {
    const note = el('p', { class: 'event', lang, dir }, icon('info'), el('span', {}, text));
    this.#panel.log.append(note);
    this.#panel.scrollToEnd();
  }

  #answer({ name, text, language: lang, direction: dir }) {
    const role = this.#words.person_caseworker;
    const links = (text.match(ADDRESS) ?? []).map((address) => ({ text: address, href: address }));
    const said = { messages: [{ text, language: lang }] };
    const node = el(
      'article',
      { class: 'turn bot person' },
      el('p', { class: 'who' }, icon('person'), el('bdi', {}, name || role)),
      el('div', { class: 'messages' }, el('p', { lang, dir }, ...linked(text, links))),
      el('div', { class: 'actions' }, readAloud(said, this.#texts, this.#reader)),
    );
    this.#panel.log.append(node);
    this.#panel.scrollToStart(node);
  }
}

function fact(mark, ...parts) {
  return el('div', { class: 'fact' }, icon(mark), el('div', {}, ...parts));
}

async function onceAtATime(button, job) {
  if (isOff(button)) return;
  turnOff(button, true);
  await job();
  turnOff(button, false);
}

/** Say what is missing and go there; nothing is missing when there are no words for it. */
function complain(field, place, words) {
  place.textContent = words;
  field.setAttribute('aria-invalid', Boolean(words));
  if (words) field.focus();
}
