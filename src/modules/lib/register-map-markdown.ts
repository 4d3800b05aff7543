// SPDX-License-Identifier: Apache-2.0
import { type PlacedField, placeRegisters, type RegisterMap } from './register-map.ts';

/** The register map as a Markdown document: an overview, then the fields of each register. */
export function registerMapMarkdown(map: RegisterMap): string {
  const { name, doc, dataWidth, addressWidth, registers } = placeRegisters(map);
  const digits = Math.max(2, Math.ceil(addressWidth / 4));
  const hex = (value: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
  const lines = [
    `# Register map of ${name}`,
    '',
    ...(doc === '' ? [] : [doc, '']),
    `Registers of ${dataWidth} bits, ${addressWidth} address bits, little endian. Unused bits read as zero and ignore writes.`,
    '',
    '| offset | register | description |',
    '|---|---|---|',
    ...registers.map((register) => `| ${hex(register.offset)} | ${register.name} | ${cell(register.doc)} |`),
  ];
  for (const register of registers) {
    lines.push('', `## ${register.name} (${hex(register.offset)})`, '');
    if (register.doc !== '') lines.push(register.doc, '');
    lines.push('| bits | field | access | reset | description |', '|---|---|---|---|---|');
    const descending = [...register.fields].sort((a, b) => b.lsb - a.lsb);
    lines.push(...descending.map((field) => fieldRow(field)));
  }
  return `${lines.join('\n')}\n`;
}

function fieldRow(field: PlacedField): string {
  const top = field.lsb + field.width - 1;
  const bits = field.width === 1 ? `${field.lsb}` : `${top}:${field.lsb}`;
  const reset = field.access === 'ro' ? '-' : `0x${field.reset.toString(16)}`;
  return `| ${bits} | ${field.name} | ${field.access} | ${reset} | ${cell(field.doc)} |`;
}

/** Text that stays in its cell. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
