/** Reading aloud, where the device has a voice for the language. */

const synthesis = window.speechSynthesis;

/** Only voices of the device itself: the others send what they read to a company. */
function voiceFor(language) {
  return synthesis
    ?.getVoices()
    .find((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === language);
}

/** Reads one answer at a time. */
export class Reader {
  #buttons = new Set();
  #reading = null;

  constructor() {
    // Browsers learn their voices late.
    synthesis?.addEventListener?.('voiceschanged', () => this.#buttons.forEach(showIfVoice));
  }

  /**
   * Let a button read; hidden as long as there is no voice for it.
   *
   * @param {HTMLElement} button
   * @param {{text: string, language: string}[]} passages
   * @param {(reading: boolean) => void} onChange
   */
  attach(button, passages, onChange) {
    button.passages = passages.filter(({ text }) => text.trim());
    this.#buttons.add(button);
    showIfVoice(button);
    button.addEventListener('click', () => {
      const again = this.#reading?.button === button;
      this.stop();
      if (!again) this.#read(button, onChange);
    });
  }

  /** Be silent. */
  stop() {
    const reading = this.#reading;
    this.#reading = null;
    synthesis?.cancel();
    reading?.onChange(false);
  }

  /** Forget the buttons, too. */
  clear() {
    this.stop();
    this.#buttons.clear();
  }

  #read(button, onChange) {
    const reading = { button, onChange };
    this.#reading = reading;
    onChange(true);
    // One utterance a passage: browsers break long ones off, and each has its own language.
    const utterances = button.passages.map(utteranceOf);
    const last = utterances[utterances.length - 1];
    last.onend = last.onerror = () => this.#reading === reading && this.stop();
    utterances.forEach((utterance) => synthesis.speak(utterance));
  }
}

function utteranceOf({ text, language }) {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voiceFor(language) ?? null;
  utterance.lang = utterance.voice?.lang ?? language;
  return utterance;
}

function showIfVoice(button) {
  const { passages } = button;
  button.hidden = !passages.length || !passages.every(({ language }) => voiceFor(language));
}
