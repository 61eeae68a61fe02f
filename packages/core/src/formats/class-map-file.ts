/**
 * A class map, small enough to ship with every network.
 *
 * In: a class and a confidence for each point of a square mesh. Out: the bytes of a gzipped `.npy`, uint8 (uint16
 * where a class is above 255) `[2, size, size]`: classes as they are, then confidence in steps of 1/31, as 0..255. And back. The bounds are those of
 * the codes beside it.
 */
import { type GzipOptions, gzipSync } from 'fflate';
import type { LabelledPoints } from '../codes/index.ts';
import { inputError } from '../errors.ts';
import { decodeNpy, encodeNpy } from '../files/npy.ts';
import { gunzip, isGzip } from '../images/index.ts';

/** Classes and confidence over a part of the plane, row by row from the top. */
export interface PackedClassMap extends LabelledPoints {
  /** Points along each side. */
  readonly size: number;
}

/** More than an eye tells apart, and a third of the bytes that 256 would take. */
const STEPS = 31;
/** Past this a map has more points than a screen has pixels. */
const MAX_SIZE = 2000;
/** The same map gives the same bytes. */
const PACKING: GzipOptions = { level: 9, mtime: '1980-01-01T00:00:00Z' };

/**
 * A class map as a gzipped npy array, uint8 or uint16 `[2, size, size]`: labels, then confidence in steps of 1/31, as 0..255;
 * row by row from the top.
 *
 * @throws LatentError (input) `class-field` where labels or confidence do not fill the mesh.
 */
export const encodeClassMap = ({ size, labels, confidence }: PackedClassMap): Uint8Array => {
  const count = size * size;
  if (labels.length !== count || confidence.length !== count)
    throw inputError('class-field', {
      expected: `${count} labels and confidences for ${size} x ${size} points`,
      got: `${labels.length} and ${confidence.length}`,
    });
  const data = new (labels instanceof Uint8Array ? Uint8Array : Uint16Array)(2 * count);
  data.set(labels);
  for (let i = 0; i < count; i++) data[count + i] = Math.round((Math.round(STEPS * confidence[i]) * 255) / STEPS);
  return gzipSync(encodeNpy({ dims: [2, size, size], data }), PACKING);
};

/**
 * Reads what `encodeClassMap` wrote.
 *
 * @param file - its name, for messages.
 * @throws LatentError (input) as `gunzip` and `decodeNpy`; `class-field` for an array of another shape.
 */
export const decodeClassMap = (bytes: Uint8Array, file: string): PackedClassMap => {
  // Some hosts send what is gzipped as an encoding of theirs, which the browser has taken off.
  const plain = isGzip(bytes) ? gunzip(bytes, file, 4 * MAX_SIZE ** 2 + 1024) : bytes;
  const { dims, data } = decodeNpy(plain, file);
  const [planes, size, width] = dims;
  if (dims.length !== 3 || planes !== 2 || size !== width || size < 2 || data instanceof Float32Array)
    throw inputError('class-field', {
      at: { file },
      expected: 'uint8 or uint16 [2, size, size]',
      got: `[${dims.join(', ')}]`,
      hint: 'build the data again',
    });
  const count = size * size;
  return { size, labels: data.slice(0, count), confidence: Float32Array.from(data.subarray(count), (v) => v / 255) };
};
