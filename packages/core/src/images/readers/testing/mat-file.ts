/** Small `.mat` files of version 5, for the tests of their reader. Not part of the program. */
import { deflateSync } from 'node:zlib';
import { utf8 } from './sources.ts';

/** An array as the tests give it: numbers of the class that their array type is. */
export interface MatArray {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Uint8Array | Float64Array;
}

const word = (value: number, little: boolean): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, little);
  return bytes;
};

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const element = (type: number, content: Uint8Array, little: boolean): Uint8Array =>
  joined(word(type, little), word(content.length, little), content, new Uint8Array((8 - (content.length % 8)) % 8));

const valuesOf = (values: MatArray['values'], little: boolean): Uint8Array => {
  if (values instanceof Uint8Array) return element(2, values, little);
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, little);
  });
  return element(9, bytes, little);
};

/** The file of these arrays; a structure named `info` among them where it is asked for. */
export const matFile = (
  arrays: readonly MatArray[],
  {
    packed = false,
    little = true,
    structure = false,
  }: { packed?: boolean; little?: boolean; structure?: boolean } = {},
): Uint8Array => {
  const matrix = ({ name, dims, values }: MatArray, arrayClass: number): Uint8Array => {
    const content = joined(
      element(6, joined(word(arrayClass, little), word(0, little)), little),
      element(5, joined(...dims.map((dim) => word(dim, little))), little),
      element(1, utf8(name), little),
      valuesOf(values, little),
    );
    const whole = joined(word(14, little), word(content.length, little), content);
    if (!packed) return whole;
    const small = new Uint8Array(deflateSync(whole));
    return joined(word(15, little), word(small.length, little), small);
  };
  const header = new Uint8Array(128).fill(32);
  header.set(utf8('MATLAB 5.0 MAT-file'));
  header.set(utf8(little ? 'IM' : 'MI'), 126);
  const info = structure ? [matrix({ name: 'info', dims: [1, 1], values: new Uint8Array(1) }, 2)] : [];
  return joined(header, ...info, ...arrays.map((array) => matrix(array, array.values instanceof Uint8Array ? 9 : 6)));
};
