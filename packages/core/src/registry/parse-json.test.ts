import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { LatentError } from '../errors.ts';
import { isRecord, parseJson, parseJsonAs, tryJsonAs } from './parse-json.ts';
import type { Refusal } from './validation.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const schema = v.object({ name: v.string(), sums: v.array(v.object({ count: v.number() })) });
const refusal: Refusal = { code: 'invalid-run', at: { file: 'a/metrics.json' }, hint: 'take another run folder' };

const errorOf = (read: () => unknown): LatentError => {
  try {
    read();
  } catch (error) {
    if (error instanceof LatentError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('JSON of one form', () => {
  it('is the same from a text and from its bytes, without the fields that are not asked for', () => {
    const text = '{"name":"è","sums":[{"count":1}],"more":true}';
    const read = { name: 'è', sums: [{ count: 1 }] };
    expect(parseJsonAs(text, schema, refusal)).toStrictEqual(read);
    expect(parseJsonAs(bytes(text), schema, refusal)).toStrictEqual(read);
    expect(tryJsonAs(bytes(text), schema)).toStrictEqual(read);
  });

  it('is refused with the path of the first fault, what was expected and what came', () => {
    const { code, kind, facts } = errorOf(() => parseJsonAs('{"name":"a","sums":[{"count":"1"}]}', schema, refusal));
    expect([code, kind]).toEqual(['invalid-run', 'input']);
    expect(facts).toEqual({
      at: { file: 'a/metrics.json', field: 'sums[0].count' },
      expected: 'a number',
      got: '"1"',
      hint: 'take another run folder',
    });
  });

  it('is refused where a field is missing, by its name', () => {
    expect(errorOf(() => parseJsonAs('{"name":"a"}', schema, refusal)).sentence).toBe(
      'a/metrics.json: field "sums": expected a list, got nothing; take another run folder',
    );
  });

  it.each(['{"name":', '[]', 'null', '{"name":1,"sums":[]}'])('counts as absent where it is not: %s', (text) => {
    expect(tryJsonAs(text, schema)).toBeNull();
    expect(errorOf(() => parseJsonAs(text, schema, refusal)).code).toBe('invalid-run');
  });
});

describe('what is no JSON', () => {
  it('is refused with its place, what the engine says of it, and its cause', () => {
    const error = errorOf(() => parseJson('{"name":', refusal));
    expect(error.sentence).toMatch(
      /^a\/metrics\.json: it cannot be parsed \(.+\), expected JSON in UTF-8; take another/,
    );
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });

  it('sends no control character of a file to a terminal', () => {
    expect(errorOf(() => parseJson('\u001b[31m\u009b2J\u202e', refusal)).sentence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('may be text of another encoding', () => {
    expect(errorOf(() => parseJson(Uint8Array.of(0x22, 0xe8, 0x22), refusal)).code).toBe('invalid-run');
    expect(tryJsonAs(Uint8Array.of(0x22, 0xe8, 0x22), v.string())).toBeNull();
  });
});

it('isRecord tells an object from a list, null and a text', () => {
  expect([{}, [], null, '{}', undefined].map(isRecord)).toEqual([true, false, false, false, false]);
});
