/** The demo page: the visitor's language, example questions, the line to embed. */
(() => {
  const byId = (id) => document.getElementById(id);
  const select = byId('language');

  async function chat() {
    await customElements.whenDefined('wegwijs-chat');
    return document.querySelector('wegwijs-chat');
  }

  /** The page itself is in Dutch and in English. */
  function showPageIn(language) {
    const shown = language === 'nl' ? 'nl' : 'en';
    document.documentElement.lang = shown;
    for (const node of document.querySelectorAll('[data-text]')) {
      node.hidden = node.dataset.text !== shown;
    }
  }

  function showLead({ language, direction, languages, widget, privacy_hint: privacy }) {
    const lead = byId('lead');
    lead.lang = language;
    lead.dir = direction;
    byId('subtitle').textContent = widget.subtitle;
    byId('privacy').textContent = privacy;
    byId('open').textContent = widget.open;
    byId('language-label').textContent = widget.language;
    byId('language-label').lang = language;
    select.replaceChildren(
      ...languages.map(({ code, name }) => {
        const option = new Option(name, code);
        option.lang = code;
        return option;
      }),
    );
    select.value = language;
  }

  async function speak(language) {
    showPageIn(language);
    const response = await fetch(`/api/texts/${language}`);
    if (!response.ok) return false;
    showLead(await response.json());
    return true;
  }

  /** The first of the visitor's languages that the server knows. */
  async function begin() {
    const wanted = navigator.languages.map((tag) => tag.split('-')[0]);
    const offered = await fetch('/api/texts/nl').then((response) => response.json());
    const codes = offered.languages.map(({ code }) => code);
    const language = wanted.find((code) => codes.includes(code)) ?? 'nl';
    showPageIn(language);
    if (language === 'nl') showLead(offered);
    else await speak(language);
  }

  select.addEventListener('change', async () => {
    const language = select.value;
    (await chat()).setAttribute('language', language);
    await speak(language);
  });
  byId('open').addEventListener('click', async () => (await chat()).show());
  for (const button of document.querySelectorAll('.questions button')) {
    button.addEventListener('click', async () => (await chat()).ask(button.textContent));
  }
  byId('embed').textContent = byId('embed').textContent.replace('https://host', location.origin);

  showPageIn(navigator.language.split('-')[0]);
  // Without the server the page stays as it was written.
  begin().catch(() => {});
})();
