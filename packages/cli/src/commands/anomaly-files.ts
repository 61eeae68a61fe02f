/**
 * What `latent anomalies` writes: the ranking as a table, its worst images as a picture and as a page, the ROC curve.
 *
 * In: scores of images. Out: files by name. The page needs nothing beside itself: its pictures lie within it.
 */
import {
  type Found,
  type ImageSet,
  imageMosaic,
  type Ranking,
  type RunnableModel,
  reconstructImages,
  sliceSet,
} from 'latent-plane';
import { isLabelled } from 'latent-plane/internal';
import { csvText } from '../csv.ts';
import { sheetPng } from '../pictures/sheet.ts';
import { grouped } from '../tables.ts';
import {
  beside,
  captionOf,
  classOf,
  type ImagePart,
  imageAt,
  nameOf,
  type PartImage,
  pixelsOf,
} from './image-parts.ts';

export interface AnomalyReport {
  /** The network. */
  readonly id: string;
  readonly parts: readonly ImagePart[];
  /** Places over all parts, the highest score first. */
  readonly order: readonly number[];
  readonly errors: Float64Array;
  readonly scores: Float64Array;
  readonly score: 'error' | 'distance' | 'density';
  readonly threshold: number;
  /** Sentences on the whole. */
  readonly heads: readonly string[];
  readonly oddity: { readonly of: string; readonly isOdd: (place: number) => boolean } | null;
  readonly ranking: Ranking | null;
  readonly found: Found | null;
  /** How many are shown. */
  readonly worst: number;
}

/** What stands above the column of a score. */
const SCORE_NAMES: Readonly<Record<AnomalyReport['score'], string>> = {
  error: 'error',
  distance: 'distance',
  density: 'minus log-density',
};

/** An image that is shown, with the picture of it, its reconstruction and the difference. */
interface Shown {
  readonly rank: number;
  readonly image: PartImage;
  readonly place: number;
  /** Address of a picture. */
  readonly picture: string;
  readonly isAbove: boolean;
}

const csvOf = ({ parts, order, errors, scores, score, threshold, oddity }: AnomalyReport): string => {
  const isNamed = parts.some(({ names }) => names !== undefined);
  const columns = [
    ...['rank', 'part', 'index', ...(isNamed ? ['name'] : []), 'label', 'class', 'error'],
    ...(score === 'error' ? [] : [score]),
    ...['above', ...(oddity ? ['odd'] : [])],
  ];
  const rows = order.map((place, i) => {
    const image = imageAt(parts, place);
    const own = classOf(image);
    return [
      ...[i + 1, image.part.part, image.index, ...(isNamed ? [image.part.names?.[image.index]] : [])],
      ...[own?.label, own?.name, errors[place]],
      ...(score === 'error' ? [] : [scores[place]]),
      ...[scores[place] > threshold, ...(oddity ? [oddity.isOdd(place)] : [])],
    ];
  });
  return csvText(columns.join(','), rows);
};

/** Difference that is shown white: of all differences shown all but this share are smaller. */
const BRIGHT = 0.995;

/** Absolute differences as bytes in all channels, and the byte that is shown white. */
const differencesOf = (inputs: readonly ImageSet[], made: readonly ImageSet[]) => {
  const raw = inputs.map((input, i) => input.pixels.map((value, at) => Math.abs(value - made[i].pixels[at])));
  const sorted = Uint8Array.from(raw.flatMap((each) => Array.from(each))).sort();
  const white = Math.max(1, sorted[Math.floor(BRIGHT * (sorted.length - 1))] ?? 1);
  return {
    white,
    sets: raw.map(
      (pixels, i): ImageSet => ({
        ...inputs[i],
        pixels: pixels.map((value) => Math.min(255, Math.round((255 * value) / white))),
      }),
    ),
  };
};

const shownImages = async (running: RunnableModel, report: AnomalyReport) => {
  const { pictureAddress } = await import('../pictures/render.ts');
  const { parts, order, scores, threshold, worst } = report;
  const images = order.slice(0, worst).map((place) => imageAt(parts, place));
  const inputs = images.map(pixelsOf);
  const { images: drawn } = await reconstructImages(
    running,
    beside(inputs),
    // A network that takes a label has refused images without by now.
    parts.every(({ dataset }) => isLabelled(dataset)) ? { labels: beside(inputs).labels } : {},
  );
  const made = images.map((_, i) => sliceSet(drawn, i, i + 1));
  const { white, sets } = differencesOf(inputs, made);
  const shown = images.map((image, i): Shown => {
    const triple = beside([inputs[i], made[i], sets[i]]);
    return {
      ...{ rank: i + 1, image, place: order[i], isAbove: scores[order[i]] > threshold },
      picture: pictureAddress(imageMosaic(triple, { columns: 3, spacing: 1 })),
    };
  });
  return { white: white / 255, shown };
};

const figureOf = (value: number): string => value.toPrecision(4);

const classWords = (image: PartImage): string => {
  const own = classOf(image);
  return own === null ? '' : own.name;
};

/** Units of the sheet for a pixel: a triple is about this wide. */
const TRIPLE = 250;
const SHEET_COLUMNS = 4;

