import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputError, internalError, workError } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, note, print, printError, printJson, wantsColour } from './console.ts';
import { tableLines } from './tables.ts';

const printed = (error: unknown, options: { readonly debug?: boolean } = {}): string => {
  let text = '';
  const stream = {
    write: (part: string) => {
      text += part;
    },
  };
  printError(error, { ...options, stream });
  return text;
};

describe('printError', () => {
  it('says our errors in their own words, without a stack', () => {
    expect(printed(inputError('place', { expected: 'a', got: 'b', hint: 'do c' }))).toBe(
      'error: place: expected a, got b; do c\n',
    );
  });

  it('asks to report what is our fault', () => {
    expect(printed(internalError('no such state'))).toMatch(
      /^error: internal: no such state\nThis is a fault of Latent Plane: please report it/,
    );
    expect(printed(new TypeError('x is undefined'))).toMatch(/^error: internal: x is undefined\nThis is a fault/);
  });

  it('shows where it came from, and from what, only when debugging', () => {
    const error = workError('no-space', { problem: 'full' }, { cause: new Error('ENOSPC') });
    expect(printed(error)).not.toContain('    at ');
    expect(printed(error, { debug: true })).toMatch(/ {4}at [\s\S]*ENOSPC\n {4}at /);
  });

  it('goes with exit code 2 for wrong input and 1 for all else', () => {
    expect(
      [inputError('a', { problem: 'b' }), workError('a', { problem: 'b' }), internalError('a'), new Error('a')].map(
        exitCodeOf,
      ),
    ).toEqual([2, 1, 1, 1]);
  });
});

describe('wantsColour', () => {
  it('colours terminals alone, and never against NO_COLOR', () => {
    expect(wantsColour({ isTTY: true }, {})).toBe(true);
    expect(wantsColour({ isTTY: false }, {})).toBe(false);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour({ isTTY: false }, { FORCE_COLOR: '1' })).toBe(true);
  });
});

describe("what is anybody's", () => {
  const hostile = 'a\u001b[31mb\u0007\r\u007f\u009bc\u202ed';
  const shown = 'a\\u001b[31mb\\u0007\\u000d\\u007f\\u009bc\\u202ed';
  const written = (write: (stream: { write(text: string): void }) => void): string => {
    let text = '';
    write({ write: (part) => (text += part) });
    return text;
  };

  it('is shown by a terminal, and not obeyed', () => {
    expect(written((stream) => print(`${hostile}\n\tnext`, stream))).toBe(`${shown}\n\tnext\n`);
    expect(written((stream) => note(hostile, stream))).toBe(`${shown}\n`);
    expect(printed(inputError('place', { problem: hostile }))).toBe(`error: place: ${shown}\n`);
    expect(printed(workError('place', { problem: hostile }), { debug: true })).not.toContain('\u001b');
  });

  it('keeps its place in a table, and its column', () => {
    expect(
      tableLines([
        ['NAME', 'N'],
        [`${hostile}\nx`, '1'],
      ]),
    ).toEqual([`NAME${' '.repeat(shown.length + 1)}N`, `${shown}\\nx  1`]);
  });

  it('is the same value in JSON, with nothing in the text that a terminal obeys', () => {
    const text = written((stream) => printJson({ [hostile]: hostile }, stream));
    expect(JSON.parse(text)).toEqual({ [hostile]: hostile });
    expect(text).toBe(
      `{\n  "a\\u001b[31mb\\u0007\\r\\u007f\\u009bc\\u202ed": "a\\u001b[31mb\\u0007\\r\\u007f\\u009bc\\u202ed"\n}\n`,
    );
  });

  it('goes through here: no other file writes to the terminal but bars of figures, and what Python says', () => {
    const root = fileURLToPath(new URL('.', import.meta.url));
    const direct = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|testing(\.ts$|[\\/])/.test(name))
      .filter((name) =>
        /std(out|err)\.write\(|console\.(log|error|warn|info)\(/.test(readFileSync(join(root, name), 'utf8')),
      );
    expect(direct).toEqual([join('bench', 'peers.ts')]);
  });
});
