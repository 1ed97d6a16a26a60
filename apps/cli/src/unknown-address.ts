/** The address that set-up gives to an owner of whom it knows none; `.invalid` is reserved (RFC 2606). */

export const isUnknownAddress = (email: string): boolean => email.endsWith('.invalid');

/** The address, or the name of one whose address would tell nobody anything. */
export const toAddressOrName = ({
  email,
  name,
}: {
  readonly email: string;
  readonly name: string;
}): string => (isUnknownAddress(email) ? name : email);
