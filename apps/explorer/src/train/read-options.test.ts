import { describe, expect, it } from 'vitest';
import { optionFault, optionValues, readNote, withOption } from './read-options.ts';

describe('options of reading', () => {
  it('are set, changed and taken away', () => {
    const set = withOption('label=last', 'size', '8x8');
    expect(set).toBe('label=last,size=8x8');
    expect(withOption(set, 'label', 'first')).toBe('label=first,size=8x8');
    expect(withOption(set, 'label', '')).toBe('size=8x8');
    expect([...optionValues(set)]).toEqual([
      ['label', 'last'],
      ['size', '8x8'],
    ]);
    expect(optionValues('').size).toBe(0);
  });

  it('say what they take where a value is none of theirs', () => {
    expect(optionFault('size', '8x8')).toBeNull();
    expect(optionFault('size', '')).toBeNull();
    expect(optionFault('size', 'eight')).toBe('Takes 64x48 or 64x48x3.');
    expect(optionFault('only', 'a,b')).toBe('A comma or & cannot stand in it.');
  });
});

describe('a note of a reader', () => {
  it('is a sentence, and an offer for each guess that it names', () => {
    expect(readNote('light ground in 3 of 4 images: all are kept as they are (#polarity=invert inverts all)')).toEqual({
      text: 'Light ground in 3 of 4 images: all are kept as they are',
      offers: [{ id: 'polarity', value: 'invert' }],
    });
    expect(readNote('brought to 8 x 8 (#size=HxW), padded (#fit=crop, #fit=stretch)')).toEqual({
      text: 'Brought to 8 x 8, padded',
      offers: [
        { id: 'size', value: null },
        { id: 'fit', value: 'crop' },
        { id: 'fit', value: 'stretch' },
      ],
    });
    expect(readNote('files of other kinds left out: 2 (#container=ID, #only=TEXT)').offers).toEqual([
      { id: 'container', value: null },
      { id: 'only', value: null },
    ]);
  });

  it('without one stays as it is', () => {
    expect(readNote('the batch size is 14 (#x)')).toEqual({ text: 'The batch size is 14 (#x)', offers: [] });
    expect(readNote('where 10 means the digit 0, say #ten=zero').text).toBe('Where 10 means the digit 0, say ten=zero');
  });
});
