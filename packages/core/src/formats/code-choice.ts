/** The choice of a code, where a file of another program leaves one. */

/** What a person may say of the code of a model, where its file leaves a choice. */
export interface CodeChoice {
  /** Name of the output that is the code, of a model with several. */
  readonly codeOutput?: string;
  /** Name of the layer that gives the code, of a file that is one whole autoencoder. */
  readonly codeLayer?: string;
}
