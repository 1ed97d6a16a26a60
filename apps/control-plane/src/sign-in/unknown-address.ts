/** The address of an owner of whom set-up knows none, until the welcome is completed. Nobody can write to it: `.invalid` is reserved (RFC 2606). */

export const toUnknownAddress = (slug: string): string => `owner@${slug}.invalid`;

export const isUnknownAddress = (email: string): boolean => email.endsWith('.invalid');
