/** Days, times and dates in the person's language. */

import { el, fill } from './dom.js';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const WEEK_MS = 7 * 24 * 3600 * 1000;

/**
 * The hours as a list.
 *
 * @param {{days: string, from: string, to: string}[]} hours days: such as mon-fri or sat
 * @param {object} words the widget's
 */
export function hoursList(hours, words) {
  const rows = hours.map(({ days, from, to }) =>
    el(
      'li',
      {},
      el('span', {}, `${daysWords(days, words)}: `),
      // A span of time reads from the left in every language.
      el('bdi', { dir: 'ltr' }, `${from} – ${to}`),
    ),
  );
  return el('ul', { class: 'hours', role: 'list' }, ...rows);
}

function daysWords(days, words) {
  const name = (short) => words[DAYS.find((day) => day.startsWith(short.trim()))] ?? short;
  return days
    .split(',')
    .map((part) => part.split('-').map(name).join(' – '))
    .join(' / ');
}

/** Put a moment into a sentence with {day} and {time}, as the clock of the office shows it. */
export function momentWords(sentence, moment, texts) {
  const [date, clock] = moment.split('T');
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const near = new Date(moment) - Date.now() < WEEK_MS;
  const day = near ? texts.widget[DAYS[(weekday + 6) % 7]] : dateWords(date, texts);
  return fill(fill(sentence, 'day', day), 'time', clock.slice(0, 5));
}

/** A date such as 2026-12-23, in words where the browser has them. */
export function dateWords(date, { language }) {
  const only = date.slice(0, 10);
  const [year, month, day] = only.split('-');
  const known = Intl.DateTimeFormat.supportedLocalesOf(language)[0];
  if (!known) return `${day}/${month}/${year}`;
  // The numbers and the calendar of the letters that the person gets here.
  const locale = `${language}-u-ca-gregory-nu-latn`;
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' };
  return new Intl.DateTimeFormat(locale, options).format(new Date(`${only}T00:00:00Z`));
}
