// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Bits } from '../../../../src/dsl/index.ts';
import { type Comb, bits } from '../../../../src/dsl/index.ts';
import { bankOf, bankOfSlot, rowsOf, slotInBank } from '../../../../src/modules/zkflex/ntt/place.ts';

const number = (value: Comb<Bits>): number => Number((value as Bits).value);

test('the four words of a group lie in four banks, for every pair bit and place', () => {
  const width = 9;
  for (let pair = 0; pair < width; pair++) {
    const other = pair % 2 === 0 ? 1 : 0;
    const isOdd = bits(pair % 2, 1);
    const stride = bits(pair < 2 ? 0 : 2 ** (pair - 2), width - 2);
    for (let index = 0; index < 2 ** width; index++) {
      if ((index >> pair) % 2 === 1 || (index >> other) % 2 === 1) continue;
      const elements = [0, 1, 2, 3].map((slot) => index | ((slot & 1) << pair) | ((slot >> 1) << other));
      const banks = elements.map((element) => number(bankOf(bits(element, width))));
      expect([...banks].sort()).toEqual([0, 1, 2, 3]);
      const first = bits(banks[0]!, 2);
      const rows = rowsOf(bits(index >> 2, width - 2), stride, first, isOdd).map(number);
      elements.forEach((element, slot) => {
        const bank = banks[slot]!;
        expect(number(bankOfSlot(slot, first, isOdd))).toBe(bank);
        expect(number(slotInBank(bank, first, isOdd))).toBe(slot);
        expect(rows[bank]).toBe(element >> 2);
      });
    }
  }
});
