// SPDX-License-Identifier: Apache-2.0
import { isReservedWord } from '../../ir/keywords.ts';

/**
 * All identifiers of one module: ports, signals, instances, memories, constants, labels. Whoever asks first gets the name;
 * the order is fixed (ports, then the user's declarations in order, then derived names), so that names are stable.
 */
export class Namer {
  readonly #taken = new Set<string>();
  readonly #moduleName: string;

  /** `moduleName` is not free either: some tools refuse a signal that is called as its module. */
  constructor(moduleName: string) {
    this.#moduleName = moduleName;
  }

  isFree(name: string): boolean {
    return name !== this.#moduleName && !this.#taken.has(name) && !isReservedWord(name);
  }

  /** Is something in the module called so? */
  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** A port name is part of the interface: it stays as it is. The front end has refused keywords. */
  reservePort(name: string): string {
    this.#taken.add(name);
    return name;
  }

  /** The wanted name, or the same with `_` behind it until it is free and may be used. */
  claim(wanted: string, isForbidden: (name: string) => boolean = () => false): string {
    let name = legalIdentifier(wanted);
    while (!this.isFree(name) || isForbidden(name)) name += '_';
    this.#taken.add(name);
    return name;
  }
}

/** Letters, digits and underscores, no digit in front. */
export function legalIdentifier(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  const name = text.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

/** `idleState` or `idle-state` as a constant is written: IDLE_STATE. */
export function upperSnake(text: string): string {
  return legalIdentifier(text.replace(/([a-z0-9])([A-Z])/g, '$1_$2')).toUpperCase();
}
