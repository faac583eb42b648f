/** Which language to speak, and what to say in it without a word from the server. */

/** `open`, `offline` and `retry` of bot/sentences; a test compares them. */
export const BUILT_IN = {
  nl: [
    'Chat openen',
    'De server is niet bereikbaar. Uw tekst staat er nog. Probeer het straks opnieuw.',
    'Opnieuw proberen',
  ],
  en: [
    'Open the chat',
    'The server cannot be reached. Your text is still here. Try again in a moment.',
    'Try again',
  ],
  fr: [
    'Ouvrir la discussion',
    'Le serveur ne répond pas. Votre texte est toujours là. Réessayez dans un instant.',
    'Réessayer',
  ],
  de: [
    'Chat öffnen',
    'Der Server ist nicht erreichbar. Ihr Text ist noch da. Versuchen Sie es gleich noch einmal.',
    'Noch einmal versuchen',
  ],
  es: [
    'Abrir el chat',
    'No se puede conectar con el servidor. Su texto sigue aquí. Inténtelo otra vez dentro de un momento.',
    'Intentar otra vez',
  ],
  pl: [
    'Otwórz czat',
    'Nie można połączyć się z serwerem. Tekst nadal tu jest. Proszę spróbować za chwilę.',
    'Spróbuj jeszcze raz',
  ],
  uk: [
    'Відкрити чат',
    'Немає зв’язку із сервером. Ваш текст збережено. Спробуйте ще раз за хвилину.',
    'Спробувати ще раз',
  ],
  ru: [
    'Открыть чат',
    'Нет связи с сервером. Ваш текст сохранён. Попробуйте ещё раз через минуту.',
    'Попробовать ещё раз',
  ],
  ar: [
    'فتح المحادثة',
    'لا يمكن الوصول إلى الخادم. ما كتبته ما زال هنا. يمكنك المحاولة مرة أخرى بعد قليل.',
    'المحاولة مرة أخرى',
  ],
  fa: [
    'باز کردن گفتگو',
    'ارتباط با سرور برقرار نیست. نوشتهٔ شما هنوز این‌جاست. کمی بعد دوباره امتحان کنید.',
    'امتحان دوباره',
  ],
  ps: [
    'خبرې پرانیزئ',
    'له سرور سره اړیکه نشته. ستاسو متن لا هم دلته دی. لږ وروسته بیا هڅه وکړئ.',
    'بیا هڅه وکړئ',
  ],
  tr: [
    'Sohbeti aç',
    'Sunucuya ulaşılamıyor. Yazdığınız metin hâlâ burada. Biraz sonra tekrar deneyin.',
    'Tekrar dene',
  ],
  so: [
    'Fur wada hadalka',
    'Xiriirka server-ka lama heli karo. Qoraalkaagu weli halkan ayuu yaallaa. Mar kale isku day waxyar ka dib.',
    'Mar kale isku day',
  ],
  ti: [
    'ዕላል ምኽፋት',
    'ምስቲ ሰርቨር ምርኻብ ኣይተኻእለን። ጽሑፍኩም ገና ኣብዚ ኣሎ። ድሕሪ ቁሩብ ደጊምኩም ፈትኑ።',
    'ደጊምኩም ፈትኑ',
  ],
};

const RIGHT_TO_LEFT = ['ar', 'fa', 'ps'];

const LAST_RESORT = 'nl';

/** What stands in for the server's texts until they are there. */
export function builtInTexts(language) {
  const [open, offline, retry] = BUILT_IN[language] ?? BUILT_IN.en;
  const direction = RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
  const widget = { title: 'Wegwijs', open, offline, too_fast: offline, retry };
  return { language, direction, widget };
}

/**
 * The code of the first language that is offered.
 *
 * @param {(string|null)[]} wanted such as "ar-SY"
 */
export function pickLanguage(wanted) {
  const codes = wanted.filter(Boolean).map((tag) => tag.toLowerCase().split('-')[0]);
  return codes.find((code) => code in BUILT_IN) ?? LAST_RESORT;
}
