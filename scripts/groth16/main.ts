// SPDX-License-Identifier: Apache-2.0
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { curves, groth16, zKey } from 'snarkjs';
import { availableEngines, openEngine } from '../../sim/index.ts';
import { ZkFlexProver } from '../../sim/workloads/zkflex/prover.ts';
import { elaborate } from '../../src/dsl/index.ts';
import { UsageError } from '../../src/gen/errors.ts';
import { runCommand } from '../../src/gen/cli/main.ts';
import { zkflex } from '../../src/modules/zkflex/top/zkflex.ts';
import { ZkFlexParams, zkflexPresets } from '../../src/modules/zkflex/top/zkflex.params.ts';
import { serve } from './bridge.ts';
import { type Served, serviceBy } from './service.ts';
import { type ProofCurve, proofCurves, statementOf } from './statement.ts';

/** The secret: two primes. */
const [p, q] = [8191, 131071];

interface Options {
  readonly engine: 'verilator' | 'embedded';
  readonly curve: ProofCurve | 'all';
  readonly json?: boolean;
}

interface Outcome {
  readonly curve: ProofCurve;
  readonly product: string;
  readonly verified: boolean;
  readonly served: readonly Served[];
}

const program = new Command('demo:groth16')
  .description(
    'Proves with snarkjs that two factors of a number are known, with all transforms, scalings and sums of points in G1 computed by the simulated ZK-Flex. Exit code 1 when a proof is not valid.',
  )
  .addOption(new Option('-e, --engine <name>', 'simulator').choices(['verilator', 'embedded']).default('verilator'))
  .addOption(new Option('-c, --curve <name>', 'curve').choices(['all', ...Object.keys(proofCurves)]).default('all'))
  .option('--json', 'print the result as JSON')
  .action(demonstrate);

async function demonstrate(options: Options): Promise<void> {
  if (!availableEngines().includes(options.engine)) {
    throw new UsageError(`${options.engine} was not found.`, 'Run scripts/setup, or use --engine embedded.');
  }
  const params = ZkFlexParams.parse({ ...zkflexPresets.main, nodes: 1 });
  const say = (text: string): void => {
    if (!options.json) console.log(text);
  };
  say(`building ZK-Flex for ${options.engine} ...`);
  const engine = await openEngine(elaborate(zkflex(params)), { engine: options.engine });
  const names = Object.keys(proofCurves) as ProofCurve[];
  const outcomes: Outcome[] = [];
  try {
    for (const name of names.filter((each) => options.curve === 'all' || options.curve === each)) {
      say(`\n${pc.bold(name)}: knowledge of two factors of ${p * q}`);
      outcomes.push(await proveOn(name, (curve) => new ZkFlexProver(engine, params, curve, 256), say));
    }
  } finally {
    engine.close();
  }
  if (options.json) console.log(JSON.stringify(outcomes, null, 2));
  if (outcomes.some(({ verified }) => !verified)) process.exitCode = 1;
}

async function proveOn(
  name: ProofCurve,
  proverFor: (fields: { scalarPrime: bigint; basePrime: bigint; a: bigint }) => ZkFlexProver,
  say: (text: string) => void,
): Promise<Outcome> {
  const curve = await curves.getCurveFromName(proofCurves[name].snarkjs);
  try {
    say('circuit, keys and witness by snarkjs ...');
    const { key, witness } = await statementOf(curve, name, p, q);
    const prover = proverFor({ scalarPrime: curve.Fr.p, basePrime: curve.F1.p, a: 0n });
    const served: Served[] = [];
    const service = serviceBy(prover, (request) => {
      served.push(request);
      say(`  ${request.what} of ${request.elements}: ${request.cycles.toLocaleString('en')} cycles`);
    });
    const restore = serve(curve, service);
    const { proof, publicSignals } = await groth16.prove(key, witness).finally(restore);
    const verified = await groth16.verify(await zKey.exportVerificationKey(key), publicSignals, proof);
    const cycles = served.reduce((sum, request) => sum + request.cycles, 0);
    const text = `groth16.verify: ${verified}, ${served.length} requests, ${cycles.toLocaleString('en')} cycles`;
    say(verified ? pc.green(text) : pc.red(text));
    return { curve: name, product: publicSignals[0]!, verified, served };
  } finally {
    await curve.terminate();
  }
}

await runCommand(program);
