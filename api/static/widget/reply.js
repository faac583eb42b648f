/** One answer on the screen: its messages, where they come from, and whether they helped. */

import { el, fill, icon, isOff, turnOff } from './dom.js';

const FEW_SOURCES = 2;

const FOLLOWED = ['https:', 'http:', 'tel:', 'mailto:'];

/** What the person wrote or chose. */
export function ownMessage(text, texts) {
  return el(
    'div',
    { class: 'turn own' },
    sender(texts.widget.you),
    el('p', { lang: texts.language, dir: 'auto' }, text),
  );
}

/**
 * @param {object} reply as the server gave it
 * @param {object} texts the widget's words
 * @param {{rate: (helpful: boolean) => Promise<void>, reader: Reader}} tools
 */
export function answer(reply, texts, tools) {
  const messages = reply.messages ?? [];
  const urgent = messages.some(({ kind }) => kind === 'urgent');
  return el(
    'article',
    // Else the log would read the alert inside a second time.
    { class: 'turn bot', 'aria-live': urgent && 'off' },
    sender(texts.widget.bot),
    el('div', { class: 'messages', role: urgent && 'alert' }, ...messages.map(message)),
    reply.card && source(reply, texts),
    actions(reply, texts, tools),
  );
}

/** Who speaks, for those who do not see it. */
export function sender(name) {
  return el('span', { class: 'unseen' }, `${name ?? ''}: `);
}

function message(shown) {
  const { kind, text, items = [], language: lang, direction: dir } = shown;
  const words = text && linked(text, shown.links);
  const own = { lang, dir };
  if (kind === 'heading') return el('h3', own, ...words);
  if (kind === 'notice' || kind === 'urgent') {
    const mark = icon(kind === 'urgent' ? 'warning' : 'info');
    return el('div', { ...own, class: kind }, mark, el('div', {}, ...block(words, shown)));
  }
  if (!items.length) return el('p', own, ...(words || []));
  return el('div', own, ...block(words, shown));
}

function block(words, { kind, items = [], links }) {
  const tag = kind === 'steps' ? 'ol' : 'ul';
  return [
    words && el('p', {}, ...words),
    // Without the role, Safari takes a list without bullets for no list.
    items[0] &&
      el(tag, { class: kind, role: 'list' }, ...items.map((item) => listItem(item, links))),
  ];
}

function listItem(item, links) {
  return el('li', {}, el('span', {}, ...linked(item, links)));
}

/** Text with its links: nodes and pieces of text. */
export function linked(text, links = []) {
  const safe = links.filter(({ text: piece, href }) => piece && canFollow(href));
  const nodes = [];
  let rest = text;
  for (let next = firstLink(rest, safe); next; next = firstLink(rest, safe)) {
    nodes.push(rest.slice(0, next.at), link(next.text, next.href));
    rest = rest.slice(next.at + next.text.length);
  }
  return [...nodes, rest];
}

function firstLink(text, links) {
  return links
    .map((each) => ({ ...each, at: text.indexOf(each.text) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.text.length - a.text.length)[0];
}

function canFollow(href) {
  try {
    return FOLLOWED.includes(new URL(href).protocol);
  } catch {
    return false;
  }
}

function link(text, href) {
  const outside = /^https?:/i.test(href);
  // A number or an address keeps its own order within a right-to-left sentence.
  const props = { href, dir: 'auto', class: outside ? 'outside' : 'call' };
  if (outside) Object.assign(props, { target: '_blank', rel: 'noopener noreferrer' });
  return el('a', props, text);
}

function source(reply, texts) {
  const { card, messages } = reply;
  const { sources = [] } = card;
  const label = sources[1] ? texts.widget.sources : texts.source;
  const date = card.checked_text && fill(texts.checked_on, 'date', card.checked_text);
  // The answer itself may have said it already.
  const doubt = !messages.some(({ text }) => text === texts.unreviewed) && texts.unreviewed;
  return el(
    'footer',
    { class: 'source', lang: reply.language, dir: reply.direction },
    el('p', { class: 'card', lang: card.language, dir: card.direction }, card.title),
    card.place_name && el('p', { class: 'place' }, icon('pin'), card.place_name),
    ...sourceList(sources, label),
    date && el('p', { class: 'date' }, icon('check'), date),
    card.reviewed && el('p', { class: 'reviewed' }, icon('check'), texts.reviewed),
    !card.reviewed && doubt && el('p', { class: 'doubt' }, icon('info'), doubt),
  );
}

/** The sources; many of them wait behind their number, so that the answer stays short. */
function sourceList(sources, label) {
  if (!sources[0]) return [];
  const list = el('ul', { role: 'list' }, ...sources.map(sourceItem));
  if (sources.length <= FEW_SOURCES) return [el('p', { class: 'label' }, label), list];
  const summary = el('summary', { class: 'label' }, `${label} (${sources.length})`);
  return [el('details', {}, summary, list)];
}

function sourceItem({ publisher, title, url }) {
  const name = [publisher, title].filter(Boolean).join(': ');
  return el('li', {}, url && canFollow(url) ? link(name, url) : el('bdi', {}, name));
}

function actions(reply, texts, { rate, reader }) {
  const row = el('div', { class: 'actions', lang: texts.language, dir: texts.direction });
  row.append(readAloud(reply, texts, reader));
  if (reply.card && reply.exchange_id) row.append(feedback(texts, rate));
  return row;
}

/** A button that reads the messages of a reply. */
export function readAloud(reply, { widget }, reader) {
  const name = el('span', {}, widget.read_aloud);
  const button = el('button', { type: 'button', class: 'quiet' }, icon('speaker'), name);
  const passages = (reply.messages ?? []).map(({ text, items = [], language }) => ({
    text: [text, ...items].join('\n'),
    language,
  }));
  reader.attach(button, passages, (reading) => {
    name.textContent = reading ? widget.stop_reading : widget.read_aloud;
  });
  return button;
}

/** Two buttons, one tap. They stay where they are, so that the focus does. */
function feedback({ helpful_question: question, widget }, rate) {
  const thanks = el('p', { class: 'thanks' });
  const choose = async (button) => {
    if (isOff(button)) return;
    const show = (done) => {
      buttons.forEach((each) => turnOff(each, done));
      button.setAttribute('aria-pressed', done);
    };
    show(true);
    try {
      await rate(button === buttons[0]);
      thanks.textContent = widget.thanks_feedback;
    } catch {
      show(false);
    }
  };
  const props = {
    type: 'button',
    class: 'choice',
    'aria-pressed': 'false',
    onclick: ({ currentTarget }) => choose(currentTarget),
  };
  const buttons = [
    el('button', props, icon('check'), widget.helpful),
    el('button', props, icon('cross'), widget.not_helpful),
  ];
  return el(
    'div',
    { class: 'feedback', role: 'group', 'aria-label': question },
    el('p', { 'aria-hidden': 'true' }, question),
    ...buttons,
    thanks,
  );
}
