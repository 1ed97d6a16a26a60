/** Writes the files to deploy, each in the very encoding that its reader takes. */

import { createHash } from 'node:crypto';
import { parseOrganizations } from './organizations.ts';
import { PAYLOAD_TYPES } from './property-list.ts';

export const ARTIFACT_FORMATS = ['registry.json', 'plist', 'mobileconfig', 'reg'] as const;
export type ArtifactFormat = (typeof ARTIFACT_FORMATS)[number];

/** File name, and where each kind of machine wants it. */
export const ARTIFACT_PLACES: Readonly<
  Record<ArtifactFormat, { readonly fileName: string; readonly places: readonly string[] }>
> = {
  'registry.json': {
    fileName: 'registry.json',
    places: [
      'Linux    /etc/pullgate/registry.json   (owner root, mode 0644)',
      'macOS    /Library/Application Support/io.pullgate/registry.json   (owner root, mode 0644)',
      'Windows  C:\\ProgramData\\Pullgate\\registry.json   (owner Administrators)',
    ],
  },
  plist: {
    fileName: 'pullgate.plist',
    places: ['macOS    /Library/Application Support/io.pullgate/pullgate.plist   (owner root, mode 0644)'],
  },
  mobileconfig: {
    fileName: 'pullgate.mobileconfig',
    places: ['macOS    install it by your device management, for the computer and not for a user'],
  },
  reg: {
    fileName: 'pullgate.reg',
    places: ['Windows  reg import pullgate.reg   (as Administrator, or by group policy)'],
  },
};

/** @throws SignInFileError for names that no machine would take */
export function formatArtifact(format: ArtifactFormat, organizations: readonly string[]): Uint8Array {
  const names = parseOrganizations(organizations, { place: '--org', example: 'acme' });
  if (format === 'registry.json') return utf8(`${JSON.stringify({ allowedOrgs: names })}\n`);
  if (format === 'plist') return utf8(formatPlist(names));
  if (format === 'mobileconfig') return utf8(formatMobileconfig(names));
  return utf16(formatReg(names));
}

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));

/** What regedit exports: a byte order mark and little-endian UTF-16. */
const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">`;

/** Slugs hold nothing that XML would read. */
function formatPlist(names: readonly string[]): string {
  const items = names.map((name) => `    <string>${name}</string>\n`).join('');
  return `${HEAD}\n<dict>\n  <key>allowedOrgs</key>\n  <array>\n${items}  </array>\n</dict>\n</plist>\n`;
}

function formatMobileconfig(names: readonly string[]): string {
  const type = PAYLOAD_TYPES.pullgate;
  return `${HEAD}
<dict>
  <key>PayloadType</key>
  <string>Configuration</string>
  <key>PayloadVersion</key>
  <integer>1</integer>
  <key>PayloadIdentifier</key>
  <string>io.pullgate.sign-in</string>
  <key>PayloadUUID</key>
  <string>${toUuid('profile', names)}</string>
  <key>PayloadDisplayName</key>
  <string>Pullgate: sign-in required (${names.join(', ')})</string>
  <key>PayloadScope</key>
  <string>System</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key>
      <string>${type}</string>
      <key>PayloadVersion</key>
      <integer>1</integer>
      <key>PayloadIdentifier</key>
      <string>${type}.sign-in</string>
      <key>PayloadUUID</key>
      <string>${toUuid('payload', names)}</string>
      <key>allowedOrgs</key>
      <string>${names.join(';')}</string>
    </dict>
  </array>
</dict>
</plist>
`;
}

/** Version 8 of RFC 9562, from the content: the same organizations give the same profile, which then replaces itself. */
function toUuid(role: string, names: readonly string[]): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(['pullgate', role, ...names]))
    .digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return parts.join('-').toUpperCase();
}

/** REG_MULTI_SZ is hex(7): each string ends with a null, and so does the list. */
function formatReg(names: readonly string[]): string {
  const data = Buffer.from(`${names.map((name) => `${name}\0`).join('')}\0`, 'utf16le');
  const bytes = [...data].map((byte) => byte.toString(16).padStart(2, '0'));
  const lines = [
    'Windows Registry Editor Version 5.00',
    '',
    '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Pullgate]',
    `"allowedOrgs"=hex(7):${wrapBytes(bytes)}`,
    '',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Lines of at most 80 characters, as regedit writes them. */
function wrapBytes(bytes: readonly string[]): string {
  const rows = [bytes.slice(0, 19)];
  for (let at = 19; at < bytes.length; at += 25) rows.push(bytes.slice(at, at + 25));
  return rows.map((row) => row.join(',')).join(',\\\r\n  ');
}
