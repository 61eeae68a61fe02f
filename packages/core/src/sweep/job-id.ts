/**
 * The name of a training by what determines its result.
 *
 * In: plain data. Out: hexadecimal digits. The same data give the same digits whatever the order of their keys.
 */
import { sha256Hex } from '../images/checksum.ts';
import { definitionOf, type LayerSpec } from '../layers/index.ts';
import { lossField } from '../losses/index.ts';
import { type NetworkSpec, type Recipe, tableFields } from '../network/index.ts';
import { withFirstNames } from '../registry/index.ts';

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

const firstNames = (layers: readonly LayerSpec[]): readonly unknown[] =>
  layers.map((layer) => withFirstNames(layer, definitionOf(layer).fields));

const partsOf = (network: NetworkSpec): Readonly<Record<string, unknown>> =>
  network.kind === 'autoencoder'
    ? { encoder: firstNames(network.encoder), decoder: firstNames(network.decoder) }
    : { layers: firstNames(network.layers) };

/** What a network computes, under the names that fields had first: a job keeps its id when a field is renamed. */
const computing = (network: NetworkSpec): unknown =>
  withFirstNames(
    Object.fromEntries(Object.entries({ ...network, ...partsOf(network) }).filter(([name]) => !TEXTS.includes(name))),
    { loss: lossField },
  );

/** 20 hexadecimal digits of the SHA-256 of everything that decides a run's bytes. */
export const jobId = async ({ network, recipe, ...others }: ResultDeterminants): Promise<string> => {
  const { source: _source, ...steps } = recipe;
  const text = canonicalJson({
    format: RESULT_FORMAT,
    network: computing(network),
    recipe: withFirstNames(steps, tableFields),
    ...others,
  });
  return (await sha256Hex(new TextEncoder().encode(text))).slice(0, DIGITS);
};
