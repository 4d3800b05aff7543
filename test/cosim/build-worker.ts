// SPDX-License-Identifier: Apache-2.0
/** A process of its own that builds the model whose text it is given, for the test of concurrent builds. */
import { openEngine } from '../../sim/index.ts';
import { foreign } from './models.ts';

const engine = await openEngine(foreign('racy', ['in a 8', 'out q 8'], process.argv[2]!), { engine: 'verilator' });
engine.io[0] = 41;
engine.step();
engine.settle();
console.log(`result ${engine.io[1]}`);
engine.close();
