// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, pack, type Signal, UInt, type UIntType, unpack, widthOf } from '../../../dsl/index.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { clog2 } from '../../lib/widths.ts';
import { llbCountBits, llbKeyBits, LlbParams } from './llb.params.ts';
import { llbPorts } from './llb.types.ts';
import { fetchType, nodeBanks, nodeBits } from './node-banks.ts';
import { pairQueue } from './pair-queue.ts';
import { rmwTable } from './rmw-table.ts';

type Bit = Signal<UIntType<1>>;

/**
 * Linked-list bucket memory: sums points by bucket with one pipelined adder.
 *
 * A point that finds another one waiting in its bucket makes a pair with it; pairs queue up and are issued in the order in which they were
 * made; sums come back as results and are points of their bucket again. So a bucket with many points becomes a tree of additions, not a chain.
 * - One arrival, one result and one issue a cycle, whatever their keys. From the arrival to the issue of its pair 2 cycles when nothing
 *   queues. A queued pair whose nodes lie in one bank takes a cycle more; nodes are chosen so that this is rare.
 * - A result that enters together with an arrival of its bucket is the older one. `x` of a pair arrived after `y`.
 * - Results never wait: of the two nodes of a pair one becomes free, the other one stays reserved for its result. An arrival waits until
 *   there is a free node and, when free nodes are nearly exhausted, while a result enters.
 * - A pool of more nodes than buckets with a point never stops. A smaller one spills: when it is full, with nothing to add and nothing in
 *   flight, and a point wants to enter, the lowest bucket with a point leaves through `spill`.
 * - `arrive.ready` depends on `result.valid` and `issue.ready` in the same cycle; `issue` and all other outputs come from registers and memories.
 * - `drain`: one bucket a cycle, `keys` cycles at most and some cycles for the last one.
 * - Reset forgets everything; then the memory clears itself for max(keys, pool / 4) cycles in which `arrive` is not ready.
 *
 * Memory: `pool` points in banks of one read and one write port, 4 x `keys` words of 1 + node bits, pool / 2 pairs of nodes.
 * Source: paper 4.3; docs/rationale/zkflex.md says where this differs.
 */
