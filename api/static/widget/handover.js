/** Talking to a person: the thread, and keeping it in step with the server. */

import { STORED, store, stored } from './conversation.js';
import { Outbox } from './outbox.js';

const PATIENCE_MS = 15_000;

const TICK_MS = 4_000;

/** Even an open stream may be silent: some networks hold it back. */
const LOOK_ANYWAY_TICKS = 8;

const WITH_A_PERSON = ['waiting', 'taken'];

/** One thread at a time. */
export class Handover {
  #conversation;
  #view;
  #hooks;
  #outbox;
  #thread = null;
  #last = 0;
  #seen = new Set();
  #source = null;
  #timer = 0;
  #ticks = 0;

  /**
   * @param {Conversation} conversation
   * @param {HandoverView} view
   * @param {{
   *   onTrouble: (error: ServerError, retry: () => void) => void,
   *   onNews: () => void,
   *   onUnsent: (text: string) => void,
   *   onBack: () => void,
   * }} hooks onNews: a person wrote; onUnsent: what cannot be sent; onBack: the program answers
   */
  constructor(conversation, view, hooks) {
    this.#conversation = conversation;
    this.#view = view;
    this.#hooks = hooks;
    this.#outbox = new Outbox({
      isOpen: () => this.active,
      send: (message) => this.#ask('POST', '/messages', message),
      onSent: (item, message) => this.#showSent(item, message),
      onLate: ({ node }) => view.deliver(node, 'not_sent'),
      onRefused: (item) => this.#returnToSender(item),
    });
    view.endButton.addEventListener('click', () => this.end());
    window.addEventListener('online', () => this.#hurry());
  }

  /** Whether an earlier page of this visit opened a thread. */
  get remembered() {
    return Boolean(this.#conversation.id && stored(STORED.person));
  }

  /** Whether what is written goes to a person. */
  get active() {
    return WITH_A_PERSON.includes(this.#thread?.status);
  }

  /** Offer a person, where this server has them. */
  async offer() {
    try {
      const path = `handover?language=${this.#conversation.language}`;
      const info = await this.#conversation.request('GET', path);
      if (!info.enabled || this.active) return;
      if (info.open) this.#view.offer(info, () => this.#begin());
      else this.#view.leave(info, (question) => this.#leave(question));
    } catch (error) {
      // A server without this: the answer has said where else to ask.
      if (error.status !== 404) this.#hooks.onTrouble(error, () => this.offer());
    }
  }

  /** Bring back the thread of an earlier page. @returns {Promise<boolean>} whether it is open */
  async restore() {
    const heard = Number(stored(STORED.person));
    let thread;
    try {
      thread = await this.#ask('GET', '?after=0');
    } catch (error) {
      if (!error.refused) throw error;
      this.forget();
      return false;
    }
    const unsent = Outbox.remembered();
    this.#adopt(thread, heard);
    const arrived = thread.messages.map(({ key }) => key);
    for (const { key, text } of unsent) {
      if (arrived.includes(key)) continue;
      if (this.active) this.say(text, key);
      else this.#hooks.onUnsent(text);
    }
    if (thread.status === 'ended') this.#view.backToProgram();
    return this.active;
  }

  /** Say something to the person. */
  say(text, key) {
    this.#outbox.add({ key, text, node: this.#view.own(text) });
  }

  /**
   * Go back to the program.
   *
   * @param {() => void} retry what to try again when the server is not reached
   * @returns {Promise<boolean>} whether the server knows
   */
  async end(retry = () => this.end()) {
    if (!this.active) return true;
    try {
      this.#update(await this.#ask('POST', '/end'));
    } catch (error) {
      if (!error.refused) {
        this.#hooks.onTrouble(error, retry);
        return false;
      }
      // No thread is open there.
      this.#apply({ status: 'ended' });
    }
    return true;
  }

  /** Forget it all here, as when the conversation is erased. */
  forget() {
    this.#thread = null;
    this.#outbox.clear();
    this.#stop();
    this.#view.state(null, false);
  }

  /** Let go of the line while the widget is not on the page. */
  pause() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#source?.close();
    this.#source = null;
  }

  /** Go on after a pause. */
  resume() {
    if (this.#thread && this.#thread.status !== 'ended') this.#watch();
  }

  // ---- a thread begins and goes on

  async #begin() {
    const { id, language, place } = this.#conversation;
    const body = { conversation_id: id, language, place: place || undefined, consent: true };
    try {
      const thread = await this.#conversation.request('POST', 'handover', body);
      this.#view.begun();
      this.#adopt(thread);
      return true;
    } catch (error) {
      this.#hooks.onTrouble(error, () => this.#begin());
      // The office may have closed meanwhile.
      if (error.refused) this.offer();
      return false;
    }
  }

  async #leave({ text, contact }) {
    const body = { text, contact: contact || undefined, consent: true };
    let receipt;
    try {
      receipt = await this.#ask('POST', '/question', body);
    } catch (error) {
      this.#hooks.onTrouble(error, () => this.#leave({ text, contact }));
      return false;
    }
    this.#view.begun();
    const messages = await this.#refresh();
    const shown = messages?.some(({ sender }) => sender === 'newcomer');
    if (!shown) this.#view.deliver(this.#view.own(text), 'sent');
    this.#view.receipt(receipt);
    return true;
  }

  /** Take over a thread; what comes after message number `heard` is news. */
  #adopt(thread, heard = 0) {
    this.#update(thread, heard);
    this.resume();
  }

  #update(thread, heard = 0) {
    if (this.#thread?.id !== thread.id) {
      // Another thread counts its messages anew.
      this.#last = 0;
      this.#seen.clear();
    }
    for (const message of thread.messages) this.#receive(message, heard);
    this.#apply(thread);
  }

  #apply({ id = this.#thread?.id, status, position, minutes }) {
    const before = this.#thread;
    // An answer that was under way when the thread ended.
    if (before?.status === 'ended' && before.id === id) return;
    const wasActive = this.active;
    this.#thread = { id, status, position, minutes };
    this.#view.state(this.#thread, this.active);
    if (status === 'ended') this.#stop();
    else store(STORED.person, String(this.#last));
    if (!wasActive || this.active) return;
    for (const { node, text } of this.#outbox.clear().reverse()) {
      node.remove();
      this.#hooks.onUnsent(text);
    }
    this.#view.backToProgram();
    this.#hooks.onBack();
  }

  // ---- messages

  /** A message may come more than once: from the stream, and from looking. */
  #receive(message, heard = 0) {
    this.#last = Math.max(this.#last, message.seq);
    if (this.#outbox.confirm(message) || this.#seen.has(message.seq)) return;
    this.#seen.add(message.seq);
    this.#view.message(message);
    if (message.sender === 'caseworker' && message.seq > heard) this.#hooks.onNews();
    if (this.#thread) store(STORED.person, String(this.#last));
  }

  #showSent({ node }, message) {
    if (this.#seen.has(message.seq)) node.remove();
    else this.#view.confirm(node, message);
    this.#seen.add(message.seq);
  }

  /** It will never be taken; perhaps because the thread has ended. */
  async #returnToSender(item) {
    await this.#refresh();
    if (!this.#outbox.has(item)) return;
    this.#outbox.drop(item);
    item.node.remove();
    this.#hooks.onUnsent(item.text);
    this.#hooks.onTrouble({ status: 0 });
  }

  // ---- hearing

  #watch() {
    if (this.#timer) return;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#listen();
  }

  #listen() {
    this.#source?.close();
    const source = new EventSource(this.#conversation.address(this.#path('/events')));
    // Between two streams something may have come.
    source.addEventListener('open', () => this.#refresh());
    source.addEventListener('message', ({ data }) => this.#receive(JSON.parse(data)));
    source.addEventListener('status', ({ data }) => this.#apply(JSON.parse(data)));
    this.#source = source;
  }

  #tick() {
    this.#ticks += 1;
    const now = this.#ticks % LOOK_ANYWAY_TICKS === 0;
    const { readyState } = this.#source;
    if (now && readyState === EventSource.CLOSED) this.#listen();
    if (now || (this.active && readyState !== EventSource.OPEN)) this.#refresh();
  }

  #hurry() {
    this.#outbox.hurry();
    if (this.#timer) this.#listen();
  }

  /** @returns {Promise<object[]|undefined>} the messages that are new */
  async #refresh() {
    const { id } = this.#conversation;
    const after = this.#last;
    try {
      const thread = await this.#ask('GET', `?after=${after}`);
      if (id !== this.#conversation.id) return undefined;
      if (after && thread.id !== this.#thread?.id) {
        this.#last = 0;
        return this.#refresh();
      }
      this.#adopt(thread);
      return thread.messages;
    } catch (error) {
      if (error.status === 404 && this.#thread && id === this.#conversation.id) {
        this.#apply({ status: 'ended' });
      }
      return undefined;
    }
  }

  #stop() {
    this.pause();
    store(STORED.person, null);
  }

  #path(rest) {
    return `handover/${this.#conversation.id}${rest}`;
  }

  #ask(method, rest, body) {
    return this.#conversation.request(method, this.#path(rest), body, PATIENCE_MS);
  }
}
