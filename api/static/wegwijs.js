/**
 * The chat widget: <script src="https://host/static/wegwijs.js" defer data-language="ar"></script>
 * adds a <wegwijs-chat language="ar"> at the end of the body, unless the page has one.
 */
(() => {
  // Only null when the tag has type="module".
  const script = document.currentScript ?? document.querySelector('script[src*="/wegwijs.js"]');

  function addChat() {
    if (document.querySelector('wegwijs-chat')) return;
    const chat = document.createElement('wegwijs-chat');
    for (const [name, value] of Object.entries(script.dataset)) chat.setAttribute(name, value);
    document.body.append(chat);
  }

  async function begin() {
    const { WegwijsChat } = await import(new URL('widget/element.js', script.src).href);
    // The tag may stand on the page twice.
    if (!customElements.get('wegwijs-chat')) customElements.define('wegwijs-chat', WegwijsChat);
    if (document.readyState === 'loading') {
      document.addEventListener('DOMContentLoaded', addChat);
    } else {
      addChat();
    }
  }

  begin();
})();