export const llb = block(
  'llb',
  LlbParams,
  (m, p) => {
    const io = m.ports(llbPorts(p));
    const entry = Bundle({ waits: Bool, node: UInt(nodeBits(p)) });
    const fetch = fetchType(p);
    const key = UInt(llbKeyBits(p));
    const point = UInt(p.pointBits);
    const count = UInt(llbCountBits(p));

    const { heads, nodes, ready } = m.instances({
      heads: rmwTable({ depth: p.keys, width: widthOf(entry) }),
      nodes: nodeBanks(p),
      ready: pairQueue({ width: widthOf(fetch), depth: Math.floor(p.pool / 2) }),
    });
    const { mode } = m.fsms({ mode: ['SUM', 'SPILL', 'DRAIN'] });
    // Nodes neither occupied nor reserved. Pairs that were made and whose results have not come, or buckets that were found and not left.
    const { spare, open } = m.regs({ spare: count.init(p.pool), open: count.init(0) });
    const { older, newer } = m.regs({ older: Bool.init(0), newer: Bool.init(0) });
    const { scanned, same } = m.regs({ scanned: Bool, same: Bool });
    const { older_key, newer_key, older_point, newer_point } = m.regs({
      older_key: key,
      newer_key: key,
      older_point: point,
      newer_point: point,
    });
    // No bucket below `scan` has a point.
    const { scan, scan_done } = m.regs({ scan: key.init(0), scan_done: Bool });

    // First stage: the keys go to the heads. In search of buckets with a point, scanned keys take the place of arrivals.
    const { summing, clear, quiet } = m.nets({
      summing: mode.is('SUM'),
      clear: heads.ready.and(nodes.ready),
      quiet: open.eq(0).and(older.not()).and(newer.not()),
    });
    const { scanning } = m.nets({
      scanning: mode.is('SPILL').and(quiet).or(mode.is('DRAIN').and(scan_done.not()).and(ready.room)),
    });
    const { arriving } = m.nets({ arriving: summing.mux(io.arrive.payload.key, scan) });
    io.result.ready.assign(1);
    heads.port[0]!.address.assign(io.result.payload.key.low(clog2(p.keys)));
    heads.port[1]!.address.assign(arriving.low(clog2(p.keys)));
    older.next(io.result.fire);
    newer.next(io.arrive.fire.or(scanning));
    scanned.next(scanning);
    same.next(io.result.payload.key.eq(io.arrive.payload.key));
    older_key.next(io.result.payload.key);
    newer_key.next(arriving);
    older_point.next(io.result.payload.point);
    newer_point.next(io.arrive.payload.point);

    // Second stage: points get their nodes, and pairs are made.
    const older_head = unpack(heads.port[0]!.word, entry);
    const newer_head = unpack(heads.port[1]!.word, entry);
    const [older_place, newer_place] = [nodes.place[0]!, nodes.place[1]!];
    const { arrived, found, together } = m.nets({
      arrived: newer.and(scanned.not()),
      found: newer.and(scanned).and(newer_head.waits),
      together: older.and(newer).and(scanned.not()).and(same),
    });
    const { older_pairs, newer_pairs } = m.nets({
      older_pairs: older.and(older_head.waits),
      newer_pairs: arrived.and(newer_head.waits.xor(together)),
    });

    // The first pair of a cycle is read at once when nobody is before it; then its newer point needs no node.
    const { direct_older, direct_newer } = m.nets({
      direct_older: older_pairs.and(ready.empty).and(nodes.direct.open),
      direct_newer: newer_pairs.and(older_pairs.not()).and(together.not()).and(ready.empty).and(nodes.direct.open),
    });
    nodes.direct.valid.assign(direct_older.or(direct_newer));
    nodes.direct.key.assign(older_pairs.mux(older_key, newer_key));
    nodes.direct.x.assign(older_pairs.mux(older_point, newer_point));
    nodes.direct.y.assign(older_pairs.mux(older_head.node, newer_head.node));
    older_place.valid.assign(older.and(direct_older.not()));
    older_place.beside.assign(older_head.node);
    older_place.point.assign(older_point);
    newer_place.valid.assign(arrived.and(direct_newer.not()));
    newer_place.beside.assign(newer_head.node);
    newer_place.point.assign(newer_point);

    // When both belong to one bucket, the first port writes what both leave there.
    const [older_port, newer_port] = [heads.port[0]!, heads.port[1]!];
    older_port.write.assign(older);
    older_port.value.assign(
      pack({
        waits: older_head.waits.xor(together).not(),
        node: together.mux(newer_place.node, older_place.node),
      }),
    );
    newer_port.write.assign(newer.and(together.not()));
    newer_port.value.assign(pack({ waits: arrived.and(newer_head.waits.not()), node: newer_place.node }));

    const [older_push, newer_push] = [ready.push[0]!, ready.push[1]!];
    older_push.valid.assign(older_pairs.and(direct_older.not()));
    older_push.item.assign(pack({ key: older_key, x: older_place.node, y: older_head.node, single: m.lit(0, Bool) }));
    newer_push.valid.assign(newer_pairs.and(direct_newer.not()).or(found));
    newer_push.item.assign(
      pack({
        key: newer_key,
        x: scanned.mux(newer_head.node, newer_place.node),
        y: together.mux(older_place.node, newer_head.node),
        single: scanned,
      }),
    );

    // Third stage: the nodes of a pair are read and become free.
    nodes.fetch.offer(ready.out.valid, unpack(ready.out.payload, fetch));
    ready.out.ready.assign(nodes.fetch.ready);
    const { valid, payload, ready: taken } = nodes.points;
    const item = { key: payload.key, point: payload.x };
    io.issue.offer(valid.and(summing), payload);
    io.spill.offer(valid.and(mode.is('SPILL')), item);
    io.drained.offer(valid.and(mode.is('DRAIN')), item);
    taken.assign(summing.mux(io.issue.ready, mode.is('SPILL').mux(io.spill.ready, io.drained.ready)));

    // A point may already have the node that becomes free in this cycle: it is there when the point gets to the second stage.
    io.arrive.ready.assign(
      summing
        .and(clear)
        .and(spare.ne(0).or(nodes.direct.valid))
        .and(io.drain.not())
        .and(nodes.spread.or(io.result.valid.not())),
    );
    const one = (bit: Bit): Signal => bit.resize(count.width);
    const { freed, left } = m.nets({
      freed: nodes.fetch.fire.or(direct_older).or(direct_newer),
      left: io.result.fire.or(io.spill.fire).or(io.drained.fire),
    });
    spare.next(spare.addWrap(one(freed)).subWrap(one(io.arrive.fire)));
    open.next(
      open
        .addWrap(one(older_pairs))
        .addWrap(one(newer_pairs.or(found)))
        .subWrap(one(left)),
    );

    io.idle.assign(summing.and(clear).and(quiet));
    const { above_older } = m.nets({ above_older: older.and(older_key.lt(scan)) });
    const { lowest } = m.nets({ lowest: above_older.mux(older_key, scan) });
    scan.next(arrived.and(newer_key.lt(lowest)).mux(newer_key, lowest));
    m.when(scanning, () => {
      scan.next(scan.eq(p.keys - 1).mux(m.lit(0, key), scan.addWrap(1)));
      scan_done.next(scan.eq(p.keys - 1));
    });
    mode.states({
      SUM: () => {
        scan_done.next(0);
        m.when(io.idle.and(io.drain), () => mode.goto('DRAIN')).elsewhen(
          io.idle.and(io.arrive.valid).and(spare.eq(0)),
          () => mode.goto('SPILL'),
        );
      },
      SPILL: () => m.when(io.spill.fire, () => mode.goto('SUM')),
      DRAIN: () => m.when(scan_done.and(quiet), () => mode.goto('SUM')),
    });
    io.draining.assign(mode.is('DRAIN'));
    io.free.assign(spare);

    checkCounts();
    return io;

    /** Laws of paper 8 that cost a counter. */
    function checkCounts(): void {
      const { in_flight } = m.regs({ in_flight: count.init(0) });
      in_flight.next(in_flight.addWrap(one(freed.and(summing))).subWrap(one(io.result.fire)));
      const { issued } = m.nets({ issued: in_flight.subWrap(one(io.issue.valid)) });
      m.assume('result_is_expected', io.result.valid.not().or(issued.ne(0)), 'a result without a pair');
      const promised = spare.addWrap(in_flight).addWrap(one(older)).addWrap(one(arrived));
      const { surplus } = m.nets({ surplus: nodes.count.subWrap(promised) });
      m.assert('nodes_are_counted', clear.not().or(surplus.le(1)), 'free nodes are lost or doubled');
      m.assert('nodes_are_counted_at_rest', io.idle.not().or(surplus.eq(0)));
      m.assert('pairs_are_counted', open.ge(in_flight));
      for (const [name, stream] of Object.entries({ issue: io.issue, spill: io.spill, drained: io.drained })) {
        assertStable(m, name, stream as never);
      }
      if (2 ** key.width !== p.keys) {
        for (const [name, stream] of Object.entries({ arrive: io.arrive, result: io.result })) {
          m.assume(
            `${name}_key_exists`,
            stream.valid.not().or(stream.payload.key.lt(p.keys)),
            'there is no such bucket',
          );
        }
      }
    }
  },
  { doc: 'Linked-list bucket memory: sums points by bucket with one pipelined adder.' },
);
