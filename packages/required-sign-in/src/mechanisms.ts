/**
 * Every mechanism that can enforce sign-in, in the order in which the first one that is configured is final: our own
 * places, then the incumbent's (registry key, configuration profile, property list, registry.json, presence of
 * admin-settings.json). Data alone; reading them is the agent's.
 */

export type Platform = 'linux' | 'darwin' | 'win32';

/** What stands there. `presence`: the file's existence says it, its content is not read. */
export type MechanismFormat = 'json' | 'plist' | 'profile' | 'registry-key' | 'presence';

export interface Mechanism {
  /** As `status` and denials name it. */
  readonly name: string;
  readonly platform: Platform;
  /** Absolute path, or registry key; each is there once. */
  readonly place: string;
  readonly format: MechanismFormat;
}

const FORMAT_NAMES: Readonly<Record<MechanismFormat, string>> = {
  json: 'registry.json',
  plist: 'plist',
  profile: 'configuration profile',
  'registry-key': 'registry key',
  presence: 'admin-settings.json',
};

const on = (platform: Platform, format: MechanismFormat, place: string): Mechanism => ({
  name: FORMAT_NAMES[format],
  platform,
  place,
  format,
});

const PREFERENCES = '/Library/Managed Preferences';
const SUPPORT = '/Library/Application Support';
const POLICIES = 'HKLM\\SOFTWARE\\Policies';
const PROGRAM_DATA = 'C:\\ProgramData';

export const MECHANISMS: readonly Mechanism[] = [
  on('linux', 'json', '/etc/pullgate/registry.json'),
  on('linux', 'json', '/usr/share/docker-desktop/registry/registry.json'),
  on('linux', 'presence', '/usr/share/docker-desktop/admin-settings.json'),

  on('darwin', 'profile', `${PREFERENCES}/io.pullgate.config.plist`),
  on('darwin', 'plist', `${SUPPORT}/io.pullgate/pullgate.plist`),
  on('darwin', 'json', `${SUPPORT}/io.pullgate/registry.json`),
  on('darwin', 'profile', `${PREFERENCES}/com.docker.config.plist`),
  on('darwin', 'plist', `${SUPPORT}/com.docker.docker/desktop.plist`),
  on('darwin', 'json', `${SUPPORT}/com.docker.docker/registry.json`),
  on('darwin', 'presence', `${SUPPORT}/com.docker.docker/admin-settings.json`),

  on('win32', 'registry-key', `${POLICIES}\\Pullgate`),
  on('win32', 'json', `${PROGRAM_DATA}\\Pullgate\\registry.json`),
  on('win32', 'registry-key', `${POLICIES}\\Docker\\Docker Desktop`),
  on('win32', 'json', `${PROGRAM_DATA}\\DockerDesktop\\registry.json`),
  on('win32', 'presence', `${PROGRAM_DATA}\\DockerDesktop\\admin-settings.json`),
];

export const mechanismsOf = (platform: Platform): readonly Mechanism[] =>
  MECHANISMS.filter((mechanism) => mechanism.platform === platform);
