/** Reads the environment of the command, once. Nothing else in this app looks at `process.env`. */

import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type ProxySettings, parseProxySettings } from './proxy/settings.ts';

export interface CliConfig {
  /** Folder of `credentials.json`. */
  readonly home: string;
  /** Where `up` keeps its data unless told otherwise. */
  readonly stateDir: string;
  readonly server?: string;
  readonly token?: string;
  readonly organization?: string;
  /** The agent's socket, when it is not the usual one. */
  readonly agentSocket?: string;
  readonly proxies: ProxySettings;
  /** Whether a browser that is opened here appears before the person. */
  readonly hasDesktop: boolean;
  /** Command line of the person's editor. */
  readonly editor: string;
  readonly isColorWanted: boolean;
  readonly isDebug: boolean;
  /** For an unattended first `up`. */
  readonly owner: { readonly organization?: string; readonly email?: string; readonly password?: string };
  /** Name of the account that runs the command. */
  readonly account: string;
  /** Name of the account that has become root by sudo. */
  readonly sudoUser?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // a uid without an entry in passwd, as in many containers
    return 'owner';
  }
}

/** Over SSH a browser would open before whoever sits at the machine. */
function hasDesktop(environment: Environment): boolean {
  if (environment.SSH_CONNECTION || environment.SSH_TTY || environment.SSH_CLIENT) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** @param environment `process.env` outside tests */
export function parseCliConfig(environment: Environment = process.env): CliConfig {
  const value = (name: string): string | undefined => environment[name] || undefined;
  const userHome = value('HOME') ?? homedir();
  const optional = <K extends string>(key: K, name: string): { readonly [P in K]?: string } => {
    const found = value(name);
    return found === undefined ? {} : ({ [key]: found } as { readonly [P in K]: string });
  };
  return {
    home: value('PULLGATE_HOME') ?? join(value('XDG_CONFIG_HOME') ?? join(userHome, '.config'), 'pullgate'),
    stateDir: join(value('XDG_STATE_HOME') ?? join(userHome, '.local', 'state'), 'pullgate'),
    ...optional('server', 'PULLGATE_SERVER'),
    ...optional('token', 'PULLGATE_TOKEN'),
    ...optional('organization', 'PULLGATE_ORGANIZATION'),
    ...optional('agentSocket', 'PULLGATE_AGENT_SOCKET'),
    proxies: parseProxySettings(environment),
    hasDesktop: hasDesktop(environment),
    editor: value('VISUAL') ?? value('EDITOR') ?? 'vi',
    isColorWanted: value('NO_COLOR') === undefined && value('TERM') !== 'dumb',
    isDebug: value('PULLGATE_DEBUG') !== undefined && value('PULLGATE_DEBUG') !== '0',
    owner: {
      ...optional('organization', 'PULLGATE_ORGANIZATION'),
      ...optional('email', 'PULLGATE_OWNER_EMAIL'),
      ...optional('password', 'PULLGATE_OWNER_PASSWORD'),
    },
    account: accountName(),
    ...optional('sudoUser', 'SUDO_USER'),
  };
}
