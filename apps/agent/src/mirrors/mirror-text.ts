/** How engines write the endpoint of a mirror. Pure. */

import type { Mirror } from '@pullgate/policy';

/** `host[:port]`, with the prefix behind it: a location in Podman's words. */
export const toLocation = ({ registry, prefix }: Mirror): string =>
  prefix === undefined ? registry : `${registry}/${prefix}`;

/** Where the API of the mirror begins, for engines that take a URL; dockerd adds `/v2/` itself and takes no path. */
export const toOriginUrl = ({ registry, insecure }: Mirror): string =>
  `${insecure ? 'http' : 'https'}://${registry}`;

export const OWN_FILE_COMMENT =
  '# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.';
