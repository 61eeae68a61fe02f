/** All findings, the gravest first. A new one is a file beside this and a line here. */
import type { FindingRule } from '../types.ts';
import { clumpedCode } from './clumped-code.ts';
import { constantCode } from './constant-code.ts';
import { constantOutput } from './constant-output.ts';
import { deadDimension } from './dead-dimension.ts';
import { diagonalCode } from './diagonal-code.ts';
import { diverged } from './diverged.ts';
import { missingClasses } from './missing-classes.ts';
import { nearZeroCode } from './near-zero-code.ts';
import { overfit } from './overfit.ts';
import { saturatedCode } from './saturated-code.ts';
import { worseThanFloor } from './worse-than-floor.ts';

/** Every rule, in the order in which findings are told; docs/diagnosis.md says what each means. */
export const findingRules: readonly FindingRule[] = [
  diverged,
  nearZeroCode,
  constantCode,
  deadDimension,
  saturatedCode,
  constantOutput,
  worseThanFloor,
  diagonalCode,
  clumpedCode,
  missingClasses,
  overfit,
];
