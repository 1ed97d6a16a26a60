/** Holds the version that the command says of itself. */

export const VERSION = '0.1.0';
