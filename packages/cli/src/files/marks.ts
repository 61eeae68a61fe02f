/**
 * How a file says that Latent Plane wrote it: a row for each format.
 *
 * In: bytes by the name's ending. Out: the same with the mark, or whether it is there. Where a format has room for it,
 * the mark holds the sum of the rest: a picture that somebody drew on is not the one that was written.
 */
import { extname } from 'node:path';
import { crc32 } from 'node:zlib';
import { isOurCsv } from '../csv.ts';
import { sha256Of } from './sha256.ts';

interface Format {
  readonly put: (bytes: Uint8Array) => Uint8Array;
  readonly has: (bytes: Uint8Array) => boolean;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const asIs = (bytes: Uint8Array): Uint8Array => bytes;

/** Signature and header chunk; the next chunk begins here. Source: PNG specification, 11.2.1. */
const PNG_HEADER_BYTES = 33;

/** A `tEXt` chunk, whose keyword for the program is `Software`. Source: PNG specification, 11.3.3.3. */
const pngChunk = (sum: string): Uint8Array => {
  const body = Buffer.from(`tEXtSoftware\0Latent Plane; SHA-256 of the rest: ${sum}`, 'latin1');
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
};

const PNG_CHUNK_BYTES = pngChunk(sha256Of()).length;

const png: Format = {
  put: (bytes) => {
    const [head, rest] = [bytes.subarray(0, PNG_HEADER_BYTES), bytes.subarray(PNG_HEADER_BYTES)];
    return Buffer.concat([head, pngChunk(sha256Of(head, rest)), rest]);
  },
  has: (bytes) => {
    const end = PNG_HEADER_BYTES + PNG_CHUNK_BYTES;
    const expected = pngChunk(sha256Of(bytes.subarray(0, PNG_HEADER_BYTES), bytes.subarray(end)));
    return Buffer.compare(bytes.subarray(PNG_HEADER_BYTES, end), expected) === 0;
  },
};

const svgComment = (sum: string): string => `<!-- Latent Plane; SHA-256 of the lines above: ${sum} -->\n`;

const svg: Format = {
  put: (bytes) => {
    const lines = bytes[bytes.length - 1] === 0x0a ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
    return Buffer.concat([lines, Buffer.from(svgComment(sha256Of(lines)))]);
  },
  has: (bytes) => {
    const end = bytes.length - svgComment(sha256Of()).length;
    return end > 0 && latin1(bytes.subarray(end)) === svgComment(sha256Of(bytes.subarray(0, end)));
  },
};

/** Ends every file. Source: GIF89a, 27. */
const GIF_TRAILER = 0x3b;

/** A comment of one block. Source: GIF89a, 24. */
const gifComment = (sum: string): Uint8Array => {
  const text = Buffer.from(`Latent Plane; SHA-256 of what is before: ${sum}`, 'latin1');
  return Buffer.concat([Buffer.from([0x21, 0xfe, text.length]), text, Buffer.from([0, GIF_TRAILER])]);
};

const gif: Format = {
  put: (bytes) => {
    const before = bytes.subarray(0, bytes.length - 1);
    return Buffer.concat([before, gifComment(sha256Of(before))]);
  },
  has: (bytes) => {
    const end = bytes.length - gifComment(sha256Of()).length;
    return end > 0 && Buffer.compare(bytes.subarray(end), gifComment(sha256Of(bytes.subarray(0, end)))) === 0;
  },
};

/** The header of an `.npy` may be padded with blanks to any multiple of 64; NumPy and others stop at the first. */
const NPY_HEADER_BYTES = 256;
const NPY_PREAMBLE_BYTES = 10;
/** Magic, version 1.0, length of what follows. */
const NPY_PREAMBLE = '\x93NUMPY\x01\0\xf6\0';
const NPY_DICTIONARY = /^\{'descr': '([^']{3})', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/;
const NPY_ELEMENT_BYTES: Readonly<Record<string, number>> = { '<f4': 4, '|u1': 1 };

const npy: Format = {
  put: (bytes) => {
    const before = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const valuesAt = NPY_PREAMBLE_BYTES + before.readUInt16LE(8);
    const text = before.toString('latin1', NPY_PREAMBLE_BYTES, valuesAt).trimEnd();
    const header = `${text.padEnd(NPY_HEADER_BYTES - NPY_PREAMBLE_BYTES - 1)}\n`;
    const preamble = Buffer.from(before.subarray(0, NPY_PREAMBLE_BYTES));
    preamble.writeUInt16LE(header.length, 8);
    return Buffer.concat([preamble, Buffer.from(header, 'latin1'), before.subarray(valuesAt)]);
  },
  has: (bytes) => {
    const header = latin1(bytes.subarray(0, NPY_HEADER_BYTES));
    const found = NPY_DICTIONARY.exec(header.slice(NPY_PREAMBLE_BYTES));
    if (found === null || !header.startsWith(NPY_PREAMBLE)) return false;
    const dims = found[2].split(',').filter((dim) => dim.trim() !== '');
    const size = dims.reduce((product, dim) => product * Number(dim), NPY_ELEMENT_BYTES[found[1]] ?? Number.NaN);
    return bytes.length === NPY_HEADER_BYTES + size;
  },
};

/** By what our own writers of other programs' formats put near the beginning. */
const naming = (withinBytes: number, isOurs: (text: string) => boolean): Format => ({
  put: asIs,
  has: (bytes) => isOurs(latin1(bytes.subarray(0, withinBytes))),
});

/** The length of the header stands before it. */
const SAFETENSORS_PREAMBLE_BYTES = 8;
/** Of a run's weights; of the frames of a training; of weights that were exported. */
const SAFETENSORS_HEADER =
  /^\{"__metadata__":\{("network":"[^"]*","epoch":"\d+"|"format":"latent-plane-|"latent_plane":")/;

const FORMATS: Readonly<Record<string, Format | undefined>> = {
  '.png': png,
  '.svg': svg,
  '.gif': gif,
  '.npy': npy,
  '.csv': { put: asIs, has: (bytes) => isOurCsv(new TextDecoder().decode(bytes)) },
  '.keras': naming(2048, (text) => text.startsWith('PK') && text.includes('"latent_plane":{"network":')),
  // Field 2 of a model is its producer, of so many letters. Source: onnx.proto.
  '.onnx': naming(32, (text) => text.includes('\x12\x0clatent-plane')),
  '.safetensors': naming(512, (text) => SAFETENSORS_HEADER.test(text.slice(SAFETENSORS_PREAMBLE_BYTES))),
};

const formatOf = (path: string): Format | undefined => FORMATS[extname(path).toLowerCase()];

/** The bytes to write: with a mark where the format has a place for one that is not there anyway. */
export const withMark = (path: string, bytes: Uint8Array): Uint8Array => formatOf(path)?.put(bytes) ?? bytes;

/** Whether the bytes of a file say that Latent Plane wrote them; false for a format without a mark. */
export const bearsMark = (path: string, bytes: Uint8Array): boolean => formatOf(path)?.has(bytes) ?? false;
