import { describe, expect, it } from 'vitest';
import { expectGolden, toTranscript } from './transcript.ts';

const say = (output: string, code = 0) =>
  toTranscript(['docker', 'pull', 'x'], { code, output, stdout: output, stderr: '' });

const ID = '76b070ba448113ccd2c7f1c6e1212641b12018d676b567fe7aac5fd13d0ff4c0';

describe('toTranscript', () => {
  it.each([
    ['the command and its exit code', '', '$ docker pull x\nexit 0\n'],
    ['digests', `Digest: sha256:${ID}\n`, '$ docker pull x\nDigest: sha256:<digest>\nexit 0\n'],
    [
      'ids, long and short',
      `${ID}\n ---> ${ID.slice(0, 12)}\n`,
      '$ docker pull x\n<id>\n ---> <id>\nexit 0\n',
    ],
    [
      'no progress',
      `${ID.slice(0, 12)}: Pull complete\n#3 DONE 0.1s\nCopying blob sha256:${ID}\nelapsed: 0.1 s\n`,
      '$ docker pull x\nexit 0\n',
    ],
    ['errors of BuildKit', '#3 ERROR: no\n', '$ docker pull x\n#<n> ERROR: no\nexit 0\n'],
    ['no colours', '\u001b[32mgreen\u001b[0m\n', '$ docker pull x\ngreen\nexit 0\n'],
    [
      'the sentence but for its revision',
      'no (not on the list, r12). Ask\n',
      '$ docker pull x\nno (not on the list, r<n>). Ask\nexit 0\n',
    ],
  ])('keeps %s', (_, output, transcript) => {
    expect(say(output)).toBe(transcript);
  });

  it('keeps words that only look like ids', () => {
    expect(say('decade facade 1234\n')).toContain('decade facade 1234');
  });
});

describe('expectGolden', () => {
  it('fails when a kept transcript says something else, and when none is kept', () => {
    expect(() =>
      expectGolden('docker/pull-denied', say('Error response from daemon: denied\n', 1), false),
    ).toThrow();
    expect(() => expectGolden('docker/nobody-kept-this', say(''), false)).toThrow();
  });
});
