/** missing-classes: classes that the plane does not show. */
import type { FindingRule } from '../types.ts';
import { listed, percentOf } from '../wording.ts';

/** Share of the mesh over the codes' bounds: less than ten points of 100 x 100. */
const NOWHERE = 0.001;
/** Share of a class's reconstructions that the classifier reads as it. */
const UNREAD = 0.1;

export const missingClasses: FindingRule = {
  code: 'missing-classes',
  means:
    'The classifier finds no place on the plane where the decoder draws these classes, or reads their reconstructions as others.',
  find: ({ plane, recall, classNames }) => {
    if (plane === null || recall === null) return null;
    const indices = classNames.map((_, label) => label);
    const nowhere = indices.filter((label) => plane.classShares[label] < NOWHERE);
    const unread = indices.filter((label) => recall[label] < UNREAD);
    if (nowhere.length === 0 && unread.length === 0) return null;
    const names = (labels: readonly number[]): string => listed(labels.map((label) => classNames[label]));
    const noun = (labels: readonly number[]): string => (labels.length === 1 ? 'class' : 'classes');
    const lost = unread.length > 0;
    return {
      code: 'missing-classes',
      severity: lost ? 'warning' : 'info',
      message: lost
        ? `${noun(unread)} ${names(unread)}: fewer than ${percentOf(UNREAD)} of the images come back readable`
        : `${noun(nowhere)} ${names(nowhere)}: nowhere on the mesh over the plane, though the images themselves come back`,
      evidence: {
        unread: unread.map((label) => classNames[label]),
        nowhere: nowhere.map((label) => classNames[label]),
        recall,
        classShares: plane.classShares,
      },
      remedy: lost
        ? 'train longer, or with another seed or rate: two numbers can hold all classes of such images, and this training has merged some; a larger decoder keeps them apart'
        : 'cut the bounds of the mesh to where the images lie, or take a finer one',
    };
  },
};
