/** Where containers/image reads of registries. */

export const PODMAN_REGISTRIES = '/etc/containers/registries.conf';
export const PODMAN_REGISTRIES_DIRECTORY = `${PODMAN_REGISTRIES}.d`;

/** Read after every other file of its directory. */
export const PODMAN_REGISTRIES_PATH = `${PODMAN_REGISTRIES_DIRECTORY}/zz-pullgate.conf`;
