import { describe, expect, it } from 'vitest';
import {
  MECHANISMS,
  type Mechanism,
  type MechanismFormat,
  mechanismsOf,
  type Platform,
} from './mechanisms.ts';
import { type FoundMechanism, resolveSignIn } from './resolve.ts';

const CONTENTS: Readonly<Record<MechanismFormat, (name: string) => string>> = {
  json: (name) => `{"allowedOrgs":["${name}"]}`,
  plist: (name) =>
    `<plist><dict><key>allowedOrgs</key><array><string>${name}</string></array></dict></plist>`,
  profile: (name) => `<plist><dict><key>allowedOrgs</key><string>${name};other</string></dict></plist>`,
  'registry-key': (name) => `\r\nHKEY_LOCAL_MACHINE\\K\r\n    allowedOrgs    REG_MULTI_SZ    ${name}\r\n`,
  presence: () => '{}',
};
const ALLOWED: Readonly<Record<MechanismFormat, (name: string) => readonly string[]>> = {
  json: (name) => [name],
  plist: (name) => [name],
  profile: (name) => [name, 'other'],
  'registry-key': (name) => [name],
  presence: () => ['own'],
};

const found = (mechanism: Mechanism, text: string): FoundMechanism => ({
  mechanism,
  bytes: new TextEncoder().encode(text),
});
const good = (mechanism: Mechanism, name: string): FoundMechanism =>
  found(mechanism, CONTENTS[mechanism.format](name));
const label = ({ platform, place }: Mechanism): string => `${platform} ${place}`;

const PAIRS = (['linux', 'darwin', 'win32'] satisfies Platform[]).flatMap((platform) => {
  const all = mechanismsOf(platform);
  return all.flatMap((first, index) => all.slice(index + 1).map((second) => [first, second] as const));
});

describe('the order of mechanisms', () => {
  it('is the documented one', () => {
    expect(MECHANISMS.map(({ name, platform, place }) => `${platform}: ${name}: ${place}`)).toEqual([
      'linux: registry.json: /etc/pullgate/registry.json',
      'linux: registry.json: /usr/share/docker-desktop/registry/registry.json',
      'linux: admin-settings.json: /usr/share/docker-desktop/admin-settings.json',
      'darwin: configuration profile: /Library/Managed Preferences/io.pullgate.config.plist',
      'darwin: plist: /Library/Application Support/io.pullgate/pullgate.plist',
      'darwin: registry.json: /Library/Application Support/io.pullgate/registry.json',
      'darwin: configuration profile: /Library/Managed Preferences/com.docker.config.plist',
      'darwin: plist: /Library/Application Support/com.docker.docker/desktop.plist',
      'darwin: registry.json: /Library/Application Support/com.docker.docker/registry.json',
      'darwin: admin-settings.json: /Library/Application Support/com.docker.docker/admin-settings.json',
      'win32: registry key: HKLM\\SOFTWARE\\Policies\\Pullgate',
      'win32: registry.json: C:\\ProgramData\\Pullgate\\registry.json',
      'win32: registry key: HKLM\\SOFTWARE\\Policies\\Docker\\Docker Desktop',
      'win32: registry.json: C:\\ProgramData\\DockerDesktop\\registry.json',
      'win32: admin-settings.json: C:\\ProgramData\\DockerDesktop\\admin-settings.json',
    ]);
  });
});

describe('each mechanism alone', () => {
  it.each(MECHANISMS.map((mechanism) => [label(mechanism), mechanism] as const))(
    '%s',
    (_label, mechanism) => {
      expect(resolveSignIn([good(mechanism, 'acme')], 'own')).toEqual({
        mechanism: mechanism.name,
        place: mechanism.place,
        allowedOrgs: ALLOWED[mechanism.format]('acme'),
      });
    },
  );
});

describe('two mechanisms', () => {
  it.each(PAIRS.map(([first, second]) => [label(first), label(second), first, second] as const))(
    '%s before %s',
    (_first, _second, first, second) => {
      const resolved = resolveSignIn([good(first, 'acme'), good(second, 'beta')], 'own');
      expect([resolved.place, resolved.allowedOrgs]).toEqual([first.place, ALLOWED[first.format]('acme')]);
    },
  );

  it.each(
    PAIRS.filter(([first]) => first.format !== 'presence').map(
      ([first, second]) => [label(first), label(second), first, second] as const,
    ),
  )('%s, broken, hides %s', (_first, _second, first, second) => {
    const broken = CONTENTS[first.format]('Not A Slug');
    const resolved = resolveSignIn([found(first, broken), good(second, 'beta')], 'own');
    expect(resolved).toMatchObject({ mechanism: first.name, place: first.place, allowedOrgs: [] });
    expect(resolved.problem).toContain(first.place);
    expect(resolved.problem).toContain('allowedOrgs');
  });

  it.each(PAIRS.map(([first, second]) => [label(first), label(second), first, second] as const))(
    '%s, not to be trusted, hides %s',
    (_first, _second, first, second) => {
      const resolved = resolveSignIn(
        [{ mechanism: first, problem: 'owned by 1000' }, good(second, 'beta')],
        'own',
      );
      expect(resolved).toEqual({
        mechanism: first.name,
        place: first.place,
        allowedOrgs: [],
        problem: 'owned by 1000',
      });
    },
  );
});

describe('a mechanism that says nothing about sign-in', () => {
  const silent: Partial<Record<MechanismFormat, string>> = {
    profile: '<plist><dict><key>overrideProxyHTTP</key><string>http://p:1</string></dict></plist>',
    'registry-key': '\r\nHKEY_LOCAL_MACHINE\\K\r\n    Other    REG_SZ    x\r\n',
  };
  it.each(
    PAIRS.filter(([first]) => silent[first.format] !== undefined).map(
      ([first, second]) => [label(first), label(second), first, second] as const,
    ),
  )('%s leaves it to %s', (_first, _second, first, second) => {
    const resolved = resolveSignIn([found(first, silent[first.format] ?? ''), good(second, 'beta')], 'own');
    expect(resolved.place).toBe(second.place);
  });
});

describe('nothing', () => {
  it('is not enforced', () => {
    expect(resolveSignIn([], 'own')).toEqual({ mechanism: 'none', allowedOrgs: [] });
  });
});

it('keeps a problem short enough to be reported', () => {
  const [mechanism] = MECHANISMS;
  if (mechanism === undefined) throw new Error('no mechanism');
  expect(resolveSignIn([{ mechanism, problem: 'x'.repeat(2000) }], 'own').problem).toHaveLength(512);
});
