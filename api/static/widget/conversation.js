/** The conversation as the server knows it: requests, and the little that is remembered. */

const PATIENCE_MS = 45_000;

const STORED = { id: 'wegwijs.conversation', language: 'wegwijs.language' };

/** A request that did not succeed; `status` is 0 when the server was not reached. */
export class ServerError extends Error {
  constructor(status, retryAfter = 0) {
    super(`Wegwijs: the server answered ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the server refused this very request, so that the same one will fail again. */
  get refused() {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}

/** Storage may be blocked: then the conversation lasts as long as the page. */
function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}

/** The language of an earlier page of this visit, if any. */
export function rememberedLanguage() {
  return stored(STORED.language);
}

/** One conversation with one server. Every method rejects with a ServerError. */
export class Conversation {
  #server;
  #id = stored(STORED.id);
  #language;
  #texts = new Map();
  // An earlier page may have ended with the person naming another place than this page's. The
  // server remembers which, so the page's own place must not be sent over it.
  #placeKnown = Boolean(this.#id);

  /** The place of the page, sent until the person names one. @type {string|null} */
  pagePlace;

  /**
   * @param {string} server its address, with or without a slash at the end
   * @param {string} language
   * @param {string|null} pagePlace
   */
  constructor(server, language, pagePlace) {
    this.#server = server.replace(/\/+$/, '');
    this.#language = language;
    this.pagePlace = pagePlace;
  }

  /** @returns {string|null} null until the server has answered */
  get id() {
    return this.#id;
  }

  get language() {
    return this.#language;
  }

  set language(code) {
    this.#language = code;
    store(STORED.language, code);
  }

  /** The place of the page, as long as the person has named none; else empty. */
  get place() {
    return (!this.#placeKnown && this.pagePlace) || '';
  }

  /** The person has named a place: the page's no longer counts. */
  placeNamed() {
    this.#placeKnown = true;
  }

  /** The widget's own words in a language. */
  async texts(language) {
    if (!this.#texts.has(language)) {
      this.#texts.set(language, await this.#request('GET', `texts/${encodeURIComponent(language)}`));
    }
    return this.#texts.get(language);
  }

  /**
   * Send one message.
   *
   * @param {{text?: string, payload?: string}} message
   * @returns {Promise<object>} the reply
   */
  async say({ text, payload }) {
    const reply = await this.#request('POST', 'chat', {
      conversation_id: this.#id ?? undefined,
      text,
      payload,
      language: this.#language,
      place: this.place || undefined,
    });
    this.#continueAs(reply.conversation_id);
    return reply;
  }

  /** Say whether an answer helped. */
  rate(exchange, helpful) {
    const body = { conversation_id: this.#id, exchange_id: exchange, helpful };
    return this.#request('POST', 'feedback', body);
  }

  /** Erase the conversation on the server, and forget it. */
  async erase() {
    if (this.#id) await this.#request('DELETE', `conversations/${encodeURIComponent(this.#id)}`);
    this.forget();
  }

  /** Begin anew, without a word to the server. */
  forget() {
    this.#id = null;
    this.#placeKnown = false;
    store(STORED.id, null);
  }

  #continueAs(id) {
    // Another id than ours: the server no longer had the conversation, nor the place in it.
    if (this.#id && id !== this.#id) this.#placeKnown = false;
    this.#id = id;
    store(STORED.id, id);
  }

  async #request(method, path, body) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
    try {
      const response = await fetch(`${this.#server}/api/${path}`, {
        method,
        body: body && JSON.stringify(body),
        headers: body && { 'Content-Type': 'application/json' },
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        signal: abort.signal,
      });
      if (!response.ok) {
        throw new ServerError(response.status, Number(response.headers.get('Retry-After')) || 0);
      }
      return response.status === 204 ? null : await response.json();
    } catch (error) {
      throw error instanceof ServerError ? error : new ServerError(0);
    } finally {
      clearTimeout(timer);
    }
  }
}
