/** MODEL arguments. */
export { type Model, type OpenModelOptions, openModel, PAIR, paired, trainedModels } from './open-model.ts';
