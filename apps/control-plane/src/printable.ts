/** Makes text of machines, directories and people safe to show. */

/**
 * Replaces control, format and unpaired surrogate characters. A machine with a stolen key writes what an owner will read on
 * a terminal: escape sequences would run there, and direction marks would hide what was pulled.
 */
export function toPrintable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\ufffd');
}

/** As {@link toPrintable}, for names of people: the format characters that some scripts join letters with stay. */
export function toPrintableName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu, '\ufffd');
}
