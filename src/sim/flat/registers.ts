// SPDX-License-Identifier: Apache-2.0
import type { Decl, Domain, Module, RegDecl, Stmt } from '../../ir/module.ts';
import { filterBody } from './drivers.ts';

/** One shape for all registers keeps the host's property look-ups fast. */
export function flatRegister(
  { width, format, path, comment, span }: Decl,
  name: string,
  { domain, reset, powerUp, synchroniser }: Pick<RegDecl, 'domain' | 'reset' | 'powerUp' | 'synchroniser'>,
): RegDecl {
  return { kind: 'reg', name, width, format, path, comment, span, domain, reset, powerUp, synchroniser };
}

/** The part of a module's body for the registers of one domain, with or without reset. */
export interface RegisterBody {
  readonly domain: Domain;
  readonly hasReset: boolean;
  readonly body: readonly Stmt[];
}

export function registerBodies(module: Module): RegisterBody[] {
  return module.domains.flatMap(({ domain }) =>
    [true, false].flatMap((hasReset) => {
      const body = filterBody(module.body, ({ target: { decl, width } }) => {
        if (decl.kind !== 'reg' || width === 0 || decl.domain.name !== domain.name) return false;
        return (decl.reset !== null) === hasReset;
      });
      return body.length > 0 ? [{ domain, hasReset, body }] : [];
    }),
  );
}
