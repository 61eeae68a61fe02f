import { describe, expect, it } from 'vitest';
import { codeColumns, csvText, isOurCsv, SWEEP_COLUMNS } from './csv.ts';

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

describe('the table of codes', () => {
  it('names the coordinates z1, z2, ... for codes of any size', () => {
    expect(codeColumns(1)).toBe('index,label,z1');
    expect(codeColumns(2)).toBe('index,label,z1,z2');
    expect(codeColumns(3)).toBe('index,label,z1,z2,z3');
  });

  it('is known again under the columns of today and of earlier versions, and under no others', () => {
    for (const columns of ['index,label,z1,z2', 'index,label,x,y'])
      expect(isOurCsv(csvText(columns, [[0, 7, 0.25, -1.5]])), columns).toBe(true);
    for (const columns of ['index,label,z1,z2,z3', 'index,label,code1,code2,code3'])
      expect(isOurCsv(csvText(columns, [[0, 7, 0.25, -1.5, 3]])), columns).toBe(true);
    for (const columns of ['index,label,z1,y', 'index,label,z2,z1', 'index,label,code1,code2'])
      expect(isOurCsv(csvText(columns, [[0, 7, 0.25, -1.5]])), columns).toBe(false);
  });
});
