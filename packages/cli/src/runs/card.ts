/** Whether the model card in a run folder is as the program wrote it: people write into theirs. */

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
