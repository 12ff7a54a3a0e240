import type { RunState, TaskState } from "./state";

/** A task's place in the tree of who handed work to whom. */
export interface TreeRow {
  task: TaskState;
  depth: number;
  children: number;
  isOpen: boolean;
  /** Of the task and all below it. */
  tokens: number;
  cost: number;
  retries: number;
  /** Something below it failed: it is shown whatever is closed. */
  isFailing: boolean;
}

export interface Tree {
  children: ReadonlyMap<string | null, readonly TaskState[]>;
  sums: ReadonlyMap<string, Pick<TreeRow, "tokens" | "cost" | "retries" | "isFailing">>;
}

/** Who handed work to whom, each with the sums of all below; a task whose parent is not known stands at the top. */
export function buildTree(state: RunState): Tree {
  const children = new Map<string | null, TaskState[]>();
  const tasks = [...state.tasks.values()];
  for (const task of tasks) {
    const parent = task.parentId !== null && task.parentId !== task.id && state.tasks.has(task.parentId) ? task.parentId : null;
    const listed = children.get(parent);
    if (listed) listed.push(task);
    else children.set(parent, [task]);
  }
  const sums = new Map<string, { tokens: number; cost: number; retries: number; isFailing: boolean }>();
  // Children begin after their parents, so from the end each is whole before it is added to its parent.
  for (const task of tasks.reverse()) {
    const own = sums.get(task.id) ?? { tokens: 0, cost: 0, retries: 0, isFailing: false };
    const sum = {
      tokens: own.tokens + task.tokens,
      cost: own.cost + task.cost,
      retries: own.retries + task.retries,
      isFailing: own.isFailing || task.status === "failed",
    };
    sums.set(task.id, sum);
    if (task.parentId === null || task.parentId === task.id || !state.tasks.has(task.parentId)) continue;
    const above = sums.get(task.parentId) ?? { tokens: 0, cost: 0, retries: 0, isFailing: false };
    sums.set(task.parentId, {
      tokens: above.tokens + sum.tokens,
      cost: above.cost + sum.cost,
      retries: above.retries + sum.retries,
      isFailing: above.isFailing || sum.isFailing,
    });
  }
  return { children, sums };
}

/** The rows of the tree from top to bottom; what is closed hides what is below it, except where it leads to a failure. */
export function listRows(tree: Tree, closed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const pending: { task: TaskState; depth: number }[] = [];
  const push = (parent: string | null, depth: number) => {
    const below = tree.children.get(parent) ?? [];
    for (let place = below.length - 1; place >= 0; place--) {
      const task = below[place];
      if (task) pending.push({ task, depth });
    }
  };
  push(null, 0);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { task, depth } = next;
    const sum = tree.sums.get(task.id) ?? { tokens: task.tokens, cost: task.cost, retries: task.retries, isFailing: false };
    const below = tree.children.get(task.id) ?? [];
    const isOpen = !closed.has(task.id) || (sum.isFailing && task.status !== "failed");
    rows.push({ task, depth, children: below.length, isOpen, ...sum });
    if (isOpen) push(task.id, depth + 1);
  }
  return rows;
}
