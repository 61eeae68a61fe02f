/** How weights begin. */

/** How initial weights of a kernel are drawn. Sources: Glorot & Bengio 2010, He et al. 2015. */
export type Initializer = 'glorot-uniform' | 'he-uniform' | 'zeros';

/** How a parameter begins where the recipe says nothing else. */
export type ParameterInitializer = Initializer | 'ones';

/** How biases begin; see `Recipe.biasInitializer`. */
export type BiasInitializer = 'zeros' | 'fan-in-uniform';
