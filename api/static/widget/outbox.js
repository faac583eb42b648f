/** What the person has written and the server has not confirmed yet. */

import { STORED, store, stored } from './conversation.js';

const LONGEST_PAUSE_MS = 15_000;

/**
 * Messages are sent one after another, each under its own key, until the server confirms them:
 * none is lost and none arrives twice. They outlive the page, within the visit.
 */
export class Outbox {
  #items = [];
  #sending = false;
  #wake = () => {};
  #tools;

  /**
   * @param {{
   *   isOpen: () => boolean,
   *   send: (message: {key: string, text: string}) => Promise<object>,
   *   onSent: (item: object, message: object) => void,
   *   onLate: (item: object) => void,
   *   onRefused: (item: object) => Promise<void>,
   * }} tools
   */
  constructor(tools) {
    this.#tools = tools;
  }

  /** What an earlier page of this visit could not send: keys and texts. */
  static remembered() {
    return JSON.parse(stored(STORED.unsent) ?? '[]');
  }

  /** Send a message; `node` is where it is shown. */
  add({ key = newKey(), text, node }) {
    this.#items.push({ key, text, node });
    this.#remember();
    this.#flush();
  }

  has(item) {
    return this.#items.includes(item);
  }

  /** The server has what was sent under this key. @returns {boolean} whether it waited here */
  confirm(message) {
    const item = this.#items.find(({ key }) => key === message.key);
    if (item) this.#settle(item, message);
    return Boolean(item);
  }

  /** Take an item out, unsent. */
  drop(item) {
    this.#items = this.#items.filter((each) => each !== item);
    this.#remember();
  }

  /** Take everything out. @returns {object[]} what was in it */
  clear() {
    const left = this.#items;
    this.#items = [];
    this.#remember();
    this.#wake();
    return left;
  }

  /** Do not wait with the next attempt. */
  hurry() {
    this.#wake();
  }

  async #flush() {
    if (this.#sending) return;
    this.#sending = true;
    let failures = 0;
    while (this.#items[0] && this.#tools.isOpen()) {
      const [item] = this.#items;
      try {
        const { key, text } = item;
        const message = await this.#tools.send({ key, text });
        failures = 0;
        if (this.has(item)) this.#settle(item, message);
      } catch (error) {
        failures += 1;
        if (error.refused) await this.#tools.onRefused(item);
        else await this.#pause(item, failures, error.retryAfter * 1000);
      }
    }
    this.#sending = false;
  }

  #settle(item, message) {
    this.drop(item);
    this.#tools.onSent(item, message);
  }

  #pause(item, failures, atLeast) {
    if (this.has(item)) this.#tools.onLate(item);
    const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures);
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, Math.max(pause, atLeast));
    });
  }

  #remember() {
    const unsent = this.#items.map(({ key, text }) => ({ key, text }));
    store(STORED.unsent, unsent[0] && JSON.stringify(unsent));
  }
}

/** A UUID; `crypto.randomUUID` is missing where the page came without encryption. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
