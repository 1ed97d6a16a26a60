/** Opens an address in the desktop's browser. That none opens is no failure: the address stands on the terminal too. */

import { spawn } from 'node:child_process';

export function openBrowser(url: string): void {
  // the address comes from the server: a path or another scheme would start programs here
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol)) return;
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (process.platform === 'win32') return;
  const child = spawn(program, [new URL(url).href], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
