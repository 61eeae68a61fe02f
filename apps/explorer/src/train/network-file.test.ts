import { describe, expect, it } from 'vitest';
import { placeWords, sentenceOf } from '../views/train/fault-words.ts';
import { readWritten } from './network-file.ts';

const NETWORK = 'inputShape: [4]\nencoder:\n  - { type: dense, units: 2 }\ndecoder:\n  - { type: dense, units: 4 }\n';
const read = (text: string, name = 'mine.yaml') => readWritten(new Blob([text]), name);
const faultOf = async (text: string) => {
  const found = await read(text);
  if (found.type !== 'fault') throw new Error('nothing was refused');
  return found.fault;
};

describe('a file that somebody wrote', () => {
  it('is a network, or a recipe where it has none of its fields', async () => {
    expect(await read(`data: mnist\n${NETWORK}`)).toMatchObject({
      type: 'network',
      file: { spec: { id: 'mine' }, data: 'mnist' },
    });
    expect(await read('epochs: 3')).toMatchObject({ type: 'recipe', recipe: { settings: { epochs: 3 } } });
  });

  it('is told with the line and what stands there', async () => {
    const { error, text } = await faultOf(NETWORK.replace('units: 2', 'units: two'));
    expect(text).toBe('  - { type: dense, units: two }');
    expect(placeWords(error.at ?? {})).toBe('Line 3, column 27: field "encoder[0].units".');
    expect(sentenceOf(error.facts)).toBe(
      'Expected a whole number from 1 to 65536, got "two". Correct it and try again.',
    );
  });

  it('is told where layers do not fit together, where it is no YAML, and where it is empty or too large', async () => {
    const shape = await faultOf(NETWORK.replace('units: 4', 'units: 5'));
    expect(placeWords(shape.error.at ?? {})).toMatch(/^Line 5, column 5: layer "decoder\/dense"/);
    expect((await faultOf('encoder: [')).error.at).toMatchObject({ file: 'mine.yaml', line: 1 });
    expect((await faultOf('')).error.code).toBe('invalid-network');
    expect((await faultOf(`#${'x'.repeat(2 ** 20)}`)).error.message).toMatch(/at most 1048576 bytes/);
  });
});
