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
 * `<wegwijs-chat>`. Attributes: `language` and `place` of the page; `open`; `inline` (fills its
 * container, without a button); `server`, when not the script's own; `theme` (`light` or `dark`,
 * else the device's). Its looks: styles.js.
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
    if (this.#chat) {
      this.#chat.resume();
      return;
    }
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
    this.#chat.goOn();
    if (this.inline) this.#chat.start();
    else if (this.open) this.#reveal();
  }

  disconnectedCallback() {
    this.#chat?.pause();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#chat || before === now) return;
    if (name === 'language' && now) this.#chat.changeLanguage(pickLanguage([now]));
    if (name === 'place') this.#conversation.pagePlace = now;
    if (name === 'open' && !this.inline) this.open ? this.#reveal() : this.#conceal();
  }

  get inline() {
    return this.hasAttribute('inline');
  }

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
   * @returns {Promise<void>} settled when answered, or not
   */
  ask(text) {
    this.show();
    return this.#chat.ask(text);
  }

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
    this.#launcher = el('button', { class: 'launcher', type: 'button' }, icon('chat'), el('span'));
    root.prepend(this.#launcher);
    this.#launcher.addEventListener('click', () => this.show());
    this.#panel.closeButton.addEventListener('click', () => this.close());
    // How a phone's back button closes what is on top.
    surface.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#dismiss();
    });
    surface.addEventListener('close', () => this.close());
    for (const moved of ['resize', 'scroll']) {
      window.visualViewport?.addEventListener(moved, () => this.#fitAboveKeyboard());
    }
  }

  #nameLauncher({ widget, language }, news = '') {
    const launcher = this.#launcher;
    if (!launcher) return;
    const words = news || widget.open;
    launcher.lang = language;
    launcher.lastChild.textContent = words;
    launcher.setAttribute('aria-label', `${widget.title}: ${words}`);
    launcher.classList.toggle('news', Boolean(news));
  }

  #announceAnswer() {
    const { texts } = this.#chat;
    if (!this.open) this.#nameLauncher(texts, texts.widget.new_answer);
  }

  #reveal() {
    const surface = this.#surface;
    if (surface.open) return;
    this.#launcher.hidden = true;
    this.#nameLauncher(this.#chat.texts);
    // On a large screen the page stays in use. Not `show()`: it takes the focus, even when the
    // page opens the chat by itself.
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
    const { height, offsetTop, scale } = window.visualViewport ?? {};
    // Pinching moves it, too.
    if (scale !== 1) return;
    this.#surface.style.setProperty('--_height', `${height}px`);
    this.#surface.style.setProperty('--_top', `${offsetTop}px`);
  }
}
