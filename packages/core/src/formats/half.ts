/** Half precision, as the readers of model files take it. */
export { halfToNumber, numberToHalf } from '../files/half.ts';
