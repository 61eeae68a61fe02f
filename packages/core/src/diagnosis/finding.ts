/** What came of a diagnosis, as it is printed, kept with runs, and read again. */
import * as v from 'valibot';
import { choiceSchema, listSchema, numberSchema, textSchema } from '../registry/validation.ts';
import { type AnyFinding, type Evidence, SEVERITIES, type Severity, type Verdict } from './definition.ts';
import { findings } from './findings/index.ts';

/** What can be the matter with a latent space; docs/diagnosis.md defines each. */
export type FindingCode = (typeof findings)[number]['code'];

/** Something that went wrong in a latent space. */
export interface Finding {
  /** What was found. */
  readonly code: FindingCode;
  /** Older codes of the same finding. */
  readonly aliases: readonly string[];
  /** How grave it is. */
  readonly severity: Severity;
  /** One sentence with its figures: what is the matter. */
  readonly message: string;
  /** The figures that say so, by name; shares are 0..1, codes in code units. */
  readonly evidence: Evidence;
  /** What to try; fields of a recipe and commands stand between backticks. */
  readonly remedy: string;
}

/** Every code that is accepted where one is read, the older ones last. */
export const FINDING_CODES: readonly string[] = [
  ...findings.map(({ code }) => code),
  ...findings.flatMap(({ aliases }) => aliases),
];

const definitionOf = (code: string): AnyFinding<FindingCode> | undefined =>
  findings.find((definition) => definition.code === code || definition.aliases.includes(code));

/** The code of today for one that may be an older one; another program's codes stay as they are. */
export const currentFindingCode = (code: string): string => definitionOf(code)?.code ?? code;

/** The finding that a definition's verdict makes. */
export const findingFrom = (
  { code, aliases, remedies }: AnyFinding<FindingCode>,
  { severity, message, evidence, remedy }: Verdict,
): Finding => ({ code, aliases, severity, message, evidence, remedy: remedies[remedy] });

const finite = numberSchema(-Number.MAX_VALUE, Number.MAX_VALUE);

// The codes grow with the program; what one does not know is shown by its message.
const codeSchema = v.pipe(
  textSchema(64),
  v.transform((code) => currentFindingCode(code) as FindingCode),
);

/** A finding's code and severity, out of a file; older codes become those of today. */
export const findingMarkSchema = v.object({ code: codeSchema, severity: choiceSchema(SEVERITIES) });

/** A finding out of a file, whichever edition wrote it. */
export const findingSchema: v.GenericSchema<unknown, Finding> = v.pipe(
  v.object({
    ...findingMarkSchema.entries,
    message: textSchema(2000),
    evidence: v.record(
      v.string(),
      v.union([finite, textSchema(2000), listSchema(finite, 0, 256), listSchema(textSchema(200), 0, 256)]),
    ),
    remedy: textSchema(2000),
  }),
  v.transform((finding) => ({ ...finding, aliases: definitionOf(finding.code)?.aliases ?? [] })),
);
