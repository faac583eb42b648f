/** The custom element: attributes, opening and closing, focus. */

import { Chat } from './chat.js';
import { Conversation, rememberedLanguage } from './conversation.js';
import { el, icon } from './dom.js';
import { pickLanguage } from './languages.js';
import { Panel } from './panel.js';
import { FULL_SCREEN, addStyles } from './styles.js';

// This file is <server>/static/widget/element.js, wherever the page itself lies.
const OWN_SERVER = new URL('../../', import.meta.url).href;

/**
 * `<wegwijs-chat>`: a button that opens the chat.
 *
 * Attributes: `language` and `place` (of the page), `open`, `inline` (fills its container, without
 * a button), `server` (when it is not where the script came from), `theme` (`light` or `dark`,
 * else as the device has it). The custom properties for its looks are named in styles.js.
 */
export class WegwijsChat extends HTMLElement {
  static observedAttributes = ['open', 'language', 'place'];

  #conversation;
  #panel;
  #chat;
  #surface;
  #launcher;
  #cameFrom = null;

  connectedCallback() {
    if (this.#chat) return;
    const wanted = [this.getAttribute('language'), rememberedLanguage(), ...navigator.languages];
    const server = this.getAttribute('server') ?? OWN_SERVER;
    const place = this.getAttribute('place');
    this.#conversation = new Conversation(server, pickLanguage(wanted), place);
    this.#panel = new Panel();
    this.#build();
    this.#chat = new Chat(this.#panel, this.#conversation, {
      onTexts: (texts) => this.#nameLauncher(texts),
      onAnswer: () => this.#announceAnswer(),
    });
    if (this.inline) this.#chat.start();
    else if (this.open) this.#reveal();
  }

  disconnectedCallback() {
    this.#chat?.quiet();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#chat || before === now) return;
    if (name === 'language' && now) this.#chat.changeLanguage(pickLanguage([now]));
    if (name === 'place') this.#conversation.pagePlace = now;
    if (name === 'open' && !this.inline) this.open ? this.#reveal() : this.#conceal();
  }

  /** Whether it fills its container, without a button. @returns {boolean} */
  get inline() {
    return this.hasAttribute('inline');
  }

  /** Whether the panel is open. @returns {boolean} */
  get open() {
    return this.hasAttribute('open');
  }

  set open(open) {
    this.toggleAttribute('open', open);
  }

  /** Open the chat and move the focus into it. */
  show() {
    this.#cameFrom = document.activeElement;
    this.open = true;
    this.#panel.rest();
  }

  /** Close the chat and give the focus back. */
  close() {
    this.open = false;
  }

  /**
   * Open the chat and ask.
   *
   * @param {string} text in any language
   * @returns {Promise<void>} settles when there is an answer, or none
   */
  ask(text) {
    this.show();
    return this.#chat.ask(text);
  }

  // ---- building

  #build() {
    const root = this.attachShadow({ mode: 'open' });
    addStyles(root);
    const { inline } = this;
    const surface = el(inline ? 'section' : 'dialog', { 'aria-labelledby': 'title' });
    surface.append(this.#panel.root);
    this.#surface = surface;
    root.append(surface);
    surface.addEventListener('keydown', (event) => this.#onKey(event));
    if (inline) {
      this.#panel.closeButton.remove();
      return;
    }
    const words = el('span', { 'aria-hidden': 'true' }, 'Wegwijs');
    this.#launcher = el('button', { class: 'launcher', type: 'button' }, icon('signpost'), words);
    root.prepend(this.#launcher);
    this.#launcher.addEventListener('click', () => this.show());
    this.#panel.closeButton.addEventListener('click', () => this.close());
    // How a phone's back button closes what is on top.
    surface.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#dismiss();
    });
    surface.addEventListener('close', () => this.close());
    window.visualViewport?.addEventListener('resize', () => this.#fitAboveKeyboard());
  }

  #nameLauncher({ widget, language }, news = '') {
    const name = [widget.title, news || widget.open].join(': ');
    this.#launcher?.setAttribute('aria-label', name);
    this.#launcher?.setAttribute('lang', language);
    this.#launcher?.classList.toggle('news', Boolean(news));
  }

  #announceAnswer() {
    const { texts } = this.#chat;
    if (!this.inline && !this.open) this.#nameLauncher(texts, texts.widget.new_answer);
  }

  // ---- opening and closing

  #reveal() {
    const surface = this.#surface;
    if (surface.open) return;
    this.#launcher.hidden = true;
    this.#nameLauncher(this.#chat.texts);
    // On a small screen nothing else can be reached; on a large one the page stays in use. There
    // not `show()`, which would take the focus even when the page opens the chat by itself.
    if (matchMedia(FULL_SCREEN).matches) surface.showModal();
    else surface.open = true;
    this.#fitAboveKeyboard();
    this.#panel.measure();
    this.#chat.start();
  }

  #conceal() {
    const surface = this.#surface;
    const hadFocus = document.activeElement === this || document.activeElement === document.body;
    this.#chat.quiet();
    this.#panel.showMenu(false);
    this.#launcher.hidden = false;
    if (surface.open) surface.close();
    const back = this.#cameFrom;
    const usable = back?.isConnected && back !== document.body && back !== this;
    if (hadFocus) (usable ? back : this.#launcher).focus();
    this.#cameFrom = null;
  }

  #onKey(event) {
    if (event.key !== 'Escape' || event.isComposing) return;
    if (this.inline && !this.#panel.menuShown) return;
    event.preventDefault();
    event.stopPropagation();
    this.#dismiss();
  }

  /** Close what is on top: the menu, or else the chat. */
  #dismiss() {
    if (this.#panel.menuShown) this.#panel.showMenu(false);
    else this.close();
  }

  /** A phone's keyboard lies over the page: keep the text box above it. */
  #fitAboveKeyboard() {
    const { height, scale } = window.visualViewport ?? {};
    // Pinching makes it smaller, too: then nothing must move.
    if (height && scale === 1) this.#surface.style.setProperty('--_height', `${height}px`);
  }
}
