// SPDX-License-Identifier: Apache-2.0
import { arithmetic } from './methods-arithmetic.ts';
import { bitwise } from './methods-bitwise.ts';
import { choices } from './methods-choice.ts';
import { parts } from './methods-parts.ts';
import type { Method } from './method.ts';

/** What every method of `Comb` means, as plain formulas. The operator tests and the random circuits both read it. */
export const methods = { ...bitwise, ...arithmetic, ...parts, ...choices } satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;

export const methodNames = Object.keys(methods) as MethodName[];

export const methodTable: Readonly<Record<MethodName, Method>> = methods;
