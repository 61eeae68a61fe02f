/**
 * How long the texts of an attribute claim to be, as the bytes of an HDF5 file say it.
 *
 * The HDF5 library makes room for a text of variable length before it looks whether the file has as many bytes; a damaged
 * length costs gigabytes. The lengths stand in the attribute's message, which is looked at here first.
 *
 * Source: HDF5 File Format Specification 3.0, IV.A.2.m (the attribute message), VIII.B (variable-length data).
 */

/** Bytes of an element of variable length: its length, the address of its heap, its number there. */
const ELEMENT = 16;

const found = (bytes: Uint8Array, name: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(name[0], from); at >= 0; at = bytes.indexOf(name[0], at + 1))
    if (name.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
};

const padded = (size: number): number => Math.ceil(size / 8) * 8;

/** The class of types of variable length. */
const VARIABLE = 9;

/** Numbers of one element after another, as a message about their sizes says. */
const countIn = (view: DataView, at: number): number => {
  const [version, rank] = [view.getUint8(at), view.getUint8(at + 1)];
  const sizes = at + (version === 1 ? 8 : 4);
  let count = version === 2 && view.getUint8(at + 3) === 2 ? 0 : 1;
  for (let i = 0; i < rank; i++) count *= Number(view.getBigUint64(sizes + 8 * i, true));
  return count;
};

/** The longest text of the message whose name stands at `at`; 0 where none of texts stands there. */
const longestAt = (view: DataView, at: number, nameSize: number): number => {
  // Version 1 has every piece at a multiple of eight bytes; 2 has none, 3 a byte for the encoding of the name more.
  for (const version of [1, 2, 3]) {
    const head = at - (version === 3 ? 9 : 8);
    if (head < 0 || view.getUint8(head) !== version || view.getUint16(head + 2, true) !== nameSize) continue;
    const whole = (size: number): number => (version === 1 ? padded(size) : size);
    const type = at + whole(nameSize);
    const sizes = type + whole(view.getUint16(head + 4, true));
    const from = sizes + whole(view.getUint16(head + 6, true));
    if ((view.getUint8(type) & 15) !== VARIABLE) return 0;
    // Behind the eight bytes of its own the type has that of its elements: four bytes, then its size.
    const unit = view.getUint32(type + 12, true);
    const count = Math.min(countIn(view, sizes), Math.floor((view.byteLength - from) / ELEMENT));
    let longest = 0;
    for (let i = 0; i < count; i++) longest = Math.max(longest, unit * view.getUint32(from + i * ELEMENT, true));
    return longest;
  }
  return 0;
};

/**
 * The longest text that an attribute of this name claims anywhere in a file, bytes.
 *
 * @returns 0 where no such attribute is found: those of large objects lie in heaps.
 */
export const longestText = (bytes: Uint8Array, attribute: string): number => {
  const name = new TextEncoder().encode(`${attribute}\0`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let longest = 0;
  for (let at = found(bytes, name, 0); at >= 0; at = found(bytes, name, at + 1)) {
    try {
      longest = Math.max(longest, longestAt(view, at, name.length));
    } catch (error) {
      // The message is cut short: what reads it says so.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return longest;
};
