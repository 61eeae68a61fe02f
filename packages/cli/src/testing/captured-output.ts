/** What the program writes during a test, held back from the console. */
import { beforeEach, vi } from 'vitest';

/** Of the test that runs. */
export interface CapturedOutput {
  /** On standard output. */
  said: string;
  /** On standard error. */
  complained: string;
}

/** Begins anew with every test of the file or suite that calls it. */
export const captureOutput = (): CapturedOutput => {
  const output: CapturedOutput = { said: '', complained: '' };
  beforeEach(() => {
    output.said = '';
    output.complained = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output.said += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      output.complained += String(text);
      return true;
    });
  });
  return output;
};
