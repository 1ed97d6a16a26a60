/** Two files that ask people to sign in: at the login of a terminal, and at that of a desktop. Silent where nothing is required. */

import { createOwnFile, type FileEdit } from './file-edit.ts';

const PROFILE_PATH = '/etc/profile.d/pullgate-sign-in.sh';
const AUTOSTART_PATH = '/etc/xdg/autostart/pullgate-sign-in.desktop';

export function createPromptEdits(binPath: string): readonly FileEdit[] {
  return [
    createOwnFile(
      PROFILE_PATH,
      'asks at the login of a terminal, when sign-in is required and missing',
      formatProfile(binPath),
    ),
    createOwnFile(AUTOSTART_PATH, 'the same on a desktop, as a notification', formatAutostart(binPath)),
  ];
}

/**
 * POSIX shell. Only at a terminal, so that scp and scripts see no foreign line; within a second, whatever the command does; and
 * never the reason why a login fails.
 */
function formatProfile(binPath: string): string {
  const word = `'${binPath.replaceAll("'", `'\\''`)}'`;
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
if [ -t 1 ] && [ -x ${word} ] && command -v timeout >/dev/null 2>&1; then
  timeout 1 ${word} sign-in prompt 2>/dev/null || :
fi
`;
}

/** Desktop Entry Specification 1.5: a quoted word escapes ", \`, $ and \\ with a backslash, and % is doubled. */
function formatAutostart(binPath: string): string {
  const quoted = binPath
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.
[Desktop Entry]
Type=Application
Name=Pullgate sign-in
Comment=Asks to sign in when this machine requires it
Exec="${quoted}" sign-in prompt --notify
NoDisplay=true
Terminal=false
X-GNOME-Autostart-enabled=true
`;
}
