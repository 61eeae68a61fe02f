/** The tables of docs/diagnosis.md, made of the findings' definitions. */
import { findings } from '../../packages/core/src/diagnosis/index.ts';
import { table } from './table.ts';

/** What each finding means, when it holds, and what to try. */
export const findingsTable = (): string =>
  table(
    ['finding', 'severity', 'what it means', 'holds where', 'what to try first'],
    findings.map(({ code, aliases, severities, means, holds, tries }) => [
      [`\`${code}\``, ...aliases.map((alias) => `(was \`${alias}\`)`)].join(' '),
      severities.join(', '),
      means,
      holds,
      tries,
    ]),
  );

/** Every threshold and why it is what it is. */
export const thresholdsTable = (): string =>
  table(
    ['finding', 'what is measured', 'threshold', 'why'],
    findings.flatMap(({ code, thresholds }) =>
      Object.values(thresholds).map(({ measure, value, why }) => [`\`${code}\``, measure, String(value), why]),
    ),
  );
