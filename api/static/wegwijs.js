/**
 * Wegwijs chat widget, to embed with one tag:
 *
 *   <script src="https://host/static/wegwijs.js" defer data-language="ar" data-place="ghent"></script>
 *
 * It adds a floating <wegwijs-chat> at the end of the body. A page that places a <wegwijs-chat>
 * itself gets no second one. Every `data-…` attribute of the tag becomes an attribute of the
 * element: language, place, server, theme, open.
 */
(() => {
  // Only null when the tag has type="module".
  const script =
    document.currentScript ?? document.querySelector('script[src*="/wegwijs.js"]');

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
