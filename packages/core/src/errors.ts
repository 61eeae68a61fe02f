/**
 * The one error type: facts that a program can switch on, and the sentence that is made of them for a person.
 * Nobody parses the sentence; who adds to an error, or moves it to another place, makes a new one of its facts.
 */

/** Who has to act: the caller (`input`), the run itself (`work`), or us (`internal`). */
export type ErrorKind = 'input' | 'work' | 'internal';

/** Where something is wrong, from the outside in; only what is known. */
export interface ErrorPlace {
  /** An option or argument of the command line: `--out`. */
  readonly option?: string;
  /** A file, a folder or an address. */
  readonly file?: string;
  /** Of the file, from 1. */
  readonly line?: number;
  /** Within the line, from 1. */
  readonly column?: number;
  /** Id of a network. */
  readonly network?: string;
  /** `encoder`, `decoder`, `classifier`. */
  readonly part?: string;
  /** Name of a layer within its part or file. */
  readonly layer?: string;
  /** What the file calls the layer's type. */
  readonly layerClass?: string;
  /** Path of a field: `encoder[2].units`. */
  readonly field?: string;
  /** What else is spoken of: an array of a file, a picture, a job. */
  readonly subject?: string;
}

/** What is known of an error beside its code. `problem`, or `expected`, or both say what is wrong. */
export interface ErrorFacts {
  /** Where it is wrong. */
  readonly at?: ErrorPlace;
  /** What is wrong, where it is more, or other, than a wrong value. */
  readonly problem?: string;
  /** What would have been right. */
  readonly expected?: string;
  /** What was there instead. */
  readonly got?: string;
  /** A next step that exists. */
  readonly hint?: string;
  /** What is to be chosen from, where something has to be named; no part of the sentence. */
  readonly choices?: readonly string[];
}

const layerText = ({ part, layer, layerClass }: ErrorPlace): string => {
  const name = [part, layer].filter((text) => text !== undefined).join('/');
  return `layer "${name}"${layerClass === undefined ? '' : ` (${layerClass})`}`;
};

/** `net.yaml:12:7` */
const fileText = ({ file, line, column }: ErrorPlace): string | undefined =>
  file === undefined ? undefined : [file, line, column].filter((text) => text !== undefined).join(':');

/** `model.keras: network "mine", layer "encoder/dense_1", field "units"`. */
export const describePlace = (place: ErrorPlace): string => {
  const { option, network, part, layer, field, subject } = place;
  const outer = [option, fileText(place)].filter((text) => text !== undefined).join(' ');
  const inner = [
    network === undefined ? undefined : `network "${network}"`,
    layer === undefined ? (part === undefined ? undefined : `part "${part}"`) : layerText(place),
    subject,
    field === undefined ? undefined : `field "${field}"`,
  ]
    .filter((text) => text !== undefined)
    .join(', ');
  return [outer, inner].filter((text) => text !== '').join(': ');
};

/** The facts as one or two lines: what is wrong, where, what was expected, what came, what to do. */
export const describeFacts = ({ at, problem, expected, got, hint }: ErrorFacts): string => {
  const place = at === undefined ? '' : describePlace(at);
  const wanted = expected === undefined ? undefined : `expected ${expected}`;
  const came = got === undefined ? undefined : `got ${got}`;
  const fault = [problem, wanted, came].filter((text) => text !== undefined).join(', ');
  const sentence = [place, fault].filter((text) => text !== '').join(': ');
  if (hint === undefined) return sentence;
  // A hint that is a sentence of its own, such as a list of what there is, gets a line of its own.
  return `${sentence}${/^\p{Lu}/u.test(hint) ? '\n' : '; '}${hint}`;
};

/** An error with a stable `code`; its message is `code: sentence`, the sentence made of its facts. */
export class LatentError extends Error {
  /** Stable: what a program tells errors apart by, such as `invalid-network`. */
  readonly code: string;
  /** Who has to act. */
  readonly kind: ErrorKind;
  /** What its message is made of. */
  readonly facts: ErrorFacts;

  /** An error of these facts; `input` where no kind is given. */
  constructor(code: string, facts: ErrorFacts, kind: ErrorKind = 'input', options?: ErrorOptions) {
    super(`${code}: ${describeFacts(facts)}`, options);
    this.name = 'LatentError';
    this.code = code;
    this.kind = kind;
    this.facts = facts;
  }

  /** Where it is wrong, as far as that is known. */
  get at(): ErrorPlace | undefined {
    return this.facts.at;
  }

  /** What would have been right. */
  get expected(): string | undefined {
    return this.facts.expected;
  }

  /** What was there instead. */
  get got(): string | undefined {
    return this.facts.got;
  }

  /** A next step that exists. */
  get hint(): string | undefined {
    return this.facts.hint;
  }

  /** The sentence without the code. */
  get sentence(): string {
    return describeFacts(this.facts);
  }
}

/** An error as plain data, for a message between threads or a file. */
export interface ErrorRecord {
  /** As in `LatentError`. */
  readonly code: string;
  /** As in `LatentError`. */
  readonly kind: ErrorKind;
  /** As in `LatentError`. */
  readonly facts: ErrorFacts;
}

/** Wrong input or arguments: the caller can mend it (exit code 2). */
export const inputError = (code: string, facts: ErrorFacts, options?: ErrorOptions): LatentError =>
  new LatentError(code, facts, 'input', options);

/** The work itself failed, for example no space left (exit code 1). */
export const workError = (code: string, facts: ErrorFacts, options?: ErrorOptions): LatentError =>
  new LatentError(code, facts, 'work', options);

/** A bug of ours: a state that no input should be able to reach. */
export const internalError = (problem: string, options?: ErrorOptions): LatentError =>
  new LatentError('internal', { problem }, 'internal', options);

/** The same error with other facts: at a place within a larger one, or with another next step. */
export const withFacts = (error: LatentError, facts: ErrorFacts): LatentError =>
  new LatentError(error.code, { ...error.facts, ...facts, at: { ...error.facts.at, ...facts.at } }, error.kind, {
    cause: error,
  });

/** An error as data that passes between threads; what is not ours becomes internal. */
export const errorRecord = (error: unknown): ErrorRecord => {
  const { code, kind, facts } = asLatentError(error);
  return { code, kind, facts };
};

/** The error of a record. */
export const errorOf = ({ code, kind, facts }: ErrorRecord): LatentError => new LatentError(code, facts, kind);

/** A thrown value as an error of ours: what is not one is a fault of the program. */
export const asLatentError = (error: unknown): LatentError =>
  error instanceof LatentError ? error : internalError(reasonOf(error), { cause: error });

/** What a person is told of a thrown value: `code: sentence`. */
export const messageOf = (error: unknown): string => asLatentError(error).message;

/** What any thrown value says of itself, within a message of ours. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A mark that no value of ours holds: JSON makes `null` of these numbers, and a message must not. */
const NOT_FINITE = /"\\u0000(NaN|-?Infinity)"/g;

/**
 * A value as a message shows it: JSON, cut after `length` characters. What JSON has no words for is called by its name:
 * `NaN`, `Infinity`, `nothing` for what is absent.
 */
export const shown = (value: unknown, length = 60): string => {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? `\u0000${item}` : item,
  );
  const text = json?.replace(NOT_FINITE, '$1') ?? typeof value;
  return text.length > length ? `${text.slice(0, length)}...` : text;
};
