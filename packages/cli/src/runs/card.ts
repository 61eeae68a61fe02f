/** Whether the model card in a run folder is as the program wrote it: people write into theirs. */
import type { RunConfig } from 'latent-plane';

/** All that the section with the figures may hold, whatever they were: tables, code, the words for none. */
const FIGURES = /^(|\|.*\||### \w+|```(json)?|[{}[\]],?| +(["{}[\]\d-]|null|true|false).*|Not evaluated yet: .*)$/;

const [BEGIN, END] = ['\n## Scores\n', '\n## Again\n'];

/** Before, within and after the section with the figures; null where there is none. */
const sectionsOf = (card: string): readonly [string, string, string] | null => {
  const [begin, end] = [card.indexOf(BEGIN), card.lastIndexOf(END)];
  return begin < 0 || end < begin
    ? null
    : [card.slice(0, begin), card.slice(begin + BEGIN.length, end), card.slice(end)];
};

/**
 * @param card - what lies there.
 * @param written - a card of the same run, with any figures.
 */
export const isCardOf = (card: string, written: string): boolean => {
  const [found, expected] = [sectionsOf(card), sectionsOf(written)];
  if (found === null || expected === null) return card === written;
  const [before, figures, after] = found;
  return before === expected[0] && after === expected[2] && figures.split('\n').every((line) => FIGURES.test(line));
};

/** What the config of a run may have been before it was given its last epochs; none where it never was given more. */
export const configsBefore = (config: RunConfig): readonly RunConfig[] => {
  const { recipe, overrides, extended = [] } = config;
  const last = extended.at(-1);
  if (last === undefined) return [];
  const { epochs: _, ...others } = overrides;
  const earlier = extended.slice(0, -1);
  const { extended: __, ...rest } = config;
  const before = (settings: RunConfig['overrides']): RunConfig => ({
    ...rest,
    recipe: { ...recipe, epochs: last.planned },
    overrides: settings,
    ...(earlier.length > 0 ? { extended: earlier } : {}),
  });
  return [before({ ...overrides, epochs: last.planned }), before(others)];
};
