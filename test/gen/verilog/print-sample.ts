// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { hashText } from '../../../src/ir/hash.ts';
import { sampleDesign } from './sample-design.ts';

/** Run as a process of its own by the determinism test. */
console.log(hashText(JSON.stringify(emitDesign(elaborate(sampleDesign(false))))));
