/** Reads files into named parts, each the bytes of one tensor or one text, without the project's own readers. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { Dataset, File, Group, ready } from 'h5wasm';

const HISTORY = 'history.jsonl: ';

/** Bytes by a name that says where they stand. */
export type Parts = ReadonlyMap<string, Uint8Array>;

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asPlain = (value: unknown, what: string): Plain => {
  if (isPlain(value)) return value;
  throw new Error(`${what}: expected a JSON object`);
};
const numbersOf = (value: unknown): readonly number[] => (Array.isArray(value) ? value.map(Number) : []);

/** Source: https://github.com/huggingface/safetensors#format. The metadata hold times, so they are left out. */
const safetensors = (bytes: Uint8Array): Parts => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = asPlain(parse(bytes.subarray(8, 8 + length)), 'safetensors header');
  return new Map(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(([name, value]) => {
        const { dtype, shape, data_offsets } = asPlain(value, name);
        const [from, to] = numbersOf(data_offsets);
        return [`${name} ${dtype} [${numbersOf(shape)}]`, bytes.subarray(8 + length + from, 8 + length + to)];
      }),
  );
};

const hdf5 = async (bytes: Uint8Array): Promise<Parts> => {
  const { FS } = await ready;
  FS.writeFile('weights.h5', bytes);
  const file = new File('weights.h5', 'r');
  const parts = new Map<string, Uint8Array>();
  const visit = (group: Group): void => {
    for (const name of group.keys()) {
      const entry = group.get(name);
      if (entry instanceof Group) visit(entry);
      if (!(entry instanceof Dataset) || !ArrayBuffer.isView(entry.value)) continue;
      const { buffer, byteOffset, byteLength } = entry.value;
      parts.set(`${entry.path} [${entry.shape}]`, new Uint8Array(buffer, byteOffset, byteLength).slice());
    }
  };
  visit(file);
  file.close();
  return parts;
};

const keras = async (bytes: Uint8Array): Promise<Parts> => {
  const entries = unzipSync(bytes);
  return new Map([['config.json', text(parse(entries['config.json']))], ...(await hdf5(entries['model.weights.h5']))]);
};

interface Field {
  readonly number: number;
  /** Of a message, a text or bytes; empty for a number. */
  readonly bytes: Uint8Array;
  readonly value: number;
}

/** Reads numbers of varying length one after the other. */
const numbersIn = (bytes: Uint8Array) => {
  const reader = {
    at: 0,
    isAtEnd: () => reader.at >= bytes.length,
    next: (): number => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[reader.at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    },
  };
  return reader;
};

/** Numbers that stand packed in one field. */
const unpacked = (bytes: Uint8Array): readonly number[] => {
  const reader = numbersIn(bytes);
  const values: number[] = [];
  while (!reader.isAtEnd()) values.push(reader.next());
  return values;
};

/** The fields of a message. Source: https://protobuf.dev/programming-guides/encoding. */
const fieldsOf = (message: Uint8Array): readonly Field[] => {
  const fields: Field[] = [];
  const reader = numbersIn(message);
  while (!reader.isAtEnd()) {
    const key = reader.next();
    const [number, wire] = [key >> 3, key & 7];
    const value = wire === 0 ? reader.next() : 0;
    const length = wire === 2 ? reader.next() : ({ 0: 0, 1: 8, 5: 4 }[wire] ?? Number.NaN);
    if (Number.isNaN(length)) throw new Error(`ONNX file: expected a field of wire type 0, 1, 2 or 5, got ${wire}`);
    fields.push({ number, value, bytes: message.subarray(reader.at, reader.at + length) });
    reader.at += length;
  }
  return fields;
};

