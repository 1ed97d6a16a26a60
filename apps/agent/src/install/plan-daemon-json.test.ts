import type { Mirror, MirroredRegistry } from '@pullgate/policy';
import type { RegistryHost } from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toProxySettings } from './daemon-json.ts';
import type { RecordedFile } from './install-record.ts';
import type { FileState } from './plan.ts';
import { type DaemonJsonInput, planDaemonJson } from './plan-daemon-json.ts';

const PATH = '/etc/docker/daemon.json';
const PROXIES = toProxySettings('http://127.0.0.1:7081');
const mirrorOfHub = (...mirrors: readonly Partial<Mirror>[]): readonly MirroredRegistry[] => [
  {
    origin: 'docker.io' as RegistryHost,
    mirrors: mirrors.map((mirror) => ({ registry: 'm.example' as RegistryHost, insecure: false, ...mirror })),
    isOriginOpen: false,
  },
];
const MIRRORED = mirrorOfHub({});

type Change = Pick<DaemonJsonInput, 'proxies' | 'mirrored'> & { readonly hasMirrorFlag?: boolean };

const plan = (state: FileState, { hasMirrorFlag = false, ...change }: Change) =>
  planDaemonJson({ config: { path: PATH, hasMirrorFlag }, state, ...change });

/** The file and its record after a plan was done. */
function apply(state: FileState, change: Change): FileState {
  let next: { current?: string; recorded?: RecordedFile; original?: string } = { ...state };
  for (const step of plan(state, change).steps) {
    if (step.kind === 'forget') next = next.current === undefined ? {} : { current: next.current };
    else if (step.kind === 'remove') delete next.current;
    else if (step.kind === 'write') {
      next.current = step.after;
      if (step.recorded !== undefined) {
        next.recorded = step.recorded;
        if (step.original === undefined) delete next.original;
        else next.original = step.original;
      }
    }
  }
  return next;
}

const parse = ({ current }: FileState): unknown => JSON.parse(current ?? '{}');
const TEXT = '{\n\t"debug": true }';
const NOTHING = { proxies: {}, mirrored: [] };

describe('planDaemonJson', () => {
  it.each<[string, string | undefined]>([
    ['no file', undefined],
    ['a file', TEXT],
    ['mirrors of others', '{"registry-mirrors": ["https://other.example"]}'],
    ['our mirror, by somebody else', '{"registry-mirrors":["https://m.example/"]}'],
  ])('brings mirrors and proxies, whoever comes first, and takes both back: %s', (_, text) => {
    const start: FileState = text === undefined ? {} : { current: text };
    const mirrorsFirst = apply(apply(start, { mirrored: MIRRORED }), { proxies: PROXIES });
    const proxiesFirst = apply(apply(start, { proxies: PROXIES }), { mirrored: MIRRORED });
    const both = { proxies: PROXIES, mirrored: MIRRORED };
    expect(mirrorsFirst.current).toBe(apply(start, both).current);
    expect(proxiesFirst.current).toBe(mirrorsFirst.current);
    expect(plan(proxiesFirst, both).steps).toEqual([]);
    expect(plan(proxiesFirst, {}).steps).toEqual([]);
    const left = apply(proxiesFirst, { mirrored: [] });
    expect(left.current).toBe(apply(start, { proxies: PROXIES }).current);
    expect(apply(left, NOTHING)).toEqual(start);
  });

  it('asks mirrors of others behind ours, and says so', () => {
    const state = { current: '{"registry-mirrors": ["https://other.example", "https://m.example/"]}' };
    expect(parse(apply(state, { mirrored: MIRRORED }))).toEqual({
      'registry-mirrors': ['https://m.example', 'https://other.example'],
    });
    expect(plan(state, { mirrored: MIRRORED }).notes.join()).toContain('https://other.example');
  });

  it('takes only ours out of a file that somebody else has changed since', () => {
    const state = apply({ current: TEXT }, { mirrored: MIRRORED });
    const current = (state.current ?? '').replace(
      'https://m.example"',
      'https://m.example", "https://new.example"',
    );
    expect(parse(apply({ ...state, current }, NOTHING))).toEqual({
      debug: true,
      'registry-mirrors': ['https://new.example'],
    });
  });

  it.each<[string, Change, unknown, string]>([
    [
      'a prefix',
      { mirrored: mirrorOfHub({ prefix: 'hub' }) },
      {},
      'm.example/hub is for containerd and Podman alone',
    ],
    [
      'plain HTTP',
      { mirrored: mirrorOfHub({ registry: 'm.example:80' as RegistryHost, insecure: true }) },
      { 'registry-mirrors': ['http://m.example:80'] },
      '',
    ],
    ['a flag that says it already', { mirrored: MIRRORED, hasMirrorFlag: true }, {}, '--registry-mirror'],
    [
      'another registry than Docker Hub',
      { mirrored: MIRRORED.map((mirrored) => ({ ...mirrored, origin: 'quay.io' as RegistryHost })) },
      {},
      '',
    ],
  ])('knows what dockerd takes: %s', (_, change, expected, note) => {
    expect(parse(apply({}, change))).toEqual(expected);
    expect(plan({}, change).notes.join()).toContain(note);
  });

  it('tells a reload from a restart', () => {
    const state = apply({}, { proxies: PROXIES });
    expect(plan(state, { mirrored: MIRRORED })).toMatchObject({
      isProxyChanged: false,
      isMirrorChanged: true,
    });
    expect(plan({}, { proxies: PROXIES })).toMatchObject({ isProxyChanged: true, isMirrorChanged: false });
  });

  it('gives back any JSON object to the byte', () => {
    const texts = fc
      .dictionary(fc.constantFrom('debug', 'proxies', 'registry-mirrors', 'x'), fc.jsonValue(), {
        maxKeys: 4,
      })
      .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, '\t')));
    fc.assert(
      fc.property(texts, (current) => {
        const state = apply({ current }, { proxies: PROXIES, mirrored: MIRRORED });
        expect(apply(state, NOTHING)).toEqual({ current });
      }),
    );
  });
});
