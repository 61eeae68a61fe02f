/** All findings, in the order in which they are told among equals. A new one is a file beside this and a line here. */
import { clumpedCode } from './clumped-code.ts';
import { constantCode } from './constant-code.ts';
import { constantOutput } from './constant-output.ts';
import { deadDimension } from './dead-dimension.ts';
import { diagonalCode } from './diagonal-code.ts';
import { diverged } from './diverged.ts';
import { inputMismatch } from './input-mismatch.ts';
import { missingClasses } from './missing-classes.ts';
import { nearZeroCode } from './near-zero-code.ts';
import { overfit } from './overfit.ts';
import { posteriorCollapse } from './posterior-collapse.ts';
import { saturatedCode } from './saturated-code.ts';
import { worseThanBaseline } from './worse-than-baseline.ts';

/** Every finding; docs/diagnosis.md is made of them. */
export const findings = [
  diverged,
  inputMismatch,
  nearZeroCode,
  constantCode,
  deadDimension,
  posteriorCollapse,
  saturatedCode,
  constantOutput,
  worseThanBaseline,
  diagonalCode,
  clumpedCode,
  missingClasses,
  overfit,
] as const;