/** Numbers of fields. Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const MODEL = { graph: 7 } as const;
const GRAPH = { initializer: 5, docString: 10 } as const;
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 } as const;

/** The graph's initialisers, and all of it, nodes with names and order too; metadata and producer are left out. */
const onnx = (bytes: Uint8Array): Parts => {
  const graph = fieldsOf(bytes)
    .filter(({ number }) => number === MODEL.graph)
    .flatMap(({ bytes }) => fieldsOf(bytes))
    .filter(({ number }) => number !== GRAPH.docString);
  if (graph.length === 0) throw new Error('ONNX file: expected a graph');
  const tensors = graph
    .filter(({ number }) => number === GRAPH.initializer)
    .map(({ bytes }): [string, Uint8Array] => {
      const fields = fieldsOf(bytes);
      const only = (number: number) => fields.filter((field) => field.number === number);
      const dims = only(TENSOR.dims).flatMap(({ value, bytes }) => (bytes.length === 0 ? [value] : unpacked(bytes)));
      const name = new TextDecoder().decode(only(TENSOR.name)[0]?.bytes);
      const raw = only(TENSOR.rawData)[0]?.bytes ?? new Uint8Array();
      return [`${name} ${only(TENSOR.dataType)[0]?.value} [${dims}]`, raw];
    });
  return new Map([...tensors, ['graph', Buffer.concat(graph.map(({ bytes }) => bytes))]]);
};

const bytesPer: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1 };

/** Source: https://github.com/tensorflow/tfjs/tree/master/tfjs-converter#format-conversion-details. */
const tfjs = (path: string): Parts => {
  const model = asPlain(parse(readFileSync(path)), path);
  const parts = new Map([['modelTopology', text(model.modelTopology)]]);
  for (const given of Array.isArray(model.weightsManifest) ? model.weightsManifest : []) {
    const { paths, weights } = asPlain(given, 'weightsManifest');
    const shards = (Array.isArray(paths) ? paths : []).map((name) => readFileSync(join(dirname(path), String(name))));
    const bytes = Buffer.concat(shards);
    let offset = 0;
    for (const entry of Array.isArray(weights) ? weights : []) {
      const { name, shape, dtype } = asPlain(entry, 'weights');
      const dims = numbersOf(shape);
      const length = dims.reduce((product, size) => product * size, 1) * bytesPer[String(dtype)];
      parts.set(`${name} ${dtype} [${dims}]`, bytes.subarray(offset, offset + length));
      offset += length;
    }
  }
  return parts;
};

/** A line for each epoch: its losses and rates to the last digit. */
const history = (bytes: Uint8Array): Parts => {
  const lines = new TextDecoder().decode(bytes).trim().split('\n');
  return new Map(
    lines.flatMap((line, i) =>
      Object.entries(asPlain(JSON.parse(line), 'history')).map(([name, value]) => [
        `epoch ${i + 1} ${name}`,
        text(value),
      ]),
    ),
  );
};

/**
 * The parts of a file.
 *
 * @throws Error for a file of another kind, or a damaged one.
 */
export const partsOf = async (path: string): Promise<Parts> => {
  if (basename(path) === 'model.json') return tfjs(path);
  const bytes = new Uint8Array(readFileSync(path));
  if (path.endsWith('.safetensors')) return safetensors(bytes);
  if (path.endsWith('.keras')) return keras(bytes);
  if (path.endsWith('.onnx')) return onnx(bytes);
  if (path.endsWith('.jsonl')) return history(bytes);
  throw new Error(`${path}: no parts are known of such a file`);
};

const COMPARED = /(^model\.json|\.(safetensors|keras|onnx|jsonl))$/;

/** The parts of every file below a folder that holds some, named by the file's place in it. */
export const partsBelow = async (folder: string): Promise<Parts> => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && COMPARED.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const parts = new Map<string, Uint8Array>();
  for (const file of files)
    for (const [name, bytes] of await partsOf(file)) parts.set(`${file.slice(folder.length + 1)}: ${name}`, bytes);
  return parts;
};

/** A line for each part that differs, or that one side lacks. */
export const differencesOf = (before: Parts, after: Parts): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [a, b] = [before.get(name), after.get(name)];
    // A field more in the history is no other computation.
    if (a === undefined && name.includes(HISTORY)) return [];
    if (a === undefined || b === undefined) return [`${name}: only ${a === undefined ? 'after' : 'before'}`];
    if (Buffer.compare(a, b) === 0) return [];
    const at = a.findIndex((byte, i) => byte !== b[i]);
    return [`${name}: ${a.length} and ${b.length} bytes, the first that differs is ${at < 0 ? a.length : at}`];
  });
