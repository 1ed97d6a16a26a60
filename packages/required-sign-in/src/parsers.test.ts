import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SignInFileError } from './error.ts';
import { parseDesktopPlist, parseMobileconfig, parseProfilePayload } from './property-list.ts';
import { parseRegistryJson } from './registry-json.ts';
import { parseRegistryQuery } from './windows-registry.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The code, once place and way out were found in the error. */
function codeOf(parse: (content: Uint8Array, place: string) => unknown, content: Uint8Array): string {
  try {
    parse(content, '/there/file');
  } catch (error) {
    if (!(error instanceof SignInFileError)) throw error;
    expect(error.message.startsWith('/there/file: ')).toBe(true);
    expect(error.hint).toMatch(/^(write|save) /);
    return error.code;
  }
  return 'none';
}

describe('registry.json', () => {
  it.each([
    ['{"allowedOrgs":["acme"]}', ['acme']],
    ['\n{ "allowedOrgs" : [ "myorg2", "my-org1" ] }\r\n', ['myorg2', 'my-org1']],
    [`{"allowedOrgs":["${'a'.repeat(63)}"]}`, ['a'.repeat(63)]],
    [String.raw`{"\u0061llowedOrgs":["\u0061cme"]}`, ['acme']],
  ])('reads %s', (text, expected) => {
    expect(parseRegistryJson(bytes(text), 'f')).toEqual(expected);
  });

  it.each([
    ['an empty file', '', 'SIGN_IN_FILE_MALFORMED'],
    ['no JSON', 'allowedOrgs: [acme]', 'SIGN_IN_FILE_MALFORMED'],
    ['a comma too many', '{"allowedOrgs":["acme",]}', 'SIGN_IN_FILE_MALFORMED'],
    ['a list', '["acme"]', 'SIGN_IN_FIELD_TYPE'],
    ['null', 'null', 'SIGN_IN_FIELD_TYPE'],
    ['no field', '{}', 'SIGN_IN_FIELD_MISSING'],
    ['a misspelt field', '{"allowedOrg":["acme"]}', 'SIGN_IN_FIELD_UNKNOWN'],
    ['a field in other case', '{"AllowedOrgs":["acme"]}', 'SIGN_IN_FIELD_UNKNOWN'],
    ['a further field', '{"allowedOrgs":["acme"],"contact":"x"}', 'SIGN_IN_FIELD_UNKNOWN'],
    ['__proto__', '{"__proto__":{"allowedOrgs":["acme"]}}', 'SIGN_IN_FIELD_UNKNOWN'],
    ['the field twice', '{"allowedOrgs":["acme"],"allowedOrgs":["beta"]}', 'SIGN_IN_FIELD_TWICE'],
    [
      'the field twice, once escaped',
      String.raw`{"allowedOrgs":["acme"],"\u0061llowedOrgs":["b"]}`,
      'SIGN_IN_FIELD_TWICE',
    ],
    ['a string', '{"allowedOrgs":"acme"}', 'SIGN_IN_FIELD_TYPE'],
    ['a string with ;', '{"allowedOrgs":"acme;beta"}', 'SIGN_IN_FIELD_TYPE'],
    ['an object', '{"allowedOrgs":{"0":"acme"}}', 'SIGN_IN_FIELD_TYPE'],
    ['a number in the list', '{"allowedOrgs":["acme",7]}', 'SIGN_IN_FIELD_TYPE'],
    ['a list in the list', '{"allowedOrgs":[["acme"]]}', 'SIGN_IN_FIELD_TYPE'],
    ['an empty list', '{"allowedOrgs":[]}', 'SIGN_IN_FIELD_MISSING'],
    ['two in one', '{"allowedOrgs":["acme;beta"]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['two with a blank', '{"allowedOrgs":["acme beta"]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['upper case', '{"allowedOrgs":["Acme"]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a blank before', '{"allowedOrgs":[" acme"]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['no name', '{"allowedOrgs":[""]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['no slug', '{"allowedOrgs":["acme_inc"]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['another alphabet', '{"allowedOrgs":["\u0430cme"]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a name that is too long', `{"allowedOrgs":["${'a'.repeat(64)}"]}`, 'SIGN_IN_ORGANIZATION_INVALID'],
    ['one twice', '{"allowedOrgs":["acme","acme"]}', 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a byte order mark', '\ufeff{"allowedOrgs":["acme"]}', 'SIGN_IN_FILE_ENCODING'],
    ['more than 64 KiB', `{"allowedOrgs":["acme"]}${' '.repeat(65_536)}`, 'SIGN_IN_FILE_TOO_LARGE'],
    [
      'more organizations than are reported',
      JSON.stringify({ allowedOrgs: Array.from({ length: 101 }, (_, index) => `o${index}`) }),
      'SIGN_IN_ORGANIZATION_INVALID',
    ],
  ])('refuses %s', (_name, text, code) => {
    expect(codeOf(parseRegistryJson, bytes(text))).toBe(code);
  });

  it('refuses what Windows editors save as "Unicode", and what is no UTF-8', () => {
    expect(codeOf(parseRegistryJson, Buffer.from('\ufeff{}', 'utf16le'))).toBe('SIGN_IN_FILE_ENCODING');
    expect(codeOf(parseRegistryJson, Buffer.from('{"allowedOrgs":["\xe9"]}', 'latin1'))).toBe(
      'SIGN_IN_FILE_ENCODING',
    );
  });

  it.each([
    ['{"allowedOrgs":["acme;beta"]}', 'allowedOrgs[0]'],
    ['{"allowedOrgs":["acme","Beta"]}', 'allowedOrgs[1]'],
    ['{"allowedorgs":["acme"]}', '"allowedorgs"'],
  ])('names the place in %s', (text, place) => {
    expect(() => parseRegistryJson(bytes(text), 'f')).toThrow(place);
  });
});

const plist = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">${content}</plist>`;
const list = (...items: string[]): string =>
  plist(
    `<dict><key>allowedOrgs</key><array>${items.map((item) => `<string>${item}</string>`).join('')}</array></dict>`,
  );

describe('desktop.plist', () => {
  it.each([
    [list('acme', 'beta'), ['acme', 'beta']],
    [
      plist(
        '\n<dict>\n\t<key>allowedOrgs</key>\n\t<array>\n\t\t<string>acme</string>\n\t</array>\n</dict>\n',
      ),
      ['acme'],
    ],
    [list('<!-- first -->acme'), ['acme']],
    ['<plist><dict><key>allowedOrgs</key><array><string>acme</string></array></dict></plist>', ['acme']],
  ])('reads %s', (text, expected) => {
    expect(parseDesktopPlist(bytes(text), 'f')).toEqual(expected);
  });

  it.each([
    ['no XML', 'acme', 'SIGN_IN_FILE_MALFORMED'],
    ['an empty file', '', 'SIGN_IN_FILE_MALFORMED'],
    ['a tag that is not closed', '<plist><dict>', 'SIGN_IN_FILE_MALFORMED'],
    ['another document', '<html></html>', 'SIGN_IN_FILE_MALFORMED'],
    ['an unknown element', plist('<dict><key>allowedOrgs</key><set/></dict>'), 'SIGN_IN_FILE_MALFORMED'],
    ['a key without value', plist('<dict><key>allowedOrgs</key></dict>'), 'SIGN_IN_FILE_MALFORMED'],
    ['text between', plist('<dict>x<key>allowedOrgs</key><array/></dict>'), 'SIGN_IN_FILE_MALFORMED'],
    ['a list at the top', plist('<array><string>acme</string></array>'), 'SIGN_IN_FIELD_TYPE'],
    ['no field', plist('<dict/>'), 'SIGN_IN_FIELD_MISSING'],
    ['an empty list', list(), 'SIGN_IN_FIELD_MISSING'],
    [
      'a string',
      plist('<dict><key>allowedOrgs</key><string>acme;beta</string></dict>'),
      'SIGN_IN_FIELD_TYPE',
    ],
    [
      'a number',
      plist('<dict><key>allowedOrgs</key><array><integer>1</integer></array></dict>'),
      'SIGN_IN_FIELD_TYPE',
    ],
    ['a misspelt field', plist('<dict><key>allowedorgs</key><array/></dict>'), 'SIGN_IN_FIELD_UNKNOWN'],
    [
      'the field twice',
      plist('<dict><key>allowedOrgs</key><array/><key>allowedOrgs</key><array/></dict>'),
      'SIGN_IN_FIELD_TWICE',
    ],
    ['two in one', list('acme;beta'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['upper case', list('ACME'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a blank', list(' acme'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a byte order mark', `\ufeff${list('acme')}`, 'SIGN_IN_FILE_ENCODING'],
    ['a binary one', 'bplist00', 'SIGN_IN_FILE_MALFORMED'],
    [
      'entities of its own',
      `<!DOCTYPE plist [<!ENTITY o "acme">]><plist><dict><key>allowedOrgs</key><array><string>&o;</string></array></dict></plist>`,
      'SIGN_IN_FILE_MALFORMED',
    ],
    [
      'an external entity',
      `<!DOCTYPE plist [<!ENTITY o SYSTEM "file:///etc/hostname">]><plist><dict><key>allowedOrgs</key><array><string>&o;</string></array></dict></plist>`,
      'SIGN_IN_FILE_MALFORMED',
    ],
    [
      'depth without end',
      plist(`${'<array>'.repeat(3000)}${'</array>'.repeat(3000)}`),
      'SIGN_IN_FILE_MALFORMED',
    ],
  ])('refuses %s', (_name, text, code) => {
    expect(codeOf(parseDesktopPlist, bytes(text))).toBe(code);
  });
});

const payload = (value: string, others = ''): Uint8Array =>
  bytes(plist(`<dict>${others}<key>allowedOrgs</key>${value}</dict>`));

describe('configuration profile', () => {
  it('reads two organizations out of one string as two', () => {
    expect(parseProfilePayload(payload('<string>first_org;second</string>'.replace('_', '-')), 'f')).toEqual([
      'first-org',
      'second',
    ]);
  });

  it("leaves the incumbent's other keys alone, and says nothing when they are all there is", () => {
    const others =
      '<key>overrideProxyHTTP</key><string>http://p:1</string><key>PayloadVersion</key><integer>1</integer>';
    expect(parseProfilePayload(payload('<string>acme</string>', others), 'f')).toEqual(['acme']);
    expect(parseProfilePayload(bytes(plist(`<dict>${others}</dict>`)), 'f')).toBeUndefined();
  });

  it.each([
    ['a list', payload('<array><string>acme</string></array>'), 'SIGN_IN_FIELD_TYPE'],
    ['nothing', payload('<string></string>'), 'SIGN_IN_FIELD_MISSING'],
    ['a ; at the end', payload('<string>acme;</string>'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a blank after ;', payload('<string>acme; beta</string>'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a comma', payload('<string>acme,beta</string>'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['a blank between', payload('<string>acme beta</string>'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['one twice', payload('<string>acme;acme</string>'), 'SIGN_IN_ORGANIZATION_INVALID'],
    [
      'a misspelt field',
      bytes(plist('<dict><key>allowedOrg</key><string>acme</string></dict>')),
      'SIGN_IN_FIELD_UNKNOWN',
    ],
  ])('refuses %s', (_name, content, code) => {
    expect(codeOf(parseProfilePayload, content)).toBe(code);
  });

  it('reads a whole profile, and refuses one about something else', () => {
    const profile = (type: string): Uint8Array =>
      bytes(
        plist(
          `<dict><key>PayloadContent</key><array><dict><key>PayloadType</key><string>${type}</string><key>allowedOrgs</key><string>acme;beta</string></dict></array></dict>`,
        ),
      );
    expect(parseMobileconfig(profile('com.docker.config'), 'f')).toEqual(['acme', 'beta']);
    expect(codeOf(parseMobileconfig, profile('com.apple.wifi'))).toBe('SIGN_IN_FIELD_MISSING');
  });
});

const query = (...lines: string[]): Uint8Array =>
  bytes(
    `\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Pullgate\r\n${lines.map((line) => `    ${line}\r\n`).join('')}\r\n`,
  );

describe('registry key', () => {
  it.each([
    ['one', query('allowedOrgs    REG_MULTI_SZ    acme'), ['acme']],
    ['several', query('allowedOrgs    REG_MULTI_SZ    acme\\0beta\\0c'), ['acme', 'beta', 'c']],
    ['a final null', query('allowedOrgs    REG_MULTI_SZ    acme\\0'), ['acme']],
    ['other case of the name', query('AllowedOrgs    REG_MULTI_SZ    acme'), ['acme']],
    ['others beside it', query('Proxy    REG_SZ    x', 'allowedOrgs    REG_MULTI_SZ    acme'), ['acme']],
    ['none of ours', query('(Default)    REG_SZ    (value not set)'), undefined],
  ])('reads %s', (_name, content, expected) => {
    expect(parseRegistryQuery(content, 'f')).toEqual(expected);
  });

  it.each([
    ['REG_SZ', query('allowedOrgs    REG_SZ    acme'), 'SIGN_IN_FIELD_TYPE'],
    ['an empty list', query('allowedOrgs    REG_MULTI_SZ    '), 'SIGN_IN_FIELD_MISSING'],
    ['upper case', query('allowedOrgs    REG_MULTI_SZ    Acme'), 'SIGN_IN_ORGANIZATION_INVALID'],
    ['two in a line', query('allowedOrgs    REG_MULTI_SZ    acme;beta'), 'SIGN_IN_ORGANIZATION_INVALID'],
    [
      'an empty line between',
      query('allowedOrgs    REG_MULTI_SZ    acme\\0\\0beta'),
      'SIGN_IN_ORGANIZATION_INVALID',
    ],
    ['a misspelt name', query('allowedOrg    REG_MULTI_SZ    acme'), 'SIGN_IN_FIELD_UNKNOWN'],
  ])('refuses %s', (_name, content, code) => {
    expect(codeOf(parseRegistryQuery, content)).toBe(code);
  });
});

describe('whatever the bytes are', () => {
  it.each([parseRegistryJson, parseDesktopPlist, parseProfilePayload, parseMobileconfig, parseRegistryQuery])(
    '%o gives a list or a coded error',
    (parse) => {
      const text = fc.string({
        unit: fc.constantFrom(
          '<',
          '>',
          '/',
          'plist',
          'dict',
          'key',
          '&',
          ';',
          '"',
          '{',
          '}',
          ':',
          'allowedOrgs',
          ' ',
          '!',
          '[',
          ']',
          '-',
        ),
      });
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), text.map(bytes)), (content) => {
          codeOf(parse, content);
        }),
      );
    },
  );
});
