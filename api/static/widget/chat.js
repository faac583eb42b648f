/** What happens: turns one after another, the language, the place, erasing, and trouble. */

import { el, icon, isOff } from './dom.js';
import { Handover } from './handover.js';
import { HandoverView } from './handover_view.js';
import { builtInTexts } from './languages.js';
import { onChoice } from './panel.js';
import { answer, ownMessage } from './reply.js';
import { Reader } from './speech.js';

/** Connects a panel with a conversation. */
export class Chat {
  #panel;
  #conversation;
  #onTexts;
  #onAnswer;
  #reader = new Reader();
  #handover;
  #handoverView;
  #texts;
  #textsLoaded = false;
  #started = false;
  #working = 0;
  #last = Promise.resolve();
  #sendWhenReady = false;
  #retry = null;
  #place;
  // Chosen while a person was answering: the program does not know of it yet.
  #newLanguage = null;
  #toRestore = false;

  constructor(panel, conversation, { onTexts, onAnswer }) {
    this.#panel = panel;
    this.#conversation = conversation;
    this.#onTexts = onTexts;
    this.#onAnswer = onAnswer;
    this.#place = conversation.place;
    this.#handoverView = new HandoverView(panel, this.#reader);
    this.#handover = new Handover(conversation, this.#handoverView, {
      onTrouble: (error, retry) => this.#fail(error, retry ?? (() => this.#submit())),
      onNews: onAnswer,
      onUnsent: (text) => this.#putBack(text),
      onBack: () => this.#tellNewLanguage(),
    });
    this.#toRestore = this.#handover.remembered;
    this.#setTexts(builtInTexts(conversation.language));
    this.#listen();
  }

  /** The widget's words now. */
  get texts() {
    return this.#texts;
  }

  /** Bring back the person who was answering on an earlier page, if one was. */
  goOn() {
    return this.#toRestore ? this.#inTurn(() => this.#restore()) : this.#last;
  }

  /** Greet, the first time only; not while a person answers. */
  start() {
    if (this.#handover.active) this.#panel.scrollToEnd();
    if (this.#started) return this.#last;
    this.#started = true;
    this.goOn();
    return this.#inTurn(() => this.#greet());
  }

  /** Ask in the person's name. */
  ask(text) {
    this.start();
    return this.#inTurn(() => this.#say(text));
  }

  /** Speak another language from here on. */
  changeLanguage(code) {
    if (code === this.#conversation.language && this.#textsLoaded) return this.#last;
    const label = this.#texts.languages?.find((each) => each.code === code)?.name ?? code;
    if (this.#handover.active) {
      this.#newLanguage = code;
      return this.#inTurn(() => this.#speakWithPerson(code));
    }
    if (!this.#started) {
      this.#conversation.language = code;
      this.#textsLoaded = false;
      this.#setTexts(builtInTexts(code));
      return this.#last;
    }
    const payload = `/change_language{"language": "${code}"}`;
    return this.#inTurn(() =>
      this.#exchange(
        this.#conversation.id
          ? { payload, label, language: code }
          : { payload: '/start', language: code },
      ),
    );
  }

  /** Stop reading aloud. */
  quiet() {
    this.#reader.stop();
  }

  /** The widget is taken off the page, or put back. */
  pause() {
    this.quiet();
    this.#handover.pause();
  }

  resume() {
    this.#handover.resume();
  }

  #listen() {
    const panel = this.#panel;
    panel.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    panel.box.addEventListener('keydown', (event) => {
      // 229: a key that belongs to an input method, in browsers that say so no other way.
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key !== 'Enter' || event.shiftKey || composing) return;
      event.preventDefault();
      this.#submit();
    });
    // Still writing: not what was meant to be sent.
    panel.box.addEventListener('input', () => (this.#sendWhenReady = false));
    panel.retryButton.addEventListener('click', () => isOff(panel.retryButton) || this.#retry?.());
    panel.confirmButton.addEventListener('click', () => this.#erase());
    onChoice(panel.language, (code) => this.changeLanguage(code));
    onChoice(panel.place, (id) => this.#tellPlace(id));
  }

  #submit() {
    const text = this.#panel.draft;
    if (!text) return;
    if (this.#handover.active) {
      this.#panel.setBox('');
      this.#panel.hideTrouble();
      this.#handover.say(text);
      return;
    }
    if (this.#working) {
      // One at a time. The text waits in the box, where it can still be changed.
      this.#sendWhenReady = true;
      return;
    }
    this.#panel.setBox('');
    this.#take({ text, label: text });
  }

  #tellPlace(id) {
    const label = this.#panel.place.selectedOptions[0]?.textContent;
    this.#panel.showMenu(false);
    this.#take({ payload: `/tell_place{"place":"${id}"}`, label });
  }

  #erase() {
    this.#panel.showMenu(false);
    return this.#inTurn(async () => {
      this.#newLanguage = null;
      if (!(await this.#handover.end(() => this.#erase()))) return;
      try {
        await this.#conversation.erase();
      } catch (error) {
        this.#fail(error, () => this.#erase());
        return;
      }
      this.#clear();
      this.#panel.log.append(el('p', { class: 'event' }, icon('check'), this.#texts.widget.erased));
      this.#take({ payload: '/start' });
    });
  }

  async #restore() {
    if (!this.#toRestore) return;
    this.#panel.hideTrouble();
    try {
      await this.#speak(this.#conversation.language);
      await this.#handover.restore();
      this.#toRestore = false;
    } catch (error) {
      this.#fail(error, () => {
        this.goOn();
        this.#inTurn(() => this.#greet());
      });
    }
  }

  async #greet() {
    if (this.#toRestore || this.#handover.active) return;
    await this.#exchange({ payload: '/start' });
  }

  /** To the person or the program, whoever it is by now. */
  #say(text) {
    return this.#handover.active
      ? this.#handover.say(text)
      : this.#exchange({ text, label: text });
  }

  /** The program stays silent meanwhile. */
  async #speakWithPerson(code) {
    try {
      await this.#speak(code);
      this.#panel.hideTrouble();
    } catch (error) {
      this.#fail(error, () => this.changeLanguage(code));
    }
  }

  #tellNewLanguage() {
    const language = this.#newLanguage;
    this.#newLanguage = null;
    if (language) this.#take({ payload: `/change_language{"language": "${language}"}`, language });
  }

  /** Send a message, after those before it. */
  #take(message) {
    return this.#inTurn(() => this.#exchange(message));
  }

  #inTurn(job) {
    this.#working += 1;
    this.#last = this.#last.then(job).finally(() => {
      this.#working -= 1;
      if (this.#working || !this.#sendWhenReady) return;
      this.#sendWhenReady = false;
      this.#submit();
    });
    return this.#last;
  }

  /** One message: text or payload; label: what is shown as said; language: from here on. */
  async #exchange(message) {
    const panel = this.#panel;
    const own = message.label && ownMessage(message.label, this.#texts);
    this.quiet();
    panel.hideTrouble();
    panel.turnRepliesOff(true);
    panel.setThinking(true);
    if (own) {
      panel.log.append(own);
      panel.scrollToEnd();
    }
    try {
      await this.#speak(message.language ?? this.#conversation.language);
      const reply = await this.#sayOrBeginAnew(message);
      // Without its words an answer can still be shown.
      await this.#speak(reply.language).catch(() => {});
      panel.setThinking(false);
      this.#show(reply, message, own);
    } catch (error) {
      panel.setThinking(false);
      own?.remove();
      panel.turnRepliesOff(false);
      this.#giveBack(error, message);
    }
  }

  /** The conversation of an earlier page may be gone. */
  async #sayOrBeginAnew(message) {
    try {
      return await this.#conversation.say(message);
    } catch (error) {
      if (!error.refused || message.payload !== '/start' || !this.#conversation.id) throw error;
      this.#conversation.forget();
      return this.#conversation.say(message);
    }
  }

  #show(reply, { payload }, own) {
    const panel = this.#panel;
    own?.querySelector('p').setAttribute('lang', reply.language);
    this.#notePlace(payload);
    const shown = answer(reply, this.#texts, {
      reader: this.#reader,
      rate: (helpful) => this.#conversation.rate(reply.exchange_id, helpful),
    });
    panel.log.append(shown);
    panel.setReplies(reply.suggestions ?? [], ({ text, payload }) =>
      this.#take({ payload, label: text }),
    );
    panel.scrollToStart(shown);
    if (reply.status === 'handed_over') this.#handover.offer();
    this.#onAnswer();
  }

  /** A button, too, can name the place. */
  #notePlace(payload = '') {
    const [, place] = payload.match(/^\/tell_place.*"place": *"([^"]*)"/) ?? [];
    if (place === undefined) return;
    this.#conversation.placeNamed();
    this.#place = place;
    this.#panel.choosePlace(place);
  }

  /** What was written goes back into the box, before what has been written since. */
  #giveBack(error, message) {
    this.#sendWhenReady = false;
    if (message.text) {
      this.#putBack(message.text);
      this.#fail(error, () => this.#submit());
    } else {
      this.#fail(error, () => this.#take(message));
    }
  }

  #putBack(text) {
    const { box } = this.#panel;
    this.#panel.setBox([text, box.value].filter(Boolean).join('\n'));
  }

  #fail({ status, retryAfter = 0 }, retry) {
    const { too_fast: tooFast, offline } = this.#texts.widget;
    this.#retry = retry;
    // A choice that did not reach the server is not shown as made.
    this.#panel.language.value = this.#conversation.language;
    this.#panel.choosePlace(this.#place);
    this.#panel.showTrouble(status === 429 ? tooFast : offline, Math.min(retryAfter, 60));
  }

  /** Load and use the words of a language, unless they are in use. */
  async #speak(language) {
    if (!language || (this.#textsLoaded && language === this.#texts.language)) return;
    const texts = await this.#conversation.texts(language);
    this.#textsLoaded = true;
    this.#conversation.language = texts.language;
    this.#setTexts(texts);
  }

  #setTexts(texts) {
    this.#texts = texts;
    this.#panel.setTexts(texts);
    this.#handoverView.setTexts(texts);
    this.#panel.choosePlace(this.#place);
    this.#onTexts(texts);
  }

  #clear() {
    this.#handover.forget();
    this.#reader.clear();
    this.#panel.log.replaceChildren();
    this.#panel.setReplies([]);
    this.#panel.setBox('');
    this.#panel.hideTrouble();
    this.#place = this.#conversation.place;
    this.#panel.choosePlace(this.#place);
  }
}
