/** A network's summary as wide as the terminal. */
import { formatSummary, type NetworkSummary } from 'latent-plane';
import { summaryFacts, summaryTables } from 'latent-plane/internal';
import { factLines, tableLines, terminalColumns, wrapped } from '../tables.ts';

export const summaryText = (summary: NetworkSummary): string => {
  const wide = formatSummary(summary);
  const columns = terminalColumns();
  if (wide.split('\n').every((line) => line.length <= columns)) return wide;
  return [
    ...wrapped(`${summary.id}: ${summary.title}`),
    ...summaryTables(summary).flatMap(({ title, rows, aligns }) => [
      '',
      ...wrapped(title),
      ...tableLines(rows, aligns, columns),
    ]),
    '',
    ...factLines(summaryFacts(summary)),
  ].join('\n');
};
