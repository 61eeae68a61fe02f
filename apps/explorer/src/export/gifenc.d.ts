/** What is used of gifenc, which brings no types. Source: https://github.com/mattdesl/gifenc#api */
declare module 'gifenc' {
  type Colour = number[];
  interface Encoder {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: {
        /** Of the first frame for all that have none. */
        readonly palette?: readonly Colour[];
        /** Milliseconds. */
        readonly delay: number;
        /** 1: the next frame is laid over this one. */
        readonly dispose?: 1;
        readonly transparent?: boolean;
        readonly transparentIndex?: number;
      },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export const GIFEncoder: () => Encoder;
  /** Colours that serve `[pixels * 4]` best. */
  export const quantize: (rgba: Uint8ClampedArray, maxColours: number) => Colour[];
  export const applyPalette: (rgba: Uint8ClampedArray, palette: readonly Colour[]) => Uint8Array;
}
