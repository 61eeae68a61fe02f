/** What is used of gifenc, which brings no types. Source: https://github.com/mattdesl/gifenc#api */
declare module 'gifenc' {
  type Colour = number[];

  interface Encoder {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette: readonly Colour[] /** Milliseconds. */; readonly delay: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }

  const gifenc: {
    readonly GIFEncoder: () => Encoder;
    /** Colours that serve `[pixels * 4]` best. */
    readonly quantize: (rgba: Uint8Array, maxColours: number) => Colour[];
    readonly applyPalette: (rgba: Uint8Array, palette: readonly Colour[]) => Uint8Array;
  };
  export default gifenc;
}
