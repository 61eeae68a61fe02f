/** Tar archives of a few files, as the tests want them. Not part of the program. */

/** An entry; a plain file where no type is said. */
export interface TarPart {
  readonly path: string;
  readonly bytes?: Uint8Array;
  readonly type?: string;
  /** What the header states, where it is not the length of the bytes. */
  readonly size?: number;
  /** ustar's field for the beginning of a long path. */
  readonly prefix?: string;
}

const BLOCK = 512;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const headerOf = ({ path, bytes = new Uint8Array(0), type = '0', size = bytes.length, prefix = '' }: TarPart) => {
  const block = new Uint8Array(BLOCK);
  block.set(utf8(path).subarray(0, 100));
  block.set(utf8('0000644\0'), 100);
  block.set(utf8(`${size.toString(8).padStart(11, '0')}\0`), 124);
  block.set(utf8(type), 156);
  block.set(utf8('ustar\x0000'), 257);
  block.set(utf8(prefix), 345);
  block.fill(32, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(utf8(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return block;
};

const padded = (bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  whole.set(bytes);
  return whole;
};

/** The archive of these entries. */
export const tarFile = (parts: readonly TarPart[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat([
      ...parts.flatMap((part) => [headerOf(part), padded(part.bytes ?? new Uint8Array(0))]),
      new Uint8Array(2 * BLOCK),
    ]),
  );

/** The same of files by path. */
export const tarOf = (files: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  tarFile(Object.entries(files).map(([path, bytes]) => ({ path, bytes })));

/** A record of pax. */
export const paxRecord = (key: string, value: string): Uint8Array => {
  const text = ` ${key}=${value}\n`;
  const { length } = utf8(text);
  const digits = String(length + 2).length;
  const total = length + digits;
  return utf8(`${String(total).length === digits ? total : total + 1}${text}`);
};
