import { describe, expect, it } from 'vitest';
import { csvText, isOurCsv, SWEEP_COLUMNS } from './csv.ts';

describe('the table of a sweep', () => {
  it('keeps its columns where they were, whatever fields recipes have', () => {
    expect(SWEEP_COLUMNS).toBe(
      'id,network,recipe,dataset,seed,epochs,batch_size,learning_rate,validation_split,patience,shuffle,threads,state,train,test,all,trained_epochs,seconds,run,failure,train_images_sha256',
    );
  });

  it('is known again, with further settings behind its columns too, and with nothing else', () => {
    expect(isOurCsv(csvText(SWEEP_COLUMNS, []))).toBe(true);
    expect(isOurCsv(csvText(`${SWEEP_COLUMNS},weight_decay,schedule_warmup_epochs`, []))).toBe(true);
    expect(isOurCsv(csvText(`${SWEEP_COLUMNS},notes`, []))).toBe(false);
    expect(isOurCsv(csvText(`notes,${SWEEP_COLUMNS}`, []))).toBe(false);
  });
});
