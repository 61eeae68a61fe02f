import { decode as decodePng, encode as encodePng } from 'fast-png';
import {
  decodeNpy,
  encodeNpy,
  exportKeras,
  exportOnnx,
  findNetwork,
  initializeParameters,
  resolveNetwork,
} from 'latent-plane';
import { writeFormat } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { COMPARE_COLUMNS, codeColumns, csvText, SWEEP_COLUMNS } from '../csv.ts';
import { gifBytes } from '../pictures/render.ts';
import { bearsMark, withMark } from './marks.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const image = encodePng({ width: 3, height: 2, data: Uint8Array.from([1, 2, 3, 4, 5, 6]), channels: 1, depth: 8 });
const array = encodeNpy({ dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
const moving = gifBytes([{ width: 2, height: 1, pixels: new Uint8Array(8).fill(200) }], { delayMs: 20, holdMs: 20 });
const drawing = text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="2"/></svg>');
const codes = text(
  csvText(codeColumns(2), [
    [0, 7, 0.25, -1.5],
    [1, 3, 1e-7, 2],
  ]),
);

describe('a mark', () => {
  it.each([
    ['a.png', image],
    ['a.svg', drawing],
    ['a.gif', moving],
    ['a.npy', array],
    ['a.csv', codes],
    ['wide.csv', text(csvText(codeColumns(3), [[0, 1, 1, 2, 3]]))],
    ['on-a-plane.csv', text(csvText(codeColumns(1, true), [[0, 1, 1, 2, 3, 4]]))],
    ['compared.csv', text(csvText(COMPARE_COLUMNS, [['a, "b"', 'dense-1', null]]))],
    ['swept.csv', text(csvText(SWEEP_COLUMNS, []))],
  ])('in %s is known again, put there once or twice', (name, bytes) => {
    const marked = withMark(name, bytes);
    expect(bearsMark(name, marked)).toBe(true);
    expect(withMark(name, bytes)).toEqual(marked);
    expect(bearsMark(name.toUpperCase(), marked)).toBe(true);
  });

  it('changes nothing of what the file says', () => {
    expect(decodePng(withMark('a.png', image)).data).toEqual(decodePng(image).data);
    expect(decodePng(withMark('a.png', image)).text).toEqual({ Software: expect.stringMatching(/^Latent Plane; /) });
    expect(decodeNpy(withMark('a.npy', array))).toEqual(decodeNpy(array));
    expect(new TextDecoder().decode(withMark('a.svg', drawing))).toMatch(/<\/svg>\n<!-- Latent Plane; .* -->\n$/);
    expect(withMark('a.csv', codes)).toEqual(codes);
  });

  it('is not in the files of others, nor in ours once they were changed', () => {
    const somebodys: readonly (readonly [string, Uint8Array])[] = [
      ['a.png', image],
      ['a.svg', drawing],
      ['a.gif', moving],
      // As NumPy writes it.
      ['a.npy', array],
      ['a.csv', text('index,label,x,y\n0,7,0.250,-1.5\n')],
      ['a.csv', text('index,label,x,y\r\n0,7,0.25,-1.5\r\n')],
      ['a.csv', text('index,label,x,y\n0,7,0.25,-1.5')],
      ['a.csv', text('index,label,x,y\n1,7,0.25,-1.5\n')],
      ['a.csv', text('name,value\na,1\n')],
      ['a.keras', text('PK\u0003\u0004metadata.json{"keras_version":"3.0.0"}')],
      ['a.onnx', text('\b\b\u0012\u0007pytorch')],
      ['a.txt', text('Latent Plane')],
      ...['a.png', 'a.svg', 'a.gif', 'a.npy', 'a.csv', 'a.keras', 'a.onnx', 'a.safetensors'].map(
        (name) => [name, new Uint8Array()] as const,
      ),
    ];
    for (const [name, bytes] of somebodys) expect(bearsMark(name, bytes), name).toBe(false);
    for (const [name, bytes] of [
      ['a.png', image],
      ['a.svg', drawing],
    ] as const) {
      const marked = withMark(name, bytes);
      for (const at of [10, marked.length >> 1, marked.length - 2]) {
        const changed = marked.slice();
        changed[at] ^= 1;
        expect(bearsMark(name, changed), `${name}, byte ${at}`).toBe(false);
      }
      expect(bearsMark(name, marked.subarray(0, -1)), name).toBe(false);
    }
    expect(bearsMark('a.npy', withMark('a.npy', array).subarray(0, -1))).toBe(false);
  });

  it('of a model is what its writer puts there anyway', async () => {
    const network = resolveNetwork(findNetwork('dense-1'));
    const flat = initializeParameters(network.parameters, 1);
    let at = 0;
    const weights = new Map(
      network.parameters.map(({ name, shape }) => {
        const size = shape.reduce((product, dim) => product * dim, 1);
        at += size;
        return [name, flat.slice(at - size, at)];
      }),
    );
    const keras = await exportKeras({ network, weights });
    expect(bearsMark('a.keras', keras)).toBe(true);
    for (const [name, bytes] of exportOnnx({ network, weights })) expect(bearsMark(name, bytes), name).toBe(true);
    expect(withMark('a.keras', keras)).toBe(keras);
    const metadata = { latent_plane: '1', title: 'any' };
    const [safetensors] = (await writeFormat('safetensors', { network, weights, metadata })).values();
    expect(bearsMark('a.safetensors', safetensors)).toBe(true);
  });
});
