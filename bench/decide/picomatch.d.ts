/** The part of picomatch that the comparison uses; the package carries no types. */
declare module 'picomatch' {
  const picomatch: (globs: readonly string[]) => (text: string) => boolean;
  export default picomatch;
}
