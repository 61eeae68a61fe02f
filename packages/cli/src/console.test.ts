import { inputError, internalError, workError } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, printError, wantsColour } from './console.ts';

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
    expect(printed(inputError('place', 'expected a, got b; do c'))).toBe('error: place: expected a, got b; do c\n');
  });

  it('asks to report what is our fault', () => {
    expect(printed(internalError('no such state'))).toMatch(
      /^error: internal: no such state\nThis is a fault of Latent Plane: please report it/,
    );
    expect(printed(new TypeError('x is undefined'))).toMatch(/^error: internal: x is undefined\nThis is a fault/);
  });

  it('shows where it came from, and from what, only when debugging', () => {
    const error = workError('no-space', 'full', { cause: new Error('ENOSPC') });
    expect(printed(error)).not.toContain('    at ');
    expect(printed(error, { debug: true })).toMatch(/ {4}at [\s\S]*ENOSPC\n {4}at /);
  });

  it('goes with exit code 2 for wrong input and 1 for all else', () => {
    expect([inputError('a', 'b'), workError('a', 'b'), internalError('a'), new Error('a')].map(exitCodeOf)).toEqual([
      2, 1, 1, 1,
    ]);
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
