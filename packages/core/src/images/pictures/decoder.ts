/** What a decoder of pictures is: the same code in Node and in a page, so that a picture has the same pixels in both. */

/** A decoded picture. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** Red, green, blue, opacity: `[height, width, 4]`. */
  readonly rgba: Uint8Array;
}

/** The codecs that are WebAssembly. */
export type CodecName = 'jpeg' | 'webp' | 'avif';

/** Compiled codecs: Node reads their files, a page fetches them. */
export type Codecs = (name: CodecName) => Promise<WebAssembly.Module>;

/** A format of pictures. */
export interface Decoder {
  readonly id: string;
  /** As people call it. */
  readonly label: string;
  /** What of it is read, in a sentence. */
  readonly doc: string;
  /** Endings of names, without the dot. */
  readonly extensions: readonly string[];
  /** Told by first bytes alone: names lie. */
  readonly begins: (head: Uint8Array) => boolean;
  /** Throws where the bytes are damaged; the caller names the file. */
  readonly decode: (bytes: Uint8Array, codecs: Codecs | undefined) => Picture | Promise<Picture>;
}

/** No single picture is larger: a damaged header may claim anything. */
export const MAX_PIXELS = 2 ** 27;

/** @throws Error of a picture without pixels, or with too many. */
export const requireSize = (width: number, height: number): void => {
  if (!(width > 0 && height > 0)) throw new Error(`it claims ${width} x ${height} pixels`);
  if (width * height > MAX_PIXELS) throw new Error(`it claims ${width} x ${height} pixels, more than ${MAX_PIXELS}`);
};

/** Whether bytes begin with a text. */
export const beginsWith = (head: Uint8Array, text: string, at = 0): boolean =>
  [...text].every((character, i) => head[at + i] === character.charCodeAt(0));

/** Channels of 8 bits, 1 (grey), 2 (grey, opacity), 3 or 4, as four. */
export const toRgba = (
  data: ArrayLike<number>,
  channels: number,
  byte = (value: number): number => value,
): Uint8Array => {
  const count = Math.floor(data.length / channels);
  const rgba = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    const from = i * channels;
    const isGrey = channels < 3;
    rgba[4 * i] = byte(data[from]);
    rgba[4 * i + 1] = byte(data[isGrey ? from : from + 1]);
    rgba[4 * i + 2] = byte(data[isGrey ? from : from + 2]);
    rgba[4 * i + 3] = channels === 2 || channels === 4 ? byte(data[from + channels - 1]) : 255;
  }
  return rgba;
};
