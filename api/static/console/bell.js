/** Shows, says and rings that somebody waits. */

const RING_AGAIN_MS = 15_000;
const KEPT = 'wegwijs.sound';

/** Pitch in hertz and seconds after which each tone begins. */
const NEW = [[660, 0], [880, 0.18]];
const URGENT = [[880, 0], [660, 0.25], [880, 0.5], [660, 0.75]];

export class Bell {
  #node;
  #button;
  #sound = null;
  #waiting;
  #urgent;
  #danger = '';
  #title = document.title;

  /** @param {HTMLElement} node as `handover_parts.html` writes it */
  constructor(node) {
    this.#node = node;
    this.#waiting = new Set(words(node.dataset.waiting));
    this.#urgent = new Set(words(node.dataset.urgent));
    this.#button = node.querySelector('button');
    this.#button.hidden = false;
    // A browser plays nothing before somebody has clicked.
    this.#button.addEventListener('click', () => this.#switch());
    if (sessionStorage.getItem(KEPT)) this.#resume();
    this.#showTitle();
    setInterval(() => this.#urgent.size && this.#play(URGENT), RING_AGAIN_MS);
  }

  /** @param {{id: string, urgent: boolean}[]} waiting who waits now */
  update(waiting) {
    const urgent = waiting.filter((each) => each.urgent).map(({ id }) => id);
    const isNew = waiting.some(({ id }) => !this.#waiting.has(id));
    const isUrgent = urgent.some((id) => !this.#urgent.has(id));
    this.#waiting = new Set(waiting.map(({ id }) => id));
    this.#urgent = new Set(urgent);
    const { sayUrgent, sayNew } = this.#node.dataset;
    this.#say('.alarm', urgent.length ? sayUrgent : this.#danger, isUrgent);
    this.#say('.news', waiting.length && (isNew || this.#said('.news')) ? sayNew : '', isNew);
    this.#showTitle();
    if (isUrgent) this.#play(URGENT);
    else if (isNew) this.#play(NEW);
  }

  /** Somebody who is being helped tells of danger. */
  danger() {
    this.#danger = this.#node.dataset.sayDanger;
    this.#say('.alarm', this.#danger, true);
    this.#play(URGENT);
  }

  /** Say whether news arrives. */
  connected(yes) {
    if (!yes) this.#say('.news', this.#node.dataset.sayLost);
    else if (this.#said('.news') === this.#node.dataset.sayLost) this.#say('.news', '');
  }

  #said(part) {
    return this.#node.querySelector(part).textContent;
  }

  #say(part, text, again = false) {
    if (again || this.#said(part) !== text) this.#node.querySelector(part).textContent = text;
  }

  #showTitle() {
    const mark = this.#urgent.size ? '‼ ' : '';
    const count = this.#waiting.size ? `(${this.#waiting.size}) ` : '';
    document.title = mark + count + this.#title;
  }

  /** Turn on the sound that was on before this page, as soon as the browser allows it. */
  #resume() {
    const news = new AbortController();
    const begin = ({ target }) => {
      news.abort();
      if (!this.#sound && !this.#button.contains(target)) this.#switch();
    };
    for (const kind of ['click', 'keydown']) {
      document.addEventListener(kind, begin, { signal: news.signal });
    }
  }

  #switch() {
    if (this.#sound) {
      this.#sound.close();
      this.#sound = null;
      sessionStorage.removeItem(KEPT);
    } else {
      this.#sound = new AudioContext();
      sessionStorage.setItem(KEPT, 'on');
      this.#play(NEW);
    }
    const { on, off } = this.#button.dataset;
    this.#button.setAttribute('aria-pressed', Boolean(this.#sound));
    this.#button.textContent = this.#sound ? on : off;
  }

  #play(tones) {
    if (!this.#sound) return;
    const { currentTime, destination } = this.#sound;
    for (const [pitch, after] of tones) {
      const begin = currentTime + after;
      const loudness = new GainNode(this.#sound, { gain: 0.2 });
      const tone = new OscillatorNode(this.#sound, { frequency: pitch });
      loudness.gain.setTargetAtTime(0, begin + 0.12, 0.04);
      tone.connect(loudness).connect(destination);
      tone.start(begin);
      tone.stop(begin + 0.4);
    }
  }
}

/**
 * Hear of every change.
 *
 * @param {Bell} bell
 * @param {(threads: Object<string, string>) => void} onChange with the state of each thread
 */
export function listen(bell, onChange) {
  const source = new EventSource('/console/handovers/events');
  source.addEventListener('open', () => bell.connected(true));
  source.addEventListener('error', () => bell.connected(false));
  source.addEventListener('queue', ({ data }) => {
    const { waiting, threads } = JSON.parse(data);
    bell.update(waiting);
    onChange(threads);
  });
}

/** A page of the console as the server writes it now; null when it is not to be had. */
export async function freshPage(address) {
  try {
    const answer = await fetch(address, { redirect: 'error' });
    // What was erased does not stay on the screen.
    if (answer.status === 404) location.reload();
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    return null;
  }
}

function words(text) {
  return text.split(' ').filter(Boolean);
}
