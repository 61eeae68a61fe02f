/**
 * The verbs of the program, in the order of the help. Each is loaded when it is asked for: the help of the program needs none of
 * them, and a command only itself.
 */
import { type Command, Help } from 'commander';

/** Loads what a verb takes and does. */
export const VERBS: Readonly<Record<string, () => Promise<Command>>> = {
  explore: async () => (await import('./commands/explore.ts')).exploreCommand(),
  zoo: async () => (await import('./commands/zoo.ts')).zooCommand(),
  summary: async () => (await import('./commands/summary.ts')).summaryCommand(),
  new: async () => (await import('./commands/new.ts')).newCommand(),
  train: async () => (await import('./commands/train.ts')).trainCommand(),
  'tune-decoder': async () => (await import('./commands/tune-decoder.ts')).tuneDecoderCommand(),
  sweep: async () => (await import('./commands/sweep.ts')).sweepCommand(),
  worker: async () => (await import('./commands/worker.ts')).workerCommand(),
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluateCommand(),
  diagnose: async () => (await import('./commands/diagnose.ts')).diagnoseCommand(),
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  plane: async () => (await import('./commands/plane.ts')).planeCommand(),
  evolve: async () => (await import('./commands/evolve.ts')).evolveCommand(),
  encode: async () => (await import('./commands/encode.ts')).encodeCommand(),
  decode: async () => (await import('./commands/decode.ts')).decodeCommand(),
  traverse: async () => (await import('./commands/traverse.ts')).traverseCommand(),
  interpolate: async () => (await import('./commands/interpolate.ts')).interpolateCommand(),
  reconstruct: async () => (await import('./commands/reconstruct.ts')).reconstructCommand(),
  sample: async () => (await import('./commands/sample.ts')).sampleCommand(),
  attribute: async () => (await import('./commands/attribute.ts')).attributeCommand(),
  clusters: async () => (await import('./commands/clusters.ts')).clustersCommand(),
  nearest: async () => (await import('./commands/nearest.ts')).nearestCommand(),
  anomalies: async () => (await import('./commands/anomalies.ts')).anomaliesCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  data: async () => (await import('./commands/data.ts')).dataCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  bench: async () => (await import('./commands/bench.ts')).benchCommand(),
};

/** How the help of the program lists a verb, which need not be loaded for it. */
export interface Outline {
  /** `evaluate [options] <model> [decoder]` */
  readonly term: string;
  readonly description: string;
}

/** The outlines of all verbs, made of the verbs: what `outlines.generated.ts` holds. */
export const outlinesOf = ({ commands }: Command): Readonly<Record<string, Outline>> =>
  Object.fromEntries(
    commands.map((command) => [
      command.name(),
      { term: new Help().subcommandTerm(command), description: command.description() },
    ]),
  );
