/** The conversation as the server knows it: requests, and the little that is remembered. */

const PATIENCE_MS = 45_000;

/** `person`: a thread with a person is open. `unsent`: what has not reached them yet. */
export const STORED = {
  id: 'wegwijs.conversation',
  language: 'wegwijs.language',
  person: 'wegwijs.person',
  unsent: 'wegwijs.unsent',
};

/** `status` is 0 when the server was not reached. */
export class ServerError extends Error {
  constructor(status, retryAfter = 0) {
    super(`Wegwijs: the server answered ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The same request would be refused again. */
  get refused() {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}

/** Where storage is blocked, the conversation lasts as long as the page. */
export function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Without a value: forget it. */
export function store(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    // Blocked.
  }
}

/** That of an earlier page of this visit. */
export function rememberedLanguage() {
  return stored(STORED.language);
}

/** One conversation with one server. Every method rejects with a ServerError. */
export class Conversation {
  #server;
  #id = stored(STORED.id);
  #language;
  // On an earlier page the person may have named another place. The server remembers it: this
  // page's must not be sent over it.
  #placeKnown = Boolean(this.#id);

  /** Of the page. */
  pagePlace;

  /** @param {string} server its address */
  constructor(server, language, pagePlace) {
    this.#server = server.replace(/\/*$/, '/api/');
    this.#language = language;
    this.pagePlace = pagePlace;
  }

  /** Null until the server has answered. */
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

  /** The page's, as long as the person has named none; else empty. */
  get place() {
    return (!this.#placeKnown && this.pagePlace) || '';
  }

  placeNamed() {
    this.#placeKnown = true;
  }

  /** The widget's words in a language. */
  texts(language) {
    return this.request('GET', `texts/${language}`);
  }

  /** Send one message. @returns {Promise<object>} the reply */
  async say({ text, payload }) {
    const reply = await this.request('POST', 'chat', {
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
    return this.request('POST', 'feedback', body);
  }

  /** Erase the conversation on the server, and forget it. */
  async erase() {
    if (this.#id) await this.request('DELETE', `conversations/${this.#id}`);
    this.forget();
  }

  /** Forget it here. */
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

  /** Where a path of the API lies. */
  address(path) {
    return this.#server + path;
  }

  /** Ask the API. @returns {Promise<object|null>} what it answers */
  async request(method, path, body, patience = PATIENCE_MS) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), patience);
    try {
      const response = await fetch(this.address(path), {
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
