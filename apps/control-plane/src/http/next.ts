/** Where a sign-in goes on to: a path of this server, whatever the address asks for. */

/** Stands for this server: whatever leads away from it shows by its origin. */
const HERE = 'http://here.invalid';

/** A link with another server behind `next` would carry a freshly signed-in person there (open redirect). */
export function parseNext(text: string | undefined): string | undefined {
  if (
    text === undefined ||
    !/^\/[\x21-\x7e]*$/.test(text) ||
    text.includes('\\') ||
    !URL.canParse(text, HERE)
  ) {
    return undefined;
  }
  const { origin, pathname, search } = new URL(text, HERE);
  // `/.//host` and the like become `//host` only once they are made plain
  return origin === HERE && !pathname.startsWith('//') ? `${pathname}${search}` : undefined;
}
