/** missing-classes: classes that the decoder does not draw. */
import { defineFinding } from '../definition.ts';
import { listed, percentOf } from '../wording.ts';

export const missingClasses = defineFinding({
  code: 'missing-classes',
  severities: ['warning', 'info'],
  means:
    'The classifier of the data set takes reconstructions of these classes for others, or finds no place on the plane where the decoder draws them.',
  holds: ({ recalled, nowhere }) =>
    `fewer of a class's test images are classified as it when they come back than ${recalled === 1 ? 'a guess among the classes would get right' : `${recalled} times what a guess gets right`}; an info where a class has less than ${percentOf(nowhere)} of the plane, though its images come back`,
  tries: 'longer, another seed, a larger decoder',
  needs: ['recall', 'classNames'],
  thresholds: {
    recalled: {
      value: 1,
      measure: "share of a class's reconstructions that are classified as it, of 1 over the number of classes",
      why: 'As many as a guess would get right.',
    },
    nowhere: {
      value: 0.001,
      measure: "share of the mesh over the codes' bounds",
      why: 'Less than ten points of 100 x 100: nobody who walks the plane meets the class.',
    },
  },
  remedies: {
    lost: 'train for more `epochs`, or from another `seed` or with another `learningRate`: this training has merged classes that a plane may hold apart; a larger decoder, or a code of more numbers, does so sooner',
    merged:
      'train for more `epochs`, or from another `seed` or with another `learningRate`: this training has merged classes; a code of more numbers or a larger decoder keeps them apart',
    hidden: 'cut the bounds of the mesh to where the images lie, or take a finer one (`latent plane`)',
  },
  find: ({ plane, recall, classNames }, { recalled, nowhere: share }) => {
    const indices = classNames.map((_, label) => label);
    const least = recalled / classNames.length;
    const nowhere = plane === null ? [] : indices.filter((label) => plane.classShares[label] < share);
    const unread = indices.filter((label) => recall[label] < least);
    if (nowhere.length === 0 && unread.length === 0) return null;
    const names = (labels: readonly number[]): string =>
      `${labels.length === 1 ? 'class' : 'classes'} ${listed(labels.map((label) => classNames[label]))}`;
    const lost = unread.length > 0;
    return {
      severity: lost ? 'warning' : 'info',
      message: lost
        ? `${names(unread)}: fewer than ${percentOf(least)} of the reconstructions are classified as what they are`
        : `${names(nowhere)}: less than ${percentOf(share)} of the mesh over the plane, though the images themselves come back`,
      evidence: {
        unread: unread.map((label) => classNames[label]),
        nowhere: nowhere.map((label) => classNames[label]),
        recall,
        ...(plane === null ? {} : { classShares: plane.classShares }),
      },
      remedy: !lost ? 'hidden' : plane === null ? 'merged' : 'lost',
    };
  },
  examples: [
    { severity: 'warning', remedy: 'lost', changes: { recall: [0.8, 0.05, 0.7] } },
    { severity: 'warning', remedy: 'merged', changes: { recall: [0.8, 0.05, 0.7], plane: null } },
    {
      severity: 'info',
      remedy: 'hidden',
      changes: { plane: { size: 100, meanConfidence: 0.9, classShares: [0.6, 0.4, 0.0005] } },
    },
  ],
});
