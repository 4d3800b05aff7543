// SPDX-License-Identifier: Apache-2.0

/** Strongly connected components of a graph, sources before their users. */
export interface Components {
  /** Component of each node. */
  readonly of: Int32Array;
  /** Nodes of each component. */
  readonly members: readonly (readonly number[])[];
}

/**
 * Tarjan's algorithm with its own stack, so that chains of any length are fine. `edges[n]` are the nodes that n depends on.
 * Cost: linear in nodes and edges.
 */
export function components(edges: readonly (readonly number[])[]): Components {
  const count = edges.length;
  const of = new Int32Array(count).fill(-1);
  const number = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const position = new Int32Array(count);
  const members: number[][] = [];
  const open: number[] = [];
  const path: number[] = [];
  let visited = 0;

  const enter = (node: number): void => {
    number[node] = low[node] = visited++;
    open.push(node);
    path.push(node);
  };
  const close = (root: number): void => {
    const component: number[] = [];
    let node: number;
    do {
      node = open.pop()!;
      of[node] = members.length;
      component.push(node);
    } while (node !== root);
    members.push(component);
  };

  for (let start = 0; start < count; start++) {
    if (number[start] !== -1) continue;
    enter(start);
    while (path.length > 0) {
      const node = path[path.length - 1]!;
      const targets = edges[node]!;
      if (position[node]! < targets.length) {
        const target = targets[position[node]!++]!;
        if (number[target] === -1) enter(target);
        else if (of[target] === -1) low[node] = Math.min(low[node]!, number[target]!);
      } else {
        path.pop();
        if (low[node] === number[node]) close(node);
        const parent = path[path.length - 1];
        if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      }
    }
  }
  return { of, members };
}
