/** MODEL arguments. */
export { type Model, type OpenModelOptions, openModel, trainedModels } from './open-model.ts';
