/** Where identity providers send people back to. Known before a connection is: the provider asks for it first. Pure. */

export const toRedirectUri = (providerId: string, publicUrl: string) =>
  `${publicUrl}/api/auth/sso/callback/${providerId}`;
