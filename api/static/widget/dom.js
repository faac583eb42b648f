/** Building nodes. Data becomes a text node or an attribute, never markup. */

const SVG = 'http://www.w3.org/2000/svg';

const ICONS = {
  chat: 'M4 5h16v11h-9l-5 4v-4H4zM8 9.5h8M8 12.5h5',
  signpost: 'M12 3v18M8 21h8M5 5h11l3 2.5L16 10H5zM19 12H9l-3 2.5L9 17h10z',
  globe: 'M3 12h18M12 3c5 5 5 13 0 18c-5-5-5-13 0-18M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18',
  menu: 'M5 7h14M5 12h14M5 17h14',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M12 20V4M5 11l7-7 7 7',
  again: 'M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5',
  warning: 'M12 3L22 20H2zM12 10v4M12 17v.1',
  info: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v6M12 7.5v.1',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M7 7l10 10M17 7L7 17',
  speaker: 'M4 9.5v5h3.5l5 4v-13l-5 4zM16 9c2 2 2 4 0 6M18.5 6.5c4 4 4 7 0 11',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  pin: 'M12 21c-8-9-6-17 0-17s8 8 0 17M12 8a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5',
  person: 'M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4.5 20.5c0-8 15-8 15 0',
  clock: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7.5V12l3 2',
  bin: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
};

/**
 * An element. Whatever is null, undefined or false is left out.
 *
 * @param {string} tag
 * @param {Object<string, unknown>} props attributes, and listeners such as `onclick`
 * @param {...(Node|string|null|false|undefined)} children
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** A line drawing in the colour of the text around it; nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Fill `{name}` in a sentence; what is filled in is taken as it is. */
export function fill(sentence, name, value) {
  return sentence.split(`{${name}}`).join(value);
}

/** The pieces of a sentence in which a node stands for `{name}`. */
export function fillWith(sentence, name, node) {
  const [before, after = ''] = sentence.split(`{${name}}`);
  return [before, node, after];
}

/** Disable or enable a button; unlike `disabled`, without taking the focus from it. */
export function turnOff(button, off) {
  button.setAttribute('aria-disabled', off);
}

/** Whether `turnOff` has disabled it. */
export function isOff(button) {
  return button.getAttribute('aria-disabled') === 'true';
}
