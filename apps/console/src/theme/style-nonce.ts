/** The nonce by which the strict Content-Security-Policy knows the style elements that the console's libraries make. */

const META = 'meta[name="pullgate-style-nonce"]';

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>(META)?.content ?? '';
}

/** The library that stops the page from scrolling under a dialog asks for the nonce by this name. */
export function adoptStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
