/**
 * The messages between the Train view and the worker that trains.
 *
 * In: what a person asks for. Out: what happens, as plain data. The worker keeps the run; the view keeps nothing that
 * a reload would lose.
 */
import type {
  AutoencoderSpec,
  Channels,
  CodePlane,
  Codes,
  EpochRecord,
  ErrorRecord,
  Finding,
  ImageShape,
  Labels,
  PlaneBounds,
  Recipe,
  Shape,
  Stopped,
  Weights,
} from 'latent-plane';
import type { ExportFormatId, OptionId, PictureDefaults, ReadUnit } from 'latent-plane/internal';
import type { PathFile } from './page-file.ts';

/** Where the images come from. Files are read in the page and sent nowhere. */
export type DatasetChoice =
  /** The bundle's; `count`: how many of its training images, from the first; null for all. */
  { readonly kind: 'built-in'; readonly count: number | null } | OwnChoice;

/** Files of a person's own, in any container that the library reads. */
export interface OwnChoice {
  readonly kind: 'own';
  /** Of this choice of files: the same whenever they are read again. */
  readonly id: string;
  readonly files: readonly PathFile[];
  /** What is to be read otherwise than it would be guessed, as the command line has it behind `#`: `label=last,size=8x8`. */
  readonly options: string;
}

/** What was read of a person's own files. */
export interface ImagesSummary extends Required<ImageShape> {
  readonly name: string;
  /** Id of the container. */
  readonly container: string;
  readonly train: number;
  readonly test: number;
  /** Their ground is light, as a set. */
  readonly isLight: boolean;
  /** Of all bytes of all images: tells two readings apart. */
  readonly sum: number;
  /** By class index, with how many images of each; none where the images have no labels. */
  readonly classes: readonly { readonly name: string; readonly train: number; readonly test: number }[];
  /** What was guessed or left out, a sentence each. */
  readonly notes: readonly string[];
  /** What can be read otherwise. */
  readonly optionIds: readonly OptionId[];
  /** Some of the training images, class by class. */
  readonly sheet: { readonly pixels: Uint8Array; readonly labels: Labels };
}

/** What runs the graph; `auto` takes the fastest that is there. */
export type EngineChoice = 'auto' | 'webgpu' | 'wasm';

export interface EngineReport {
  /** As the runtime calls itself: `onnxruntime-web wasm, 2 threads`. */
  readonly name: string;
  readonly backend: 'wasm' | 'webgpu';
  readonly threads: number;
  /** One sentence for people: why this one, and why not a faster one. */
  readonly why: string;
}

export interface TrainRequest {
  readonly network: AutoencoderSpec;
  /** With the seed, batch size, rate and epochs as asked for. */
  readonly recipe: Recipe;
  readonly dataset: DatasetChoice;
  readonly engine: EngineChoice;
}

/** A run that lies in the browser's own storage, or that came from a folder. */
export interface StoredRun {
  readonly id: string;
  readonly network: AutoencoderSpec;
  readonly recipe: Recipe;
  readonly datasetName: string;
  readonly epoch: number;
  readonly loss: number | null;
  readonly stopped: Stopped | null;
  /** Milliseconds since 1970. */
  readonly saved: number;
  /** False where its images were the person's own files, which have to be given again. */
  readonly hasImages: boolean;
}

export type ExportFormat = 'run' | ExportFormatId;

export type ToWorker =
  /** Reads a person's own files; one that comes later takes its place. `shape`: what pictures are brought to; null for no other. */
  | { readonly type: 'read-images'; readonly images: OwnChoice; readonly shape: PictureDefaults | null }
  | { readonly type: 'start'; readonly request: TrainRequest; readonly paused: boolean }
  /** Goes on with a stored run; `dataset` where its images must be given again. */
  | { readonly type: 'restore'; readonly id: string; readonly dataset: DatasetChoice | null; readonly paused: boolean }
  /** Opens a run folder (files with their paths within it) or its zip, paused, to go on with it. */
  | {
      readonly type: 'open-run';
      readonly files: readonly PathFile[];
      readonly dataset: DatasetChoice | null;
    }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** One batch or the rest of the epoch, then pauses. */
  | { readonly type: 'step'; readonly of: 'batch' | 'epoch' }
  /** From the first weights again, with this seed (the same one, or another). */
  | { readonly type: 'reset'; readonly seed: number; readonly paused: boolean }
  /** After `diverged`: stands at the last good state, paused. */
  | { readonly type: 'last-good' }
  /** The page may be going away (`pagehide`, `visibilitychange`): keeps the state as it is now. Answered by `saved`. */
  | { readonly type: 'save' }
  | { readonly type: 'list' }
  | { readonly type: 'delete'; readonly id: string }
  | { readonly type: 'export'; readonly format: ExportFormat }
  /** The cursor moves over the plane; posted again while it does. */
  | { readonly type: 'cursor-moved' }
  | { readonly type: 'budget'; readonly budget: Budget };

