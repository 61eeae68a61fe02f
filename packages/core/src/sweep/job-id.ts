/**
 * The name of a training by what determines its result.
 *
 * In: plain data. Out: hexadecimal digits. The same data give the same digits whatever the order of their keys.
 */
import { sha256Hex } from '../images/checksum.ts';
import type { NetworkSpec, Recipe } from '../network/index.ts';

/** Raised when the same data would give other results. */
const RESULT_FORMAT = 1;
/** 80 bits: among a million jobs two agree with a chance below 1e-12. */
const DIGITS = 20;

/** JSON with sorted keys and without undefined fields. Source: RFC 8785, for data without unusual numbers or strings. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
};

/** All that decides the bytes of a run. */
export interface ResultDeterminants {
  readonly network: NetworkSpec;
  readonly recipe: Recipe;
  /** Sums of pixels and labels; the data set's name and place decide nothing. */
  readonly dataSha256: Readonly<Record<string, string>>;
  /** They decide the order of sums. */
  readonly threads: number;
  readonly checkpointEvery: number | null;
  /** Version of the compute engine. */
  readonly engine: string;
  /** The job whose weights it takes over, and as what. */
  readonly after?: { readonly as: string; readonly job: string };
}

/** Texts about a network change more often than the network. */
const TEXTS = ['title', 'file', 'record', 'published', 'recipes'];

const computing = (network: NetworkSpec): unknown =>
  Object.fromEntries(Object.entries(network).filter(([name]) => !TEXTS.includes(name)));

/** 20 hexadecimal digits of the SHA-256 of everything that decides a run's bytes. */
export const jobId = async ({ network, recipe, ...others }: ResultDeterminants): Promise<string> => {
  const { source: _source, ...steps } = recipe;
  const text = canonicalJson({ format: RESULT_FORMAT, network: computing(network), recipe: steps, ...others });
  return (await sha256Hex(new TextEncoder().encode(text))).slice(0, DIGITS);
};