const worstPng = (shown: readonly Shown[], white: number, report: AnomalyReport): Promise<Uint8Array> => {
  const { id, scores, heads } = report;
  const { height, width } = report.parts[0].set;
  return sheetPng({
    title: `${id}: the ${shown.length} images of highest ${SCORE_NAMES[report.score]}`,
    subtitle: `Each: input, reconstruction, difference (white: ${white.toFixed(2)} or more); ${heads[1]}.`,
    columns: Math.min(SHEET_COLUMNS, shown.length),
    tileWidth: TRIPLE,
    tileHeight: Math.round((TRIPLE * height) / (3 * width + 2)),
    tiles: shown.map(({ rank, image, place, picture }) => ({
      image: picture,
      caption: `${rank}. ${captionOf(image)}\n${figureOf(scores[place])}`,
    })),
  });
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text within a page: a name may be anybody's. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);

const STYLE = `
  body { font: 15px/1.45 system-ui, sans-serif; color: #1b1d21; background: #fff; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
  h1 { font-size: 1.4rem; }
  table { border-collapse: collapse; margin-top: 1.5rem; width: 100%; }
  th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #dbd8cf; vertical-align: middle; }
  th { font-weight: 600; }
  td.number { text-align: right; font-variant-numeric: tabular-nums; }
  th.number { text-align: right; }
  img { display: block; image-rendering: pixelated; width: 16rem; }
  svg { max-width: 100%; height: auto; }
  svg, svg * { font-family: Inter, system-ui, sans-serif !important; }
  .name { overflow-wrap: anywhere; }
`;

const pageOf = (shown: readonly Shown[], white: number, roc: string | null, report: AnomalyReport): string => {
  const { id, scores, errors, score, threshold, heads, oddity, order } = report;
  const isClassed = report.parts.some(({ dataset }) => isLabelled(dataset));
  const columns: readonly (readonly [string, boolean])[] = [
    ...([
      ['rank', true],
      ['input, reconstruction, difference', false],
      ['image', false],
    ] as const),
    ...(isClassed ? ([['class', false]] as const) : []),
    ...([['error', true]] as const),
    ...(score === 'error' ? [] : ([[SCORE_NAMES[score], true]] as const)),
    ...([['above the threshold', false]] as const),
    ...(oddity ? ([['odd', false]] as const) : []),
  ];
  const cell = (text: string, isNumber = false): string => `<td${isNumber ? ' class="number"' : ''}>${text}</td>`;
  const rows = shown.map(({ rank, image, place, picture, isAbove }) =>
    [
      ...[
        cell(String(rank), true),
        cell(`<img src="${picture}" alt="input, reconstruction and difference of ${escaped(nameOf(image))}">`),
      ],
      ...[`<td class="name">${escaped(nameOf(image))}</td>`, ...(isClassed ? [cell(escaped(classWords(image)))] : [])],
      ...[cell(figureOf(errors[place]), true), ...(score === 'error' ? [] : [cell(figureOf(scores[place]), true)])],
      ...[cell(isAbove ? 'yes' : 'no'), ...(oddity ? [cell(oddity.isOdd(place) ? 'yes' : 'no')] : [])],
    ].join(''),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(id)}: the odd ones</title>
<style>${STYLE}</style>
<h1>${escaped(id)}: the odd ones first</h1>
<ul>
${heads.map((text) => `<li>${escaped(text)}</li>`).join('\n')}
</ul>
${roc ?? ''}
<p>The ${grouped(shown.length)} of ${grouped(order.length)} images of highest ${SCORE_NAMES[score]}; errors.csv has all. A difference of ${white.toFixed(2)} or more is white; the threshold is ${figureOf(threshold)}.</p>
<table>
<thead><tr>${columns.map(([name, isNumber]) => `<th${isNumber ? ' class="number"' : ''}>${name}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row}</tr>`).join('\n')}
</tbody>
</table>
</html>
`;
};

const rocFiles = async ({ id, ranking, found, oddity }: AnomalyReport) => {
  if (!ranking || !found || !oddity) return null;
  const [{ rocCurvePicture }, { figurePng, figureSvg }] = await Promise.all([
    import('latent-plane/charts'),
    import('../pictures/render.ts'),
  ]);
  const figure = rocCurvePicture({ id, ranking, found, odd: oddity.of });
  return { svg: figureSvg(figure), png: await figurePng(figure) };
};

/** All files, by name. */
export const anomalyFiles = async (
  running: RunnableModel,
  report: AnomalyReport,
): Promise<ReadonlyMap<string, Uint8Array | string>> => {
  const { shown, white } = await shownImages(running, report);
  const roc = await rocFiles(report);
  return new Map<string, Uint8Array | string>([
    ['index.html', pageOf(shown, white, roc?.svg ?? null, report)],
    ['worst.png', await worstPng(shown, white, report)],
    ['errors.csv', csvOf(report)],
    ...(roc
      ? ([
          ['roc.svg', roc.svg],
          ['roc.png', roc.png],
        ] as const)
      : []),
  ]);
};