/** What looks at a training may cost it. */
export interface Budget {
  /** How often the plane is refreshed, milliseconds; null for never. */
  readonly planeMs: number | null;
  /** How often the rules of the diagnosis look, milliseconds; null for never. At each pause both look. */
  readonly findingsMs: number | null;
  /** The least that training keeps, 0..1. */
  readonly trainingShare: number;
}

/** What the network makes of the images now. */
export interface Snapshot {
  /** Steps of the optimiser done. */
  readonly step: number;
  readonly epoch: number;
  readonly plane: PlaneSnapshot;
  /** Of codes that a plane shows a part of; null where they are no more than two numbers. */
  readonly reconstructions: ReconstructionSnapshot | null;
}

/** The plane as it is now. */
export interface PlaneSnapshot {
  /** Of encoder and decoder, copies: the page decodes the cursor and draws the field with them. */
  readonly weights: Weights;
  /** `[count, 2]`, where the images that are shown lie on the plane, code units. */
  readonly codes: Float32Array;
  /** Their codes, where these are not the points themselves. */
  readonly whole?: Codes;
  /** Absent where points are codes. */
  readonly through?: CodePlane;
  /** Of these points, with a margin that keeps the plane from trembling. */
  readonly bounds: PlaneBounds;
}

/** Some images and what comes of them. */
export interface ReconstructionSnapshot {
  /** `[count, height, width, channels]`, 0..255. */
  readonly images: Uint8Array;
  /** The same of what the network gives, cut off at black and white. */
  readonly reconstructions: Uint8Array;
  /** `[count]`, class index. */
  readonly labels: Labels;
}

export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  readonly batch: number;
  readonly batches: number;
  readonly step: number;
  /** Of the batch. */
  readonly loss: number;
  /** Over the last seconds; null before there is a figure. */
  readonly imagesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

export type RunStatus = 'loading' | 'running' | 'paused' | 'finished' | 'early' | 'diverged';

export type FromWorker =
  | { readonly type: 'runs'; readonly runs: readonly StoredRun[]; readonly storage: string | null }
  /** Of the files that are being read. */
  | {
      readonly type: 'images-progress';
      readonly id: string;
      readonly done: number;
      readonly total: number;
      readonly unit: ReadUnit;
    }
  /** Those files were read, and are what a run with this choice trains on. `containers`: ids of all that could be asked for. */
  | {
      readonly type: 'images';
      readonly images: OwnChoice;
      readonly shape: PictureDefaults | null;
      readonly summary: ImagesSummary;
      readonly containers: readonly string[];
    }
  /** They were not; what was read before stands as it was. */
  | {
      readonly type: 'images-refused';
      readonly id: string;
      readonly fault: ErrorRecord;
      readonly containers: readonly string[];
    }
  /** The images, on their way; `total` null where nobody knows. */
  | { readonly type: 'data-progress'; readonly what: string; readonly done: number; readonly total: number | null }
  /** The run stands: what it trains on, and with what. Sent before the first batch and after each restore. */
  | {
      readonly type: 'ready';
      readonly id: string;
      readonly network: AutoencoderSpec;
      readonly recipe: Recipe;
      readonly engine: EngineReport;
      readonly dataset: {
        readonly name: string;
        /** What `--dataset` of the command line takes; `./data` where it takes the run folder's own images alone. */
        readonly argument: string;
        readonly train: number;
        readonly height: number;
        readonly width: number;
        readonly channels: Channels;
        readonly classNames: readonly string[];
      };
      /** Of a code: `[2]` is a point of the plane. */
      readonly codeShape: Shape;
      /** Whether the rules of the diagnosis look at it: codes of very many numbers would take minutes each time. */
      readonly isExamined: boolean;
      /** `[count]`, class index, of the images that the snapshots place. */
      readonly labels: Labels;
      readonly history: readonly EpochRecord[];
      /** What a person should know: `run began with other versions`, `3 files were no pictures`. */
      readonly notes: readonly string[];
    }
  | {
      readonly type: 'status';
      readonly status: RunStatus;
      readonly at: { epoch: number; batch: number; loss: number } | null;
    }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'epoch'; readonly record: EpochRecord }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** All that hold now, the gravest first; sent when they change. */
  | { readonly type: 'findings'; readonly epoch: number; readonly findings: readonly Finding[] }
  /** The state lies in the browser's storage; `fault` says why it does not. */
  | { readonly type: 'saved'; readonly epoch: number; readonly fault: string | null }
  | { readonly type: 'file'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly mime: string }
  /** The message is ours, `code: what, where, what to do`; the run, if there is one, stands as it was. */
  | { readonly type: 'error'; readonly message: string };
