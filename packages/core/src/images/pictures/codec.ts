/** The WebAssembly codecs of @jsquash, each made anew of its compiled module after a damaged picture ended it. */
import type { CodecName, Codecs, Picture } from './decoder.ts';

type Overrides = NonNullable<Parameters<typeof import('@jsquash/webp/decode.js')['init']>[0]>;

interface Codec {
  readonly init: (overrides: Overrides) => Promise<void>;
  readonly decode: (bytes: ArrayBuffer) => Promise<{ width: number; height: number; data: ArrayLike<number> } | null>;
}

const IMPORTS: Readonly<Record<CodecName, () => Promise<Codec>>> = {
  jpeg: async () => {
    const { init, default: decode } = await import('@jsquash/jpeg/decode.js');
    return { init, decode: (bytes) => decode(bytes, { preserveOrientation: true }) };
  },
  webp: async () => {
    const { init, default: decode } = await import('@jsquash/webp/decode.js');
    return { init, decode };
  },
  avif: async () => {
    const { init, default: decode } = await import('@jsquash/avif/decode.js');
    return { init, decode: (bytes) => decode(bytes) };
  },
};

const overridesOf = (module: WebAssembly.Module): Overrides => {
  const settings = {
    instantiateWasm: (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance) => void,
    ): WebAssembly.Exports => {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
    // What is wrong is told by the error.
    print: () => undefined,
    printErr: () => undefined,
  };
  // The types of the package call an instance a module.
  return settings as unknown as Overrides;
};

const ready = new Map<CodecName, Promise<Codec>>();

const open = async (name: CodecName, codecs: Codecs): Promise<Codec> => {
  const [codec, module] = await Promise.all([IMPORTS[name](), codecs(name)]);
  await codec.init(overridesOf(module));
  return codec;
};

/**
 * Decodes with a codec.
 *
 * @throws Error where the bytes are damaged, or no codecs were given.
 */
export const decodeWith = async (name: CodecName, bytes: Uint8Array, codecs: Codecs | undefined): Promise<Picture> => {
  if (codecs === undefined) throw new Error(`the ${name} codec is not at hand`);
  const codec = ready.get(name) ?? open(name, codecs);
  ready.set(name, codec);
  try {
    const { decode } = await codec;
    const found = await decode(bytes.slice().buffer);
    if (found === null) throw new Error('it is damaged');
    return { width: found.width, height: found.height, rgba: Uint8Array.from(found.data) };
  } catch (error) {
    ready.delete(name);
    throw error instanceof Error && !/exit\(|\[object/.test(error.message)
      ? error
      : new Error('it is damaged', { cause: error });
  }
};
